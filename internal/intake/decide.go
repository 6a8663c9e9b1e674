package intake

import (
	"cmp"
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/source"
	"github.com/balangan/homecare/pkg/homecare"
)

var (
	// ErrNothingToDecide: the row needs no decision, or was taken already.
	ErrNothingToDecide = fault.Define(fault.Conflict, "import.nothing_to_decide",
		"Baris ini tidak menunggu keputusan, atau sudah diambil. Muat ulang daftar barisnya.",
		"This row is not waiting for a decision, or was taken already. Reload the list of rows.")
	// ErrNoSuchPerson: patient_id is no person in use.
	ErrNoSuchPerson = fault.ErrInvalid.At(fault.Field{Pointer: "/patient_id", Code: "unknown",
		Text: fault.Text{ID: "Pilih sasaran yang datanya masih dipakai di puskesmas Anda.",
			EN: "Choose a person whose record is in use at your puskesmas."}})
)

// ErrPersonNotAsked: patient_id is given with a decision that needs none.
var ErrPersonNotAsked = fault.ErrInvalid.At(fault.Field{Pointer: "/patient_id", Code: "not_asked",
	Text: fault.Text{ID: "Orangnya hanya dipilih bila baris ini diambil sebagai orang yang sudah terdaftar. Kosongkan isian ini.",
		EN: "A person is chosen only where the row is taken as somebody registered. Leave this out."},
	Advice: "patient_id goes with take: as_person"})

type decideParams struct {
	ID string `param:"id" json:"-"`
	// Number of the row.
	Number int `param:"number" json:"-" validate:"min=1"`
	homecare.DecideRow
}

// Decide decides about a row that needs it (SOP HS 5a): a new person, a known
// person, or leave it out. Before the commit the decision is stored; after it the
// row is taken at once. Errors: fault.ErrNotFound, fault.ErrStale, fault.ErrState
// (discarded), ErrNothingToDecide, ErrNoSuchPerson, ErrPersonNotAsked,
// patient.ErrNIKTaken (as_new with a NIK that another person has).
func (s *Service) Decide(ctx context.Context, in decideParams) (homecare.Import, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Import, error) {
		none := homecare.Import{}
		file, err := lockAny(tx, in.ID)
		if err != nil {
			return none, err
		}
		if file.State == "discarded" {
			return none, fault.State(file.State)
		}
		switch {
		case in.Take == "as_person" && in.PatientID == "":
			return none, ErrNoSuchPerson
		case in.Take != "as_person" && in.PatientID != "":
			return none, ErrPersonNotAsked
		}
		// A commit and another decision may be about the same person.
		if err := patient.LockCommits(tx); err != nil {
			return none, err
		}
		m, err := newMatcher(tx)
		if err != nil {
			return none, err
		}
		e, err := toDecide(tx, m, in)
		if err != nil {
			return none, err
		}
		before := e.verdict
		counts, err := s.decided(tx, m, file, e, in)
		if err != nil {
			return none, err
		}
		moved(&counts, before, -1)
		moved(&counts, e.verdict, 1)
		if _, err := tx.Exec(`update import_file set counts = $2, version = version + 1
			where id = $1`, in.ID, counts); err != nil {
			return none, err
		}
		out, err := importIn(tx, in.ID)
		if err != nil {
			return none, err
		}
		return out, s.trail.Record(tx, audit.Event{Action: "import.decide", SubjectKind: "import", SubjectID: in.ID,
			Reason: in.Reason,
			After: map[string]any{"row": in.Number, "take": in.Take, "patient_id": in.PatientID,
				"without_nik": in.WithoutNIK}})
	})
}

// toDecide reads the row with its new decision. A decision may be changed until
// the commit.
func toDecide(tx pg.Tx, m *matcher, in decideParams) (*entry, error) {
	rows, err := entriesIn(tx, m.k, in.ID, `number = $2 and not taken`, in.Number)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		if _, err := pg.Scalar[int](tx, `select 1 from import_row where import_id = $1
			and number = $2`, in.ID, in.Number); err != nil {
			return nil, err
		}
		return nil, ErrNothingToDecide
	}
	e := rows[0]
	if e.verdict != source.ToDecide && e.decision == nil {
		return nil, ErrNothingToDecide
	}
	e.decision = &decision{Take: in.Take, PatientID: in.PatientID, WithoutNIK: in.WithoutNIK, Reason: in.Reason,
		By: tx.Principal().UserID, At: tx.Now()}
	return e, nil
}

// decided applies the decision of e and returns the counts of the import.
func (s *Service) decided(tx pg.Tx, m *matcher, file homecare.Import, e *entry, in decideParams) (homecare.ImportCounts,
	error) {
	if in.Take == "leave" {
		e.verdict = source.Rejected
		return file.Counts, markTaken(tx, file.ID, []*entry{e})
	}
	e.verdict = source.Accepted
	entries := []*entry{e}
	if file.State == "previewed" {
		// The matcher says whether the decision is possible; the commit does
		// it.
		if err := m.chunk(entries); err != nil || e.verdict == source.ToDecide {
			return file.Counts, orRefused(err, e)
		}
		return file.Counts, keepDecision(tx, file.ID, e)
	}
	t := taking{tx: tx, file: file, m: m, families: newFamilies(m), touched: map[*known]bool{}, counts: file.Counts}
	if err := t.chunk(entries); err != nil || e.verdict == source.ToDecide {
		return file.Counts, orRefused(err, e)
	}
	likely := t.counts.LikelyDuplicates
	err := t.finish()
	t.counts.LikelyDuplicates += likely
	return t.counts, err
}

// orRefused is why a row cannot be taken as decided. The default: another
// person has the NIK of the row's other person.
func orRefused(err error, e *entry) error {
	return cmp.Or(err, e.refused, error(patient.ErrNIKTaken))
}

// keepDecision stores the decision of a row for the commit.
func keepDecision(tx pg.Tx, importID string, e *entry) error {
	_, err := tx.Exec(`update import_row set verdict = $3, decision = $4 where import_id = $1
		and number = $2`, importID, e.number, string(e.verdict), e.decision)
	return err
}

// moved counts a row under its verdict, in or out.
func moved(c *homecare.ImportCounts, v source.Verdict, by int) {
	switch v {
	case source.Accepted:
		c.Accepted += by
	case source.Rejected:
		c.Rejected += by
	case source.ToDecide:
		c.ToDecide += by
	}
}

// lockAny returns an import in any state, at the version in If-Match.
func lockAny(tx pg.Tx, id string) (homecare.Import, error) {
	if _, err := pg.Scalar[int64](tx, `select version from import_file where id = $1 for update`, id); err != nil {
		return homecare.Import{}, err
	}
	i, err := importIn(tx, id)
	if err != nil {
		return i, err
	}
	return i, tx.Stale(i.Version)
}
