package document

import (
	"context"
	"regexp"
	"strings"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

var codeForm = regexp.MustCompile(`^[A-Z2-7]{26}$`)

type codeParams struct {
	// The code under the QR code.
	Code string `param:"code" json:"-" maxLength:"26" example:"MFRGGZDFMZTWQ2LKNNWG23TPOA"`
}

// Verify tells the holder of a letter whether it was issued and is valid. It names no
// person. Error: fault.ErrNotFound.
func (s *Service) Verify(ctx context.Context, in codeParams) (homecare.Verification, error) {
	code := strings.ToUpper(in.Code)
	if !codeForm.MatchString(code) {
		return homecare.Verification{}, fault.ErrNotFound
	}
	return pg.System(ctx, s.db, "verify a letter", func(tx pg.Tx) (homecare.Verification, error) {
		return pg.Row[homecare.Verification](tx, `select d.kind, d.number, p.name as puskesmas,
			d.issued_on::text as issued_on,
				case d.state when 'void' then 'void' else 'valid' end as status,
				coalesce(left(encode(d.pdf_sha256, 'hex'), 16), '') as sha256_prefix
			from document d join puskesmas p on p.id = d.puskesmas_id where d.code = $1`, code)
	})
}
