package episode

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/pkg/homecare"
)

type endParams struct {
	ID string `param:"id" json:"-"`
	homecare.CaseEnd
}

// End ends a case (SOP HS 5f-h). A death closes every open case of the person. A
// refusal waits in terminating for the signed letter. A referral issues its
// letter and closes the case. A case entered in error is counted nowhere.
// Errors: those of act, ErrEnding, ErrMayNotErr, ErrVisitUnderWay,
// fault.ErrInvalid, and those of patient.MarkDeceasedIn.
func (s *Service) End(ctx context.Context, in endParams) (homecare.Case, error) {
	e := in.CaseEnd
	return s.act(ctx, in.ID, end, why(e), func(tx pg.Tx, r *row, d *deed) error {
		if err := r.mayEnd(tx, e.Kind); err != nil {
			return err
		}
		if err := checkEnd(tx, *r, &e); err != nil {
			return err
		}
		if err := d.performed(tx, e.PerformedBy, e.Date); err != nil {
			return err
		}
		e.PerformedBy = d.by
		if err := insertEnding(tx, r.ID, e); err != nil {
			return err
		}
		r.Ending, r.EndedOn = &e.Kind, &e.Date
		l := Leaving{CaseID: r.ID, PatientID: r.PatientID, Date: e.Date}
		switch e.Kind {
		case Refusal:
			return s.Letters.RefusalIn(tx, l, *e.Refusal)
		case Referral:
			return s.Letters.ReferralIn(tx, l, *e.Referral)
		case Death:
			return s.died(tx, *r, e)
		case EnteredInError:
			return s.voidRefusal(tx, *r, e.Note)
		}
		return nil
	})
}

// mayEnd checks whether the caller may end the case in this way now. Errors:
// ErrMayNotErr, ErrEnding, ErrVisitUnderWay.
func (r row) mayEnd(tx pg.Tx, kind string) error {
	if kind == EnteredInError && !mayErr(tx) {
		return ErrMayNotErr
	}
	open := endingsIn(tx, r.State)
	if !slices.Contains(open, kind) {
		return ErrEnding.Extend("current_state", r.State).Extend("endings", open).
			Extend("allowed", r.standing().allowed(tx))
	}
	if kind != EnteredInError {
		return nil
	}
	under, err := pg.Scalar[bool](tx, `select exists (select from visit where case_id = $1 and state = 'in_progress')`,
		r.ID)
	if err == nil && under {
		err = ErrVisitUnderWay
	}
	return err
}

// mayErr says whether the caller may end a case as entered in error.
func mayErr(tx pg.Tx) bool {
	role := tx.Principal().Role
	return role == access.Koordinator || role == access.Kepala
}

// voidRefusal voids the refusal letter of a case that ends in another way.
func (s *Service) voidRefusal(tx pg.Tx, r row, reason string) error {
	if r.State != Terminating {
		return nil
	}
	return s.Letters.VoidRefusalIn(tx, r.ID, reason)
}

// why is the reason of an ending for the history.
func why(e homecare.CaseEnd) string {
	switch {
	case e.Refusal != nil:
		return e.Refusal.Reason
	case e.Referral != nil:
		return e.Referral.Purpose
	case e.Death != nil:
		return e.Death.Cause
	}
	return e.Note
}

// The form of an ICD-10 code: letter, two digits, and up to two places after a
// dot (E11.5, I10). SOURCE: WHO ICD-10.
var icd10 = regexp.MustCompile(`^[A-Z][0-9]{2}(\.[0-9A-Z]{1,2})?$`)

// checkEnd checks the request of an ending and fills in the names of diagnoses.
func checkEnd(tx pg.Tx, r row, e *homecare.CaseEnd) error {
	var check fault.Check
	check.That(conditionOf(e.Kind) != turnedOn || slices.Contains(r.OptionalEndings, e.Kind), "/kind", "not_enabled",
		"Cara mengakhiri ini tidak diaktifkan Dinkes untuk program ini.",
		"Dinkes has not turned this ending on for this programme.")
	r.checkEndedOn(tx, e.Kind, e.Date, "/date", &check)
	if err := check.Err(); err != nil {
		return err
	}
	switch e.Kind {
	case Refusal:
		if err := staff.CheckStaffOn(tx, &check, "/refusal/explained_by", "not_staff", e.Refusal.Explains,
			e.Date); err != nil {
			return err
		}
	case Referral:
		if err := checkDiagnoses(tx, e.Referral); err != nil {
			return err
		}
		if e.Referral.SignedBy == "" {
			e.Referral.SignedBy = tx.Principal().UserID
		}
		if err := staff.CheckStaffOn(tx, &check, "/referral/signed_by", "not_staff", e.Referral.SignedBy,
			e.Date); err != nil {
			return err
		}
	case Death, EnteredInError: // for a death, the person's visits are checked
		return nil
	}
	if err := check.Err(); err != nil {
		return err
	}
	return r.visitedAfter(tx, e.Date)
}

func checkDiagnoses(tx pg.Tx, r *homecare.Referral) error {
	codes := make([]string, len(r.Diagnoses))
	for i, d := range r.Diagnoses {
		codes[i] = d.Code
	}
	known, err := pg.Rows[homecare.ReferralDiagnosis](tx, `select code, name_id as name from diagnosis_code
		where code = any($1)`, codes)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, k := range known {
		names[k.Code] = k.Name
	}
	var check fault.Check
	for i := range r.Diagnoses {
		d := &r.Diagnoses[i]
		if d.Name == "" {
			d.Name = names[d.Code]
		}
		at := fmt.Sprintf("/referral/diagnoses/%d", i)
		check.That(icd10.MatchString(d.Code), at+"/code", "icd10", "Harus kode ICD-10, misalnya E11.5.",
			"This must be an ICD-10 code, such as E11.5.")
		check.That(d.Name != "", at+"/name", "required", "Kode ini tidak ada di daftar; tuliskan nama diagnosisnya.",
			"The list does not hold this code; write the name of the diagnosis.")
	}
	return check.Err()
}
