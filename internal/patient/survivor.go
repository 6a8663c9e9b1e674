package patient

import (
	"github.com/balangan/homecare/internal/platform/pg"
)

// SurvivorIn returns the record that replaces a person whose id was merged.
// Error: fault.ErrNotFound.
func SurvivorIn(tx pg.Tx, id string) (string, error) {
	return pg.Scalar[string](tx, `select coalesce(merged_into_id, id)::text from patient where id = $1`, id)
}

// UseIn locks a person for a new record about them, so that a merge waits for
// it. Errors: fault.ErrNotFound, ErrGone.
func UseIn(tx pg.Tx, id string) error { return hold(tx, id, "for share") }

// HoldIn is UseIn with a stronger lock, for acts that end what other transactions may
// be starting for the person: each waits for the other. Errors: fault.ErrNotFound,
// ErrGone.
func HoldIn(tx pg.Tx, id string) error { return hold(tx, id, "for no key update") }

func hold(tx pg.Tx, id, how string) error {
	r, err := pg.Row[row](tx, `select coalesce(merged_into_id::text, '') as merged_into_id, `+isGone+` as gone
		from patient where id = $1 `+how, id)
	if err == nil && r.Gone {
		return (&Record{MergedIntoID: r.MergedIntoID}).gone()
	}
	return err
}

// gone returns ErrGone with the id of the record that replaces r, if there is
// one.
func (r *Record) gone() error {
	if r.MergedIntoID == "" {
		return ErrGone
	}
	return ErrGone.Extend("merged_into_id", r.MergedIntoID)
}
