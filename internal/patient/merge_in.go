package patient

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
)

// ErrMergeDeath: one record has a death, and the other a visit after that day.
var ErrMergeDeath = fault.Define(fault.Conflict, "patient.merge_death",
	"Satu data mencatat orang ini meninggal pada {died}, tetapi data yang lain dikunjungi sesudahnya. Perbaiki "+
		"tanggal yang salah dulu.",
	"One record says that this person died on {died}, but the other was visited after that. Correct the wrong date first.")

// MergeIn merges the duplicate from into the record that stays, to, and returns
// the merge's id. The catalogue moves the rows, to takes over values it lacks,
// a death ends the open cases like any other death, and of two open cases of a
// programme one continues. from stays as a pointer. Nothing is deleted, and
// each changed row is noted for Unmerge. The caller records the act. Errors:
// fault.ErrNotFound, ErrGone, ErrSelf, ErrTwoNIKs, ErrMergeDeath.
func (s *Service) MergeIn(tx pg.Tx, fromID, toID, reason string) (string, error) {
	if fromID == toID {
		return "", ErrSelf
	}
	from, to, err := lockTwo(tx, fromID, toID)
	if err != nil {
		return "", err
	}
	if err := mayMerge(tx, from, to); err != nil {
		return "", err
	}
	id := uuid.Must(uuid.NewV7()).String()
	p := tx.Principal()
	if _, err := tx.Exec(`insert into person_merge (puskesmas_id, id, from_id, to_id, reason, merged_at, merged_by)
		values ($1, $2, $3, $4, $5, $6, $7)`,
		p.PuskesmasID, id, fromID, toID, reason, tx.Now(), p.UserID); err != nil {
		return "", err
	}
	if err := noteChanges(tx, id); err != nil {
		return "", err
	}
	if _, err := tx.Exec(`update patient set merged_into_id = $2, nik_index = null, updated_at = $3,
		version = version + 1 where id = $1 or merged_into_id = $1`,
		fromID, toID, tx.Now()); err != nil {
		return "", err
	}
	if err := learnIn(tx, id, to, from); err != nil {
		return "", err
	}
	for _, f := range s.Merging {
		if err := f(tx, fromID, toID); err != nil {
			return "", err
		}
	}
	for _, h := range Holdings {
		for _, move := range h.Merge {
			if _, err := tx.Exec(move, fromID, toID); err != nil {
				return "", err
			}
		}
	}
	if to.DeceasedOn != "" && s.Died != nil {
		if err := s.Died(tx, toID, to.DeceasedOn); err != nil {
			return "", err
		}
	}
	for _, f := range s.Merged {
		if err := f(tx, fromID, toID); err != nil {
			return "", err
		}
	}
	if err := noteChanges(tx, ""); err != nil {
		return "", err
	}
	return id, s.touched(tx, toID)
}

// noteChanges makes the database note each row under the merge before it
// changes; "" stops it.
func noteChanges(tx pg.Tx, merge string) error {
	_, err := tx.Exec(`select set_config('app.merging', $1, true)`, merge)
	return err
}

// NoteMadeIn notes a row that a merge created. Undoing the merge sets these
// columns if the row still has the noted values. Rows that a merge changes are
// noted by the database (note_merge_change).
func NoteMadeIn(tx pg.Tx, table, id string, becomes, stands map[string]any) error {
	_, err := tx.Exec(`insert into person_merge_change
			(puskesmas_id, merge_id, n, relation, row_key, before, after, left_as)
		select t.puskesmas_id, m.id,
			coalesce((select max(c.n) from person_merge_change c where c.merge_id = m.id), 0) + 1,
			$1, jsonb_build_object('id', t.id), $3, $4, row_digest(t)
		from `+table+` t, (select current_setting('app.merging')::uuid as id) m where t.id = $2`, table, id, becomes,
		stands)
	return err
}

// lockTwo locks two persons in the order of their ids, so two merges do not
// deadlock. It waits for a running commit of a file first, which writes persons
// too.
func lockTwo(tx pg.Tx, fromID, toID string) (from, to *Record, err error) {
	if err := LockCommits(tx); err != nil {
		return nil, nil, err
	}
	first, err := lockIn(tx, min(fromID, toID))
	if err != nil {
		return nil, nil, err
	}
	second, err := lockIn(tx, max(fromID, toID))
	if err != nil {
		return nil, nil, err
	}
	if first.ID == fromID {
		return first, second, nil
	}
	return second, first, nil
}

// LockCommits allows one act at a time to write many persons of a puskesmas:
// the commit of a file, a merge, an undone merge.
func LockCommits(tx pg.Tx) error {
	_, err := tx.Exec(`select pg_advisory_xact_lock(hashtext('import commit'), $1::int)`, tx.Principal().PuskesmasID)
	return err
}

func mayMerge(tx pg.Tx, from, to *Record) error {
	switch {
	case from.Gone:
		return from.gone()
	case to.Gone:
		return to.gone()
	case from.NIK != "" && to.NIK != "" && from.NIK != to.NIK:
		return ErrTwoNIKs
	case (from.DeceasedOn == "") == (to.DeceasedOn == ""):
		return nil
	}
	alive, died := from.ID, to.DeceasedOn
	if died == "" {
		alive, died = to.ID, from.DeceasedOn
	}
	after, err := pg.Scalar[bool](tx, `select exists (select from visit where patient_id = $1 and state = 'completed'
		and (arrived_at at time zone 'Asia/Makassar')::date > $2::text::date)`, alive, died)
	if err == nil && after {
		err = ErrMergeDeath.With("died", died)
	}
	return err
}

// learnIn copies to the record to what only from knows, and stores the names of
// these members. The row of to is not among the noted changes: its members may
// be corrected one by one before the merge is undone.
func learnIn(tx pg.Tx, merge string, to, from *Record) error {
	if err := noteChanges(tx, ""); err != nil {
		return err
	}
	learnt := to.learn(from)
	if err := UpdateIn(tx, []*Record{to}); err != nil {
		return err
	}
	tag, err := tx.Exec(`update patient t set restricted_at = f.restricted_at from patient f where t.id = $2
		and f.id = $1 and t.restricted_at is null and f.restricted_at is not null`,
		from.ID, to.ID)
	if err != nil {
		return err
	}
	if tag.RowsAffected() > 0 {
		learnt = append(learnt, "restricted_at")
	}
	if _, err := tx.Exec(`update person_merge set learnt = $2 where id = $1`, merge, learnt); err != nil {
		return err
	}
	return noteChanges(tx, merge)
}

// member is one value that a record may lack and take over from another.
type member struct {
	name    string
	of      func(*Record) *string
	unknown string // its value when unknown
}

var members = []member{
	{name: "nik", of: func(r *Record) *string { return &r.NIK }},
	{name: "kk", of: func(r *Record) *string { return &r.KK }},
	{name: "bpjs_card", of: func(r *Record) *string { return &r.BPJSCard }},
	{name: "phone", of: func(r *Record) *string { return &r.Phone }},
	{name: "address", of: func(r *Record) *string { return &r.Address }},
	{name: "mother_nik", of: func(r *Record) *string { return &r.MotherNIK }},
	{name: "village", of: func(r *Record) *string { return &r.Village }},
	{name: "household_id", of: func(r *Record) *string { return &r.HouseholdID }},
	{name: "deceased_on", of: func(r *Record) *string { return &r.DeceasedOn }},
	{name: "sex", of: func(r *Record) *string { return &r.Sex }, unknown: "unknown"},
}

// The members that are not texts: a weight is a number, and a real birth date
// replaces an estimated one, which is kept after the name.
const (
	birthWeight = "birth_weight_g"
	birthDate   = "birth_date="
)

// learn fills the unknown members of r from o and returns the names of the new
// ones. Known members stay.
func (r *Record) learn(o *Record) []string {
	learnt := []string{}
	for _, m := range members {
		if mine, theirs := m.of(r), m.of(o); *mine == m.unknown && *theirs != m.unknown {
			*mine = *theirs
			learnt = append(learnt, m.name)
		}
	}
	if estimate := r.BirthDate; r.learnBirth(o) {
		learnt = append(learnt, birthDate+estimate)
	}
	if r.BirthWeight == 0 && o.BirthWeight != 0 {
		r.BirthWeight = o.BirthWeight
		learnt = append(learnt, birthWeight)
	}
	r.Weak = r.weak()
	return learnt
}

// unlearn removes what r took over from o unless it has changed since, and says
// whether something was corrected and stays.
func (r *Record) unlearn(o *Record, learnt []string) (corrected bool) {
	for _, m := range members {
		switch mine := m.of(r); {
		case !slices.Contains(learnt, m.name) || *mine == m.unknown:
		case *mine == *m.of(o):
			*mine = m.unknown
		default:
			corrected = true
		}
	}
	for _, name := range learnt {
		estimate, is := strings.CutPrefix(name, birthDate)
		switch {
		case !is || r.BirthDate == "":
		case r.BirthDate == o.BirthDate && r.BirthEstimated == o.BirthEstimated:
			r.BirthDate, r.BirthEstimated = estimate, estimate != ""
		default:
			corrected = true
		}
	}
	switch {
	case !slices.Contains(learnt, birthWeight):
	case r.BirthWeight == o.BirthWeight:
		r.BirthWeight = 0
	default:
		corrected = true
	}
	r.Weak = r.weak()
	return corrected
}

// Learn fills the unknown members of r from o and says whether anything was
// new.
func (r *Record) Learn(o *Record) bool {
	before := *r
	r.learn(o)
	return r.Numbers != before.Numbers || r.BirthDate != before.BirthDate ||
		r.BirthEstimated != before.BirthEstimated || r.BirthWeight != before.BirthWeight ||
		r.Village != before.Village ||
		r.HouseholdID != before.HouseholdID || r.Sex != before.Sex
}
