package privacy

import (
	"context"
	"strconv"

	"github.com/balangan/homecare/internal/platform/pg"
)

// CountPersons counts the persons that a breach touched, for the register: the only
// figure that Dinkes sees.
func (s *Service) CountPersons(ctx context.Context, id string, puskesmas int16) error {
	if id == "" || puskesmas == 0 {
		return nil
	}
	_, err := pg.SystemFor(ctx, s.db, "breach", puskesmas, func(tx pg.Tx) (struct{}, error) {
		b, err := breachIn(tx, id)
		if err != nil {
			return struct{}{}, err
		}
		q, args := touched(b)
		_, err = tx.Exec(`update breach set persons = (select count(distinct p.id)
			from (select distinct l.patient_id from (`+q+`) l) t `+survivors+`)
			where id = $`+strconv.Itoa(len(args)+1), append(args, id)...)
		return struct{}{}, err
	})
	return err
}
