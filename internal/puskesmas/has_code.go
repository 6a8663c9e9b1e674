package puskesmas

import (
	"context"

	"github.com/balangan/homecare/internal/platform/pg"
)

// codesOf are the statements by which a list has a code.
var codesOf = map[string]string{
	// A code, or the group above it.
	"diagnosis": `select exists (select from diagnosis_code where starts_with(code, upper($1)))`,
	"village":   `select exists (select from village where code = $1)`,
	"programme": `select exists (select from programme where code = $1)`,
	"puskesmas": `select exists (select from puskesmas where slug = $1)`,
}

// HasCode returns the question whether a list has a code. A code found once is not
// looked up again: none of these lists loses a code.
func (s *Service) HasCode(list string) func(ctx context.Context, code string) (bool, error) {
	return func(ctx context.Context, code string) (bool, error) {
		key := list + "/" + code
		if _, found := s.codes.Load(key); found {
			return true, nil
		}
		has, err := pg.Reference(ctx, s.db, func(tx pg.Tx) (bool, error) {
			return pg.Scalar[bool](tx, codesOf[list], code)
		})
		if has {
			s.codes.Store(key, nil)
		}
		return has, err
	}
}
