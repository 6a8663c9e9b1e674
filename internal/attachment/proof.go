package attachment

import (
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// The kinds of files that can prove something.
const (
	SignedLetter = "signed_letter" // the scan of a letter with its signatures
	ConsentSheet = "consent"       // the scan of a signed consent
)

// The faults of voiding a file that proves something.
var (
	ErrIsCopy = fault.Define(fault.Conflict, "attachment.is_signed_copy",
		"Lampiran ini adalah surat bertanda tangan yang sudah dipakai dan tidak dapat dibatalkan.",
		"This attachment is the signed copy of a letter and cannot be voided.")
	ErrIsSheet = fault.Define(fault.Conflict, "attachment.is_consent_sheet",
		"Lampiran ini adalah lembar persetujuan yang sudah dipakai dan tidak dapat dibatalkan. Bila persetujuannya ditarik, catat penarikannya.",
		"This attachment is the sheet of a recorded consent and cannot be voided. If the consent is withdrawn, record the withdrawal.")
)

// ProofIn returns a file that shall prove something, and locks it until the
// commit, so that nobody voids it meanwhile. Error: fault.ErrNotFound for a
// file that the caller may not see, that is voided, or of another kind.
func ProofIn(tx pg.Tx, id, kind string) (homecare.Attachment, error) {
	return pg.Row[homecare.Attachment](tx, `select `+columns+` from attachment a
		where a.id = $1 and a.kind = $2 and a.voided_at is null and `+seen+` for share of a`, id, kind)
}

// ConsentSheetIn is ProofIn for the sheet of a consent, and returns the person whose it
// is.
func ConsentSheetIn(tx pg.Tx, id string) (patientID string, err error) {
	a, err := ProofIn(tx, id, ConsentSheet)
	if err == nil && a.SubjectKind != "patient" {
		err = fault.ErrNotFound
	}
	return a.SubjectID, err
}

// proves returns the fault of voiding a file that proves something; the caller
// holds its lock.
func proves(tx pg.Tx, id string) error {
	what, err := pg.Scalar[*string](tx, `select attachment_proves($1, $2)`, tx.Principal().PuskesmasID, id)
	switch {
	case err != nil || what == nil:
		return err
	case *what == "consent_sheet":
		return ErrIsSheet
	}
	return ErrIsCopy
}
