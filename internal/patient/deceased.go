package patient

import (
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
)

// MarkDeceasedIn notes the day a person died (YYYY-MM-DD; SOP HS 5f). The
// first recorded day stays. Error: fault.ErrNotFound.
func MarkDeceasedIn(tx pg.Tx, id, date string) error {
	tag, err := tx.Exec(`update patient set deceased_on = coalesce(deceased_on, $2::text::date), updated_at = $3, version = version + 1 where id = $1`,
		id, date, tx.Now())
	if err == nil && tag.RowsAffected() == 0 {
		return fault.ErrNotFound
	}
	return err
}
