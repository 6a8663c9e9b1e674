package patient

import (
	"github.com/balangan/homecare/internal/platform/pg"
)

// SurvivorIn returns the record that stands for a person: for reading by an id
// that was merged since. Error: fault.ErrNotFound.
func SurvivorIn(tx pg.Tx, id string) (string, error) {
	return pg.Scalar[string](tx, `select coalesce(merged_into_id, id)::text from patient where id = $1`, id)
}

// UseIn holds a person for a record that hangs on them, so that no merge passes
// it by. Errors: fault.ErrNotFound, ErrGone.
func UseIn(tx pg.Tx, id string) error { return hold(tx, id, "for share") }

// HoldIn is UseIn for what ends what others may be beginning for the person: it waits
// for them, and they for it. Errors: fault.ErrNotFound, ErrGone.
func HoldIn(tx pg.Tx, id string) error { return hold(tx, id, "for no key update") }

func hold(tx pg.Tx, id, how string) error {
	r, err := pg.Row[row](tx, `select coalesce(merged_into_id::text, '') as merged_into_id, `+isGone+` as gone
		from patient where id = $1 `+how, id)
	if err == nil && r.Gone {
		return (&Record{MergedIntoID: r.MergedIntoID}).gone()
	}
	return err
}

// gone is ErrGone, naming the record that stands for r where there is one.
func (r *Record) gone() error {
	if r.MergedIntoID == "" {
		return ErrGone
	}
	return ErrGone.Extend("merged_into_id", r.MergedIntoID)
}
