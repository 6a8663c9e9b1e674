package episode

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Propose proposes a case (usulan) under the SOP version in force. Where that
// version needs no approval, the case is approved at once. Errors:
// fault.ErrInvalid, ErrDeceased, ErrOpen.
func (s *Service) Propose(ctx context.Context, in homecare.NewCase) (homecare.Case, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Case, error) { return s.proposeIn(tx, in) })
}

// openExists is ErrOpen with the open case of the same programme, if the caller may see it.
func openExists(tx pg.Tx, in homecare.NewCase) error {
	id, err := pg.Scalar[string](tx, `select c.id from care_case c where c.patient_id = $1
		and c.programme_code = $2 and c.state in `+access.OpenCase+` and `+access.Case("c"), in.PatientID, in.Programme)
	switch {
	case errors.Is(err, fault.ErrNotFound):
		return ErrOpen
	case err != nil:
		return err
	}
	return ErrOpen.Extend("case_id", id)
}

func (s *Service) proposeIn(tx pg.Tx, in homecare.NewCase) (homecare.Case, error) {
	var none homecare.Case
	// The person is locked, so no death or merge happens between check and
	// proposal.
	err := patient.UseIn(tx, in.PatientID)
	var check fault.Check
	if errors.Is(err, fault.ErrNotFound) {
		check.Add("/patient_id", "unknown", "Orang ini tidak ada di data puskesmas Anda.",
			"There is no such person in your puskesmas.")
	} else if err != nil {
		return none, err
	}
	d := byCaller(tx, propose, in.Reason)
	in.ProposedOn = cmp.Or(in.ProposedOn, d.on)
	version, err := checkProposal(tx, in, &check)
	if err != nil {
		return none, err
	}
	if in.ReopensCaseID != "" {
		if err := checkReopens(tx, in, &check); err != nil {
			return none, err
		}
	}
	proposed := row{ID: in.ID, PatientID: in.PatientID, Programme: in.Programme}
	if err := proposed.apart(tx, homecare.CorrectCaseDays{ProposedOn: in.ProposedOn}, &check); err != nil {
		return none, err
	}
	if err := check.Err(); err != nil {
		return none, err
	}
	if err := d.performed(tx, in.PerformedBy, in.ProposedOn); err != nil {
		return none, err
	}
	in.PerformedBy = d.by
	if died, err := deceased(tx, in.PatientID); err != nil || died {
		return none, cmp.Or(err, error(ErrDeceased))
	}
	state := Proposed
	if version.Approval == approvalNone {
		state = Approved
	}
	in.ID = pg.NewID(in.ID)
	// The database judges by all that stands, also by what was proposed at this moment.
	err = tx.Attempt(func() error { return insert(tx, in, version.ID, state) })
	if errors.Is(err, ErrOpen) {
		return none, openExists(tx, in)
	}
	if err != nil {
		return none, err
	}
	if err := note(tx, row{ID: in.ID, Programme: in.Programme}, d, "", state); err != nil {
		return none, err
	}
	c, err := caseIn(tx, in.ID)
	if err != nil {
		return none, err
	}
	return c, s.trail.Record(tx, audit.Event{Action: "case.propose", SubjectKind: "case", SubjectID: c.ID,
		Reason: in.Reason, After: c})
}

// lateProposal is how many days a proposal may be older than its record.
const lateProposal = 45

// checkProposal checks programme and day of a proposal and returns the SOP
// version in force on that day.
func checkProposal(tx pg.Tx, in homecare.NewCase, check *fault.Check) (sop, error) {
	return proposalDay(tx, in.Programme, in.ProposedOn, tx.Now(), check)
}

// proposalDay checks the day of a proposal that was recorded at that time, and
// returns the SOP version in force on that day. It returns fault.ErrNotFound for
// none.
func proposalDay(tx pg.Tx, programme, day string, recorded time.Time, check *fault.Check) (sop, error) {
	first := clock.Day(recorded.In(clock.WITA).AddDate(0, 0, -lateProposal))
	check.That(day <= clock.Day(tx.Now()), "/proposed_on", "future", "Tanggal tidak boleh di masa depan.",
		"The date must not be in the future.")
	if day < first {
		check.Put(fault.Field{Pointer: "/proposed_on", Code: "too_late", Args: map[string]any{"first": first},
			Text: fault.Text{
				ID: "Usulan dicatat paling lambat 45 hari sesudahnya: paling awal {first}. Periksa tanggal dan jam perangkat.",
				EN: "A proposal is recorded within 45 days: {first} at the earliest. Check the date and the device's clock."}})
	}
	version, err := sopInForce(tx, programme, day)
	if !errors.Is(err, fault.ErrNotFound) {
		return version, err
	}
	begun, err := begins(tx, programme)
	if begun == "" {
		check.Add("/programme", "not_run", "Program ini tidak dijalankan puskesmas Anda.",
			"Your puskesmas does not run this programme.")
	} else if day >= first {
		check.Put(fault.Field{Pointer: "/proposed_on", Code: "before_programme", Args: map[string]any{"first": begun},
			Text: fault.Text{
				ID: "Program ini baru dijalankan puskesmas Anda mulai {first}. Periksa tanggal usulannya.",
				EN: "Your puskesmas has run this programme since {first} only. Check the day of the proposal."}})
	}
	return version, err
}

// checkReopens checks the case that a proposal continues: it has the same
// person and programme, it ended, and the caller may see it.
func checkReopens(tx pg.Tx, in homecare.NewCase, check *fault.Check) error {
	old, err := CaseIn(tx, in.ReopensCaseID)
	if errors.Is(err, fault.ErrNotFound) {
		check.Add("/reopens_case_id", "unknown", "Kasus ini tidak ditemukan.", "There is no such case.")
		return nil
	}
	if err != nil {
		return err
	}
	check.That(old.State == Terminated && old.Ending != EnteredInError && old.PatientID == in.PatientID &&
		old.Programme == in.Programme, "/reopens_case_id", "not_continued",
		"Harus kasus orang dan program yang sama yang sudah berakhir.",
		"This must be an ended case of the same person and programme.")
	return nil
}

// sop is the SOP version in force of a programme that the puskesmas runs.
type sop struct{ ID, Approval string }

// sopInForce is the SOP version in force on a business day. Error:
// fault.ErrNotFound.
func sopInForce(tx pg.Tx, programme, day string) (sop, error) {
	return pg.Row[sop](tx, `select s.id, s.approval from sop_version s
		join puskesmas_programme p on p.programme_code = s.programme_code and p.puskesmas_id = $2
		and p.starts_on <= $3::text::date
		where s.programme_code = $1 and s.effective_from <= $3::text::date
		order by s.effective_from desc, s.revision desc limit 1`, programme, tx.Principal().PuskesmasID, day)
}

// begins is the first day on which the puskesmas runs a programme; "" if it has
// not begun.
func begins(tx pg.Tx, programme string) (string, error) {
	return pg.Scalar[string](tx, `select coalesce(min(greatest(p.starts_on, s.effective_from))::text, '')
		from puskesmas_programme p
		join sop_version s on s.programme_code = p.programme_code
		where p.programme_code = $1 and p.puskesmas_id = $2 and greatest(p.starts_on, s.effective_from) <=
		$3::text::date`,
		programme, tx.Principal().PuskesmasID, clock.Day(tx.Now()))
}

func insert(tx pg.Tx, in homecare.NewCase, sopID, state string) error {
	p := tx.Principal()
	_, err := tx.Exec(`insert into care_case (puskesmas_id, id, patient_id, programme_code, sop_version_id, state,
		origin, reason, reopens_case_id, proposed_at, proposed_by,
			proposed_on, recorded_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8, nullif($9, '')::uuid, $10, $11, $12::text::date, $13)`,
		p.PuskesmasID, in.ID, in.PatientID, in.Programme, sopID, state, in.Origin, in.Reason, in.ReopensCaseID,
		tx.Now(), in.PerformedBy, in.ProposedOn, tx.Recorder())
	return err
}
