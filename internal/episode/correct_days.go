package episode

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type daysParams struct {
	ID string `param:"id" json:"-"`
	homecare.CorrectCaseDays
}

// CorrectDays corrects the day on which a case was proposed or ended. The day of
// a death is corrected for the person and for every case that the death ended.
// Errors: fault.ErrNotFound, fault.ErrStale, fault.ErrState, fault.ErrInvalid,
// ErrActBeforeProposal, and those of patient.RedateDeathIn.
func (s *Service) CorrectDays(ctx context.Context, in daysParams) (homecare.Case, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Case, error) {
		var none homecare.Case
		r, err := lockFor(tx, in.ID, correctDays)
		if err != nil {
			return none, err
		}
		if err := r.correct(tx, in.CorrectCaseDays); err != nil {
			return none, err
		}
		rows := []row{r}
		if in.EndedOn != "" && r.ending() == Death {
			if err := patient.RedateDeathIn(tx, r.PatientID, in.EndedOn); err != nil {
				return none, err
			}
			others, err := pg.Rows[row](tx, `select `+rowColumns+rowFrom+`where c.patient_id = $1 and c.id <> $2
				and c.ending = 'death'
				order by c.id for update of c`, r.PatientID, r.ID)
			if err != nil {
				return none, err
			}
			rows = append(rows, others...)
		}
		for i, o := range rows {
			to := in.CorrectCaseDays
			if i > 0 {
				to.ProposedOn = ""
			}
			if err := s.redate(tx, o, to); err != nil {
				return none, err
			}
			for _, told := range s.DeathRedated {
				if in.EndedOn == "" || o.ending() != Death {
					break
				}
				if err := told(tx, o.ID); err != nil {
					return none, err
				}
			}
		}
		return caseIn(tx, in.ID)
	})
}

// redate writes the days, the corrected ending, and the step of the history.
func (s *Service) redate(tx pg.Tx, r row, in homecare.CorrectCaseDays) error {
	was := map[string]any{"proposed_on": r.ProposedOn, "ended_on": r.EndedOn}
	if in.ProposedOn != "" {
		r.ProposedOn = in.ProposedOn
	}
	if in.EndedOn != "" {
		r.EndedOn = &in.EndedOn
		c, err := caseIn(tx, r.ID)
		if err != nil {
			return err
		}
		if c.End != nil { // none: it was destroyed with the record
			e := *c.End
			e.Date = in.EndedOn
			if err := insertEnding(tx, r.ID, e); err != nil {
				return err
			}
		}
	}
	if err := save(tx, r, byCaller(tx, correctDays, in.Reason), r.State); err != nil {
		return err
	}
	return s.trail.Record(tx, audit.Event{Action: audit.Name("case", correctDays), SubjectKind: "case", SubjectID: r.ID,
		Reason: in.Reason,
		Before: was, After: map[string]any{"proposed_on": r.ProposedOn, "ended_on": r.EndedOn}})
}

// correct checks the days of a correction. Errors: fault.ErrInvalid,
// ErrActBeforeProposal, patient.ErrVisitAfterEnd.
func (r row) correct(tx pg.Tx, in homecare.CorrectCaseDays) error {
	var check fault.Check
	check.That(in.ProposedOn != "" || in.EndedOn != "", "", "no_day",
		"Isi tanggal usulan, tanggal berakhir, atau keduanya.",
		"Give the day of the proposal, the day of the end, or both.").
		Hint("proposed_on, ended_on")
	check.That(in.EndedOn == "" || r.EndedOn != nil, "/ended_on", "not_ended", "Kasus ini belum berakhir.",
		"This case has not ended.")
	if err := check.Err(); err != nil {
		return err
	}
	// The person is locked, so no other case of the person changes its days
	// meanwhile.
	if _, err := tx.Exec(`select from patient where id = $1 for no key update`, r.PatientID); err != nil {
		return err
	}
	if in.ProposedOn != "" {
		if err := r.checkProposedOn(tx, in, &check); err != nil {
			return err
		}
	}
	if err := r.apart(tx, in, &check); err != nil {
		return err
	}
	if in.ProposedOn != "" {
		r.ProposedOn = in.ProposedOn
	}
	if in.EndedOn != "" {
		r.checkEndedOn(tx, r.ending(), in.EndedOn, "/ended_on", &check)
		answered, err := pg.Scalar[string](tx, `select coalesce(min(occurred_on)::text, '') from referral_outcome
			where case_id = $1`, r.ID)
		if err != nil {
			return err
		}
		check.That(answered == "" || in.EndedOn <= answered, "/ended_on", "after_outcome",
			"Tanggal tidak boleh sesudah jawaban rumah sakit.", "The date must not be after the hospital's answer.")
	}
	if err := check.Err(); err != nil {
		return err
	}
	if in.EndedOn != "" && r.ending() != Death {
		if err := patient.AliveOnIn(tx, r.PatientID, in.EndedOn, "/ended_on"); err != nil {
			return err
		}
		if err := r.visitedAfter(tx, in.EndedOn); err != nil {
			return err
		}
	}
	if in.ProposedOn == "" {
		return nil
	}
	first, err := pg.Scalar[string](tx, `select coalesce(least(
			(select min(counts_on) from visit where case_id = $1 and state in ('completed', 'in_progress')),
			(select min(a.happened_on) from follow_up f join follow_up_act a on a.puskesmas_id = f.puskesmas_id
			and a.follow_up_id = f.id
				where f.case_id = $1))::text, '')`, r.ID)
	if err == nil && first != "" && first < in.ProposedOn {
		err = ErrActBeforeProposal.With("day", first)
	}
	return err
}

// checkProposedOn checks the corrected day of a proposal: it obeys the rules of a
// proposal as of the day of recording, and is not after the decisions on the case.
func (r row) checkProposedOn(tx pg.Tx, in homecare.CorrectCaseDays, check *fault.Check) error {
	if _, err := proposalDay(tx, r.Programme, in.ProposedOn, r.ProposedAt, check); err != nil &&
		fault.KindOf(err) != fault.NotFound {
		return err
	}
	after := func(at *time.Time) bool { return at != nil && in.ProposedOn > clock.Day(*at) }
	switch {
	case in.ProposedOn > clock.Day(tx.Now()): // the field error says so already
	case after(r.DecidedAt) || after(r.ActivatedAt):
		check.Add("/proposed_on", "after_decision", "Tanggal tidak boleh sesudah usulan diputuskan.",
			"The date must not be after the proposal was decided.")
	case after(&r.ProposedAt):
		check.Add("/proposed_on", "after_recorded", "Tanggal tidak boleh sesudah usulan dicatat.",
			"The date must not be after the proposal was recorded.")
	}
	if r.EndedOn != nil && in.EndedOn == "" && r.ending() != Death {
		check.That(in.ProposedOn <= *r.EndedOn, "/proposed_on", "after_end",
			"Tanggal tidak boleh sesudah kasus berakhir.", "The date must not be after the case ended.")
	}
	return nil
}

// checkEndedOn checks the corrected day of an ending of that kind.
func (r row) checkEndedOn(tx pg.Tx, kind, day, pointer string, check *fault.Check) {
	check.That(day <= clock.Day(tx.Now()), pointer, "future", "Tanggal tidak boleh di masa depan.",
		"The date must not be in the future.")
	if kind == Death {
		check.That(r.BirthDate == nil || day >= *r.BirthDate, pointer, "before_birth",
			"Tanggal tidak boleh sebelum lahir.", "The date must not be before birth.")
		return
	}
	if day < r.ProposedOn {
		check.Add(pointer, "before_case", "Tanggal tidak boleh sebelum kasus diusulkan.",
			"The date must not be before the case was proposed.")
		return
	}
	check.That(r.ActivatedAt == nil || day >= clock.Day(*r.ActivatedAt), pointer, "before_active",
		"Tanggal tidak boleh sebelum kasus aktif.", "The date must not be before the case was active.")
}

// visitedAfter checks that no visit was made to the case after its end. Error:
// patient.ErrVisitAfterEnd.
func (r row) visitedAfter(tx pg.Tx, day string) error {
	last, err := pg.Scalar[string](tx, `select coalesce(max(counts_on)::text, '') from visit v
		where v.state in ('completed', 'in_progress') and v.counts_on > $2::text::date
			and (v.case_id = $1 or v.case_id in (select id from care_case where merged_into_case_id = $1))`, r.ID, day)
	if err == nil && last != "" {
		err = patient.ErrVisitAfterEnd.With("day", last)
	}
	return err
}

// ErrActBeforeProposal: an act on the case is earlier than its proposal.
var ErrActBeforeProposal = fault.Define(fault.Conflict, "case.act_before_proposal",
	"Kasus ini sudah dikunjungi atau ditindaklanjuti pada {day}, sebelum tanggal usulan yang diisi. Perbaiki tanggal usulan, atau kunjungannya.",
	"This case was visited or followed up on {day}, before the day of the proposal given. Correct the day of the proposal, or the visit.").
	About("/proposed_on")
