package attachment

import (
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// ProofIn returns a file that is to prove something, and locks it until the commit
// against voiding. Error: fault.ErrNotFound for a file that the caller may not see,
// that is voided, or of another kind.
func ProofIn(tx pg.Tx, id, kind string) (homecare.Attachment, error) {
	return pg.Row[homecare.Attachment](tx, `select `+columns+` from attachment a
		where a.id = $1 and a.kind = $2 and a.voided_at is null and `+seen+` for share of a`, id, kind)
}

// ConsentSheetIn is ProofIn for the sheet of a consent. It returns the person's id.
func ConsentSheetIn(tx pg.Tx, id string) (patientID string, err error) {
	a, err := ProofIn(tx, id, ConsentSheet)
	if err == nil && a.SubjectKind != "patient" {
		err = fault.ErrNotFound
	}
	return a.SubjectID, err
}
