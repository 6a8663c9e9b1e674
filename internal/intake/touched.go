package intake

import (
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/source"
)

// touchedIn keeps keys and likely duplicates of persons that were registered, changed
// or merged.
func (s *Service) touchedIn(tx pg.Tx, ids []string) error {
	m, err := newMatcher(tx)
	if err != nil {
		return err
	}
	if err := m.loadByID(append([]string(nil), ids...)); err != nil {
		return err
	}
	var touched []*known
	var persons []*source.Person
	for _, id := range ids {
		if k := m.byID[id]; k != nil {
			touched = append(touched, k)
			for _, as := range k.persons() {
				persons = append(persons, &as)
			}
		}
	}
	if err := m.load(persons); err != nil {
		return err
	}
	if err := m.saveKeys(touched); err != nil {
		return err
	}
	_, err = m.propose(touched)
	return err
}

// saveKeys keeps the keys of persons that are not kept yet.
func (m *matcher) saveKeys(list []*known) error {
	var keys [][]byte
	var ids []string
	for _, k := range list {
		for _, h := range k.keys[k.indexed:] {
			keys, ids = append(keys, h[:]), append(ids, k.rec.ID)
		}
		k.indexed = len(k.keys)
	}
	if len(keys) == 0 {
		return nil
	}
	_, err := m.tx.Exec(`insert into patient_key (puskesmas_id, key, patient_id)
		select $3, key, id from unnest($1::bytea[], $2::uuid[]) as u (key, id)
		on conflict do nothing`, keys, ids, m.tx.Principal().PuskesmasID)
	return err
}

// propose keeps the likely duplicates of persons and returns how many are new.
// A pair that somebody decided about is not proposed again; one that an undone
// merge took back is.
func (m *matcher) propose(list []*known) (int, error) {
	var first, second, kinds []string
	var scores []int32
	seen := map[[2]string]bool{}
	for _, k := range list {
		for _, p := range m.likely(k) {
			if at := [2]string{p.first, p.second}; !seen[at] {
				seen[at] = true
				first, second, kinds, scores = append(first, p.first), append(second, p.second),
					append(kinds, string(p.kind)), append(scores, int32(p.score))
			}
		}
	}
	if len(first) == 0 {
		return 0, nil
	}
	tag, err := m.tx.Exec(`insert into duplicate_candidate (puskesmas_id, id, first_id, second_id, kind, score,
		created_at)
		select $5, gen_random_uuid(), first, second, kind, score, $6
		from unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[]) as u (first, second, kind, score)
		on conflict on constraint duplicate_candidate_pair_uq do update set state = 'open', reason = '',
		decided_at = null, version = duplicate_candidate.version + 1
			where duplicate_candidate.state = 'dismissed'
				and duplicate_candidate.decided_by is
				null`, first, second, kinds, scores, m.tx.Principal().PuskesmasID, m.tx.Now())
	return int(tag.RowsAffected()), err
}
