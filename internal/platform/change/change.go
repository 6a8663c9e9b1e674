// Package change reads what changed in a tenant by the numbers that the database gives to
// transactions when they commit (ADR 32): who has read up to a number has missed nothing.
//
//	Reader.Follow  brings a worker up to date with every tenant
package change

import (
	"context"
	"errors"

	"github.com/balangan/homecare/internal/platform/pg"
)

// Reader is a worker that follows the changes of every tenant.
type Reader struct {
	Name string
	// Read handles the persons whose records changed, in the transaction that notes how far
	// the reader has come. persons is nil where everything is to be read: for a tenant that
	// this reader has never read.
	Read func(tx pg.Tx, persons []string) error
}

// Follow brings the reader up to date with every tenant that has changed, and returns how
// many it read. Of several processes one reads a tenant at a time.
func (r Reader) Follow(ctx context.Context, db *pg.DB) (int, error) {
	behind, err := pg.System(ctx, db, "changes", func(tx pg.Tx) ([]int, error) {
		return pg.Scalar[[]int](tx, `select array(select p.id::int from puskesmas p
			left join change_counter c on c.puskesmas_id = p.id
			left join change_reader r on r.puskesmas_id = p.id and r.reader = $1
			where r.n is null or r.n < coalesce(c.n, 0) order by p.id)`, r.Name)
	})
	if err != nil {
		return 0, err
	}
	read := 0
	var failed error // one tenant's failure stops no other
	for _, id := range behind {
		did, err := pg.SystemFor(ctx, db, "changes", int16(id), r.readTenant)
		failed = errors.Join(failed, err)
		if did {
			read++
		}
	}
	return read, failed
}

func (r Reader) readTenant(tx pg.Tx) (bool, error) {
	tenant := tx.Principal().PuskesmasID
	if _, err := tx.Exec(`insert into change_reader (puskesmas_id, reader, n) values ($1, $2, -1)
		on conflict on constraint change_reader_pk do nothing`, tenant, r.Name); err != nil {
		return false, err
	}
	// The policy lets this role see the places of all tenants.
	places, err := pg.Rows[struct{ N int64 }](tx, `select n from change_reader where puskesmas_id = $1 and reader = $2
		for update skip locked`, tenant, r.Name)
	if err != nil || len(places) == 0 {
		return false, err
	}
	from := places[0].N
	// One statement sees the counter and the changes up to it.
	found, err := pg.Row[struct {
		UpTo    int64
		Persons []string
	}](tx, `select coalesce((select n from change_counter where puskesmas_id = $1), 0) as up_to,
		array(select distinct person_id::text from change where puskesmas_id = $1 and n > $2 and person_id is not null)
			as persons`, tenant, from)
	if err != nil {
		return false, err
	}
	persons := found.Persons
	if from < 0 {
		persons = nil
	}
	if from < 0 || len(persons) > 0 {
		if err := r.Read(tx, persons); err != nil {
			return false, err
		}
	}
	_, err = tx.Exec(`update change_reader set n = $3 where puskesmas_id = $1 and reader = $2`, tenant, r.Name,
		found.UpTo)
	return true, err
}
