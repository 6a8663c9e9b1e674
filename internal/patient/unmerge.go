package patient

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// UndoWithin is how long after a merge Kepala may undo it. The limit is our
// choice.
const UndoWithin = 30 * 24 * time.Hour

// MergeUndone is the text that records get for an undone merge, in the language
// of the programme, not of the caller.
const MergeUndone = "Penggabungan data dibatalkan."

// The faults of undoing a merge.
var (
	ErrNotMerged = fault.Define(fault.Conflict, "patient.not_merged",
		"Data orang ini tidak sedang digabung ke data lain.", "This record is not merged into another.")
	ErrUnmergeLate = fault.Define(fault.Conflict, "patient.unmerge_late",
		"Penggabungan hanya dapat dibatalkan dalam 30 hari. Batasnya sudah lewat.",
		"A merge can be undone within 30 days. That time has passed.")
	ErrUnmergeNewer = fault.Define(fault.Conflict, "patient.unmerge_newer",
		"Ada penggabungan yang lebih baru atas data ini. Batalkan yang terbaru lebih dulu.",
		"There is a newer merge of this record. Undo the newest first.").
		Hint("patient_id names the person whose merge is the newest")
	ErrUnmergeDeath = fault.Define(fault.Conflict, "patient.unmerge_death",
		"Kematian yang dicatat atau diperbaiki sejak penggabungan mengakhiri kasus kedua orang ini, tetapi yang meninggal hanya satu. Cabut dulu kematian itu (pada kasusnya, atau pada data orangnya), batalkan penggabungan, lalu catat kematian pada orang yang meninggal.",
		"The death recorded or corrected since the merge ended cases of both persons, but only one of them died. Take that death back first (at the case, or in the person's record), undo the merge, then record the death of the one who died.").
		Hint("case_id names the case that recorded the death")
	ErrDestroyed = fault.Define(fault.Conflict, "patient.destroyed",
		"Rekam orang ini sudah dimusnahkan.", "This person's record was destroyed.")
)

// merge is a row of person_merge.
type merge struct {
	ID, FromID, ToID string
	Learnt           []string
	MergedAt         time.Time
}

type unmergeParams struct {
	// The record that was merged.
	ID string `param:"id" json:"-"`
	homecare.Why
}

// Unmerge undoes a merge, within UndoWithin and the newest merge first. What
// the merge moved goes back, cases with everything recorded on them since. A
// case that the merge ended is open again. Records made since on the person
// alone stay and are listed. Errors: fault.ErrNotFound, fault.ErrStale,
// ErrNotMerged, ErrUnmergeLate, ErrUnmergeNewer, ErrUnmergeDeath, ErrDestroyed,
// ErrGone, ErrNIKTaken, and the fault of a case that cannot be open again.
func (s *Service) Unmerge(ctx context.Context, in unmergeParams) (homecare.Unmerged, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Unmerged, error) {
		var none homecare.Unmerged
		m, from, to, err := lockMerge(tx, in.ID)
		if err != nil {
			return none, err
		}
		before, was := to.Masked(), from.Masked()
		corrected, err := part(tx, m, from, to)
		if err != nil {
			return none, err
		}
		kept, err := pg.Scalar[[]byte](tx, `select undo_merge($1)`, m.ID)
		if err != nil {
			return none, err
		}
		var out homecare.Unmerged
		if out.Kept, err = keptRecords(kept); err != nil {
			return none, err
		}
		if corrected {
			out.Kept = append(out.Kept, homecare.MergedRecord{Kind: "patient", ID: m.ToID})
		}
		if err := followCases(tx, m); err != nil {
			return none, err
		}
		if err := deathsFollow(tx, m); err != nil {
			return none, err
		}
		for _, f := range s.Parted {
			settled, err := f(tx, Parting{MergeID: m.ID, FromID: m.FromID, ToID: m.ToID, Reason: in.Reason})
			if err != nil {
				return none, err
			}
			out.Kept = append(out.Kept, settled...)
		}
		if err := deathsApart(tx, m); err != nil {
			return none, err
		}
		if _, err := tx.Exec(`update person_merge set undone_at = $2, undone_by = $3, undone_reason = $4 where id = $1`,
			m.ID, tx.Now(), tx.Principal().UserID, in.Reason); err != nil {
			return none, err
		}
		if out.ToMove, err = recordedSince(tx, m); err != nil {
			return none, err
		}
		if err := s.touched(tx, m.FromID, m.ToID); err != nil {
			return none, err
		}
		if out.Survivor, err = oneIn(tx, m.ToID); err != nil {
			return none, err
		}
		if out.Patient, err = s.answer(tx, m.FromID, audit.Event{Action: "patient.unmerge", Reason: in.Reason,
			Before: was}); err != nil {
			return none, err
		}
		return out, s.trail.Record(tx, audit.Event{Action: "patient.unmerge", SubjectKind: "patient", SubjectID: m.ToID,
			Reason: in.Reason,
			Before: before, After: out.Survivor})
	})
}

// Parting is an undone merge, as input of the hooks.
type Parting struct{ MergeID, FromID, ToID, Reason string }

// lockMerge returns the merge of a record if it may be undone, with both
// records locked.
func lockMerge(tx pg.Tx, fromID string) (merge, *Record, *Record, error) {
	var none merge
	found, err := pg.Rows[merge](tx, `select id, from_id, to_id, learnt, merged_at from person_merge
		where from_id = $1 and undone_at is null`, fromID)
	if err != nil {
		return none, nil, nil, err
	}
	if len(found) == 0 {
		if _, err := lockIn(tx, fromID); err != nil {
			return none, nil, nil, err
		}
		return none, nil, nil, ErrNotMerged
	}
	m := found[0]
	from, to, err := lockTwo(tx, m.FromID, m.ToID)
	if err != nil {
		return none, nil, nil, err
	}
	if err := tx.Stale(from.Version); err != nil {
		return none, nil, nil, err
	}
	newer, err := pg.Rows[struct{ FromID string }](tx, `select from_id from person_merge where undone_at is null
		and (to_id = $2 or from_id = $2) and id <> $1
		and (merged_at, id) > ($3, $1) order by merged_at desc, id desc limit 1`, m.ID, m.ToID, m.MergedAt)
	switch {
	case err != nil:
		return none, nil, nil, err
	case from.destroyed || to.destroyed:
		return none, nil, nil, ErrDestroyed
	case len(newer) > 0:
		return none, nil, nil, ErrUnmergeNewer.Extend("patient_id", newer[0].FromID)
	case to.Gone:
		return none, nil, nil, to.gone()
	case tx.Now().After(m.MergedAt.Add(UndoWithin)):
		return none, nil, nil, ErrUnmergeLate
	}
	return m, from, to, nil
}

// part removes what the remaining record took over, the numbers first, since two
// persons cannot have one NIK. It says whether something was corrected since and
// stays.
func part(tx pg.Tx, m merge, from, to *Record) (corrected bool, err error) {
	corrected = to.unlearn(from, m.Learnt)
	if err := UpdateIn(tx, []*Record{to}); err != nil {
		return corrected, err
	}
	if slices.Contains(m.Learnt, "restricted_at") {
		if _, err := tx.Exec(`update patient t set restricted_at = null from patient f where t.id = $2 and f.id = $1
			and t.restricted_at = f.restricted_at`,
			m.FromID, m.ToID); err != nil {
			return corrected, err
		}
	}
	// Withdraws a pair that was found only by values the record took over.
	// Nobody decided about it, so Touched proposes it again if it still
	// applies.
	if _, err := tx.Exec(`update duplicate_candidate set state = 'dismissed',
			reason = $4, decided_at = $3, version = version + 1
		where $1 in (first_id, second_id) and state = 'open'
			and created_at >= $2`, m.ToID, m.MergedAt, tx.Now(), MergeUndone); err != nil {
		return corrected, err
	}
	_, err = tx.Exec(`delete from patient_key where patient_id = $1`, m.ToID) // Touched rebuilds them
	return corrected, err
}

// OfCaseAndPerson are the tables whose rows name a case and its person.
var OfCaseAndPerson = []string{"visit", "alert", "parked_act"}

// followCases moves what was recorded since the merge on a returning case to
// that case's person.
func followCases(tx pg.Tx, m merge) error {
	for _, table := range OfCaseAndPerson {
		if _, err := tx.Exec(`update `+table+` t set patient_id = c.patient_id, version = t.version + 1 from care_case c
			where c.id = t.case_id and c.patient_id in ($1, $2) and t.patient_id in ($1, $2)
				and t.patient_id <> c.patient_id`, m.FromID, m.ToID); err != nil {
			return err
		}
	}
	return nil
}

// deathsFollow assigns a death recorded while the two were merged to the person
// whose case recorded it, unless a death ended a case of the other too. A death
// revealed by the merge itself is not concerned.
func deathsFollow(tx pg.Tx, m merge) error {
	_, err := tx.Exec(`with of as (select p.id, p.deceased_on, exists (select from care_case c
		where c.puskesmas_id = p.puskesmas_id
			and c.patient_id = p.id and c.ending = 'death' and not exists (select from person_merge_change n
			where n.merge_id = $4
				and n.relation = 'care_case' and n.row_key ->> 'id' = c.id::text and n.after ->> 'ending' = 'death')) as
				told
			from patient p where p.id in ($1, $2))
		update patient p set deceased_on = case when of.told then other.deceased_on end, updated_at = $3,
		version = p.version + 1
		from of join of other on other.id <> of.id and other.told <> of.told
		and (other.deceased_on is null) <> (of.deceased_on is null)
		where p.id = of.id and of.told = (of.deceased_on is null)`, m.FromID, m.ToID, tx.Now(), m.ID)
	return err
}

// deathsApart checks that each of two separated persons is consistently dead or
// alive: a dead person has no open case, and a living person has no case that a
// death ended. If not, a death was recorded while they were merged, and only a
// person can say whose it was. Error: ErrUnmergeDeath.
func deathsApart(tx pg.Tx, m merge) error {
	torn, err := pg.Rows[struct{ CaseID string }](tx, `select coalesce(told.id::text, '') as case_id from patient p
		left join lateral (select c.id from care_case c where c.puskesmas_id = p.puskesmas_id and c.patient_id = p.id
		and c.ending = 'death'
			order by c.terminated_at, c.id limit 1) told on true
		where p.id in ($1, $2) and case when p.deceased_on is null then told.id is not null
			else exists (select from care_case c where c.puskesmas_id = p.puskesmas_id and c.patient_id = p.id
				and c.state in `+access.OpenCase+`) end
		order by 1 desc limit 1`, m.FromID, m.ToID)
	if err != nil || len(torn) == 0 {
		return err
	}
	if torn[0].CaseID == "" {
		return ErrUnmergeDeath
	}
	return ErrUnmergeDeath.Extend("case_id", torn[0].CaseID)
}

// keptRecords are the records, each once, that somebody changed since the merge
// or that could not be restored.
func keptRecords(raw []byte) ([]homecare.MergedRecord, error) {
	var rows []struct {
		Relation string
		Key      map[string]any
	}
	if err := json.Unmarshal(raw, &rows); err != nil {
		return nil, err
	}
	out := []homecare.MergedRecord{}
	for _, r := range rows {
		h := Holding{Kind: "stop", ID: "stop_id"} // stop_member: a member of a stop is not data about the person
		if i := slices.IndexFunc(Holdings, func(h Holding) bool { return h.Table == r.Relation }); i >= 0 {
			h = Holdings[i]
		}
		if h.Kind == "" {
			continue // recomputed anyway
		}
		k := homecare.MergedRecord{Kind: h.Kind}
		k.ID, _ = r.Key[h.id()].(string)
		if !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out, nil
}

// recordedSince lists what was recorded on the remaining record after the merge,
// except by the merge itself. Only a person can say which of the two it is
// about. Oldest first, at most 500 per relation.
func recordedSince(tx pg.Tx, m merge) ([]homecare.MergedRecord, error) {
	out := []homecare.MergedRecord{}
	for _, h := range Holdings {
		if h.Since == "" {
			continue
		}
		of := h.Of
		if h.On != "" {
			of += " and " + h.On
		}
		rows, err := pg.Rows[homecare.MergedRecord](tx, `select $4::text as kind, t.`+h.id()+`::text as id, t.`+h.Since+
			` as recorded_at
			from `+h.Table+` t where `+of+` and t.`+h.Since+` > $2 and not exists (select from person_merge_change n
				where n.merge_id = $3 and n.relation = $5 and n.row_key ->> $6 = t.`+h.id()+`::text)
			order by 3, 2 limit 500`, []string{m.ToID}, m.MergedAt, m.ID, h.Kind, h.Table, h.id())
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	slices.SortStableFunc(out, func(a, b homecare.MergedRecord) int { return a.RecordedAt.Compare(*b.RecordedAt) })
	return out, nil
}

// holdsNobody returns ErrHoldsMerged while a merge into the record may be undone:
// the merged record was not registered by mistake.
func holdsNobody(tx pg.Tx, id string) error {
	held, err := pg.Rows[struct{ FromID string }](tx, `select from_id from person_merge
		where to_id = $1 and undone_at is null and merged_at >= $2 order by merged_at desc, id desc
		limit 1`, id, tx.Now().Add(-UndoWithin))
	if err == nil && len(held) > 0 {
		err = ErrHoldsMerged.Extend("patient_id", held[0].FromID)
	}
	return err
}
