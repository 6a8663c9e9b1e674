package retention

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"github.com/balangan/homecare/internal/platform/blob"
	"github.com/balangan/homecare/internal/platform/job"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Handler deletes what is outside the destroyed rows: the files, and answers
// stored for replay that name the person. It may run again.
func Handler(db *pg.DB, blobs blob.Store) job.Handler {
	return func(ctx context.Context, e job.Event) error {
		if err := files(ctx, db, blobs, e.PuskesmasID); err != nil {
			return err
		}
		return answers(ctx, db, e.PuskesmasID, e.SubjectID)
	}
}

// files removes the files of destroyed records under the locks of their rows.
// The rotation of keys, which rewrites files, takes the same locks.
func files(ctx context.Context, db *pg.DB, blobs blob.Store, puskesmas int16) error {
	_, err := pg.SystemFor(ctx, db, "shred files", puskesmas, func(tx pg.Tx) (struct{}, error) {
		var none struct{}
		type file struct{ ID, Blob string }
		gone, err := pg.Rows[file](tx, `select id, blob from attachment where destroyed_at is not null
			and shredded_at is null order by id for update`)
		if err != nil {
			return none, err
		}
		ids := make([]string, len(gone))
		for i, f := range gone {
			ids[i] = f.ID
			if err := blobs.Delete(ctx, f.Blob); err != nil {
				return none, err
			}
		}
		_, err = tx.Exec(`update attachment set shredded_at = now() where id = any ($1::uuid[])`, ids)
		return none, err
	})
	return err
}

// answers deletes the answers stored before the destruction that name the person, or one of the
// person's cases or visits. A repeated request then finds no record.
func answers(ctx context.Context, db *pg.DB, puskesmas int16, patient string) error {
	_, err := pg.SystemFor(ctx, db, "shred answers", puskesmas, func(tx pg.Tx) (struct{}, error) {
		var none struct{}
		keys, err := tx.Keys()
		if err != nil {
			return none, err
		}
		type ref struct{ ID string }
		refs, err := pg.Rows[ref](tx, `with persons as (select unnest(same_person($1)) as id)
			select id::text from persons union all select c.id::text from care_case c
			join persons p on c.patient_id = p.id
			union all select v.id::text from visit v join persons p on v.patient_id = p.id`, patient)
		if err != nil {
			return none, err
		}
		ids := make([][]byte, len(refs))
		for i, r := range refs {
			ids[i] = []byte(r.ID)
		}
		rows, err := tx.Query(`select k.ctid::text, 'answer/' || encode(k.key, 'hex'), k.answer from idempotency_key k
			join record_destruction d on d.puskesmas_id = k.puskesmas_id and d.patient_id = $1
			where k.created_at < d.destroyed_at`, patient)
		if err != nil {
			return none, err
		}
		defer rows.Close()
		var at []string
		for rows.Next() {
			var where, place string
			var sealed []byte
			if err := rows.Scan(&where, &place, &sealed); err != nil {
				return none, err
			}
			plain, err := keys.Open(place, sealed)
			if err != nil {
				return none, err
			}
			if named(plain, ids) {
				at = append(at, where)
			}
		}
		if err := rows.Err(); err != nil {
			return none, err
		}
		_, err = tx.Exec(`delete from idempotency_key where ctid = any ($1::text[]::tid[])`, at)
		return none, err
	})
	return err
}

// named says whether an answer contains a person, case or visit. Its body is
// bytes within JSON and contains the ids of everything it shows.
func named(plain []byte, ids [][]byte) bool {
	var a pg.Answer
	if json.Unmarshal(plain, &a) != nil {
		return true // an unreadable answer is deleted
	}
	return slices.ContainsFunc(ids, func(id []byte) bool {
		return bytes.Contains(a.Body, id) ||
			bytes.Contains(plain, id)
	})
}
