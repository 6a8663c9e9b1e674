package patient

import (
	"cmp"

	"github.com/balangan/homecare/internal/platform/pg"
)

// MergeIn joins the person from into the person to: sources, facts, numbers to
// does not have, open cases and their visits. from stays, marked merged, with
// its closed cases; nothing is deleted (design decision 8). The caller records
// the act. Errors: fault.ErrNotFound, ErrGone, ErrSelf, ErrTwoNIKs.
func (s *Service) MergeIn(tx pg.Tx, fromID, toID string) error {
	if fromID == toID {
		return ErrSelf
	}
	// Locked in the order of their ids, so that two merges cannot wait for each other.
	first, err := lockIn(tx, min(fromID, toID))
	if err != nil {
		return err
	}
	second, err := lockIn(tx, max(fromID, toID))
	if err != nil {
		return err
	}
	from, to := first, second
	if from.ID != fromID {
		from, to = second, first
	}
	switch {
	case from.Gone || to.Gone:
		return ErrGone
	case from.NIK != "" && to.NIK != "" && from.NIK != to.NIK:
		return ErrTwoNIKs
	}
	if _, err := tx.Exec(`update patient set merged_into_id = $2, nik_index = null, updated_at = $3, version = version + 1 where id = $1 or merged_into_id = $1`, fromID, toID, tx.Now()); err != nil {
		return err
	}
	to.learn(from)
	if err := UpdateIn(tx, []*Record{to}); err != nil {
		return err
	}
	for _, move := range []string{
		`insert into patient_source (puskesmas_id, patient_id, source, first_seen, last_seen, first_import_id, last_import_id)
			select puskesmas_id, $2, source, first_seen, last_seen, first_import_id, last_import_id from patient_source where patient_id = $1
			on conflict on constraint patient_source_pk do update set first_seen = least(patient_source.first_seen, excluded.first_seen), last_seen = greatest(patient_source.last_seen, excluded.last_seen)`,
		`update patient_fact f set patient_id = $2 where patient_id = $1 and not exists (select from patient_fact g where g.patient_id = $2 and g.digest = f.digest)`,
		`update care_case set patient_id = $2, version = version + 1 where patient_id = $1 and state in ('proposed', 'approved', 'active', 'terminating')`,
		`update visit set patient_id = $2, version = version + 1 where patient_id = $1 and state in ('planned', 'in_progress')`,
	} {
		if _, err := tx.Exec(move, fromID, toID); err != nil {
			return err
		}
	}
	for _, f := range s.Merged {
		if err := f(tx, fromID, toID); err != nil {
			return err
		}
	}
	return s.touched(tx, toID)
}

// learn fills what r does not know from o. What r knows stays.
func (r *Record) learn(o *Record) {
	r.NIK, r.KK, r.BPJSCard = cmp.Or(r.NIK, o.NIK), cmp.Or(r.KK, o.KK), cmp.Or(r.BPJSCard, o.BPJSCard)
	r.Phone, r.Address, r.MotherNIK = cmp.Or(r.Phone, o.Phone), cmp.Or(r.Address, o.Address), cmp.Or(r.MotherNIK, o.MotherNIK)
	r.learnBirth(o)
	r.BirthWeight, r.Village = cmp.Or(r.BirthWeight, o.BirthWeight), cmp.Or(r.Village, o.Village)
	r.HouseholdID, r.DeceasedOn = cmp.Or(r.HouseholdID, o.HouseholdID), cmp.Or(r.DeceasedOn, o.DeceasedOn)
	if r.Sex == "unknown" {
		r.Sex = o.Sex
	}
	r.Weak = r.weak()
}

// Learn fills what r does not know from o and says whether anything was new.
func (r *Record) Learn(o *Record) bool {
	before := *r
	r.learn(o)
	return r.Numbers != before.Numbers || r.BirthDate != before.BirthDate || r.BirthEstimated != before.BirthEstimated || r.BirthWeight != before.BirthWeight || r.Village != before.Village ||
		r.HouseholdID != before.HouseholdID || r.Sex != before.Sex
}
