package visit

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Complete ends a visit. It needs a follow-up plan and a next visit, or a
// proposal to stop (SOP HS 5e, KP C2), a whole record, and every critical
// value acknowledged. Errors: ErrAlertOpen, ErrPlanMissing, ErrIncomplete,
// ErrTeamClash of the next visit.
func (s *Service) Complete(ctx context.Context, id string, in homecare.CompleteVisit) (homecare.Visit, error) {
	return s.change(ctx, id, DoComplete, func(tx pg.Tx, b *pgx.Batch, v homecare.Visit, sub subject) (audit.Event, error) {
		before := stateOf(v.State)
		return audit.Event{Action: "visit.complete", Before: before, After: stateOf(string(Completed))}, s.finish(tx, b, v, sub, in.DepartedAt)
	})
}

// finish checks that v may be completed and queues its end, its follow-ups and
// its next visit.
func (s *Service) finish(tx pg.Tx, b *pgx.Batch, v homecare.Visit, sub subject, departed time.Time) error {
	c, err := s.closing(tx, v, sub, departed)
	if err != nil {
		return err
	}
	queueCompleted(tx, b, v, c)
	queuePromises(tx, b, v)
	return nil
}

// closing is how a visit ends: when, and the next one that its plan fixes.
type closing struct {
	departed time.Time
	nextID   *string
	next     stop
}

// closing checks that v may be completed and says how.
func (s *Service) closing(tx pg.Tx, v homecare.Visit, sub subject, departed time.Time) (closing, error) {
	out := closing{departed: departed}
	if err := ready(v); err != nil {
		return out, err
	}
	var check fault.Check
	check.That(v.ArrivedAt == nil || !departed.Before(*v.ArrivedAt), "/departed_at", "span", "Waktu pulang tidak boleh sebelum waktu tiba.", "Departure cannot precede arrival.")
	check.That(!departed.After(tx.Now().Add(ClockSkew)), "/departed_at", "future", "Waktu ini belum terjadi. Periksa jam perangkat.", "This time is yet to come. Check the device's clock.")
	next := v.Plan.NextVisit
	if next != nil && next.StartsAt != nil {
		check.That(next.StartsAt.After(departed), "/plan/next_visit/starts_at", "span", "Kunjungan berikutnya harus sesudah kunjungan ini.", "The next visit must follow this one.")
	}
	if err := check.Err(); err != nil || next == nil || next.StartsAt == nil {
		return out, err
	}
	if err := sub.mayPlan(); err != nil {
		return out, err
	}
	c := careCase{ID: v.CaseID, PatientID: v.PatientID, ProgrammeCode: v.Programme, subject: sub}
	var err error
	if out.next, err = place(homecare.PlanVisit{StartsAt: next.StartsAt, DurationMinutes: next.DurationMinutes, Members: next.Members}, c, nil,
		&stop{village: v.Village, members: accounts(v.Members)}); err != nil {
		return out, err
	}
	id := newID(next.ID)
	out.nextID = &id
	return out, nil
}

// queueCompleted ends a visit that exists.
func queueCompleted(tx pg.Tx, b *pgx.Batch, v homecare.Visit, c closing) {
	b.Queue(`update visit set state = 'completed', departed_at = $2, completed_at = $3, completed_by = $4, version = version + 1 where id = $1`,
		v.ID, c.departed, tx.Now(), tx.Principal().UserID)
	queueRelease(b, v.StopID) // first, so that a next visit may overlap the end of this one
	queueNext(tx, b, v.CaseID, v.PatientID, v.Programme, c)
	if c.nextID != nil {
		b.Queue(`update visit set next_visit_id = $2 where id = $1`, v.ID, *c.nextID)
	}
}

func queueNext(tx pg.Tx, b *pgx.Batch, caseID, patientID, programme string, c closing) {
	if c.nextID != nil {
		queuePlanned(tx, b, c.next, visitRow{id: *c.nextID, caseID: caseID, patientID: patientID, programme: programme})
	}
}

// queuePromises notes what the plan of v promises: when the next visit is due,
// and its follow-ups.
func queuePromises(tx pg.Tx, b *pgx.Batch, v homecare.Visit) {
	if next := v.Plan.NextVisit; next != nil {
		b.Queue(`insert into visit_due (puskesmas_id, case_id, due_on, visit_id, set_at) values ($1, $2, $3::text::date, $4, $5)
			on conflict on constraint visit_due_pk do update set due_on = excluded.due_on, visit_id = excluded.visit_id, set_at = excluded.set_at`,
			tx.Principal().PuskesmasID, v.CaseID, next.Date, v.ID, tx.Now())
	}
	for _, f := range v.Plan.FollowUps {
		queueFollowUp(tx, b, newID(f.ID), v.CaseID, &v.ID, f)
	}
}

// ready says what still keeps a visit from being completed: first what is a
// state (409), then what is missing (422).
func ready(v homecare.Visit) error {
	for _, a := range v.Alerts {
		if a.Level == LevelCritical && a.State == "open" {
			return ErrAlertOpen
		}
	}
	p := v.Plan
	if p == nil || p.StopProposal == nil && (len(p.FollowUps) == 0 || p.NextVisit == nil) {
		return ErrPlanMissing
	}
	var fields []fault.Field
	missing := func(pointer, id, en string) {
		fields = append(fields, fault.Field{Pointer: pointer, Code: "required", Text: fault.Text{ID: id, EN: en}})
	}
	if v.Anamnesis == nil {
		missing("/anamnesis", "Anamnesis belum diisi.", "The anamnesis is missing.")
	}
	if len(v.Vitals) == 0 && v.VitalsAbsentReason == "" {
		missing("/vitals", "Tanda vital belum diisi, atau alasan mengapa tidak diukur.", "The vital signs are missing, or the reason why there are none.")
	}
	if len(v.Services) == 0 {
		missing("/services", "Belum ada layanan yang diberikan.", "No service was given yet.")
	}
	if fields == nil {
		return nil
	}
	return ErrIncomplete.At(fields...)
}

// checkPlan says what is wrong with a plan made at a visit at that time.
func checkPlan(p *homecare.VisitPlan, owner func(string) bool, at time.Time, base string, check *fault.Check) {
	for i, f := range p.FollowUps {
		checkTask(f, owner, pointer(base+"/follow_ups", i, ""), check)
	}
	if n := p.NextVisit; n != nil {
		check.That(n.Date >= clock.Day(at), base+"/next_visit/date", "past", "Tanggal ini sudah lewat.", "This date has passed.")
		if n.StartsAt != nil {
			check.That(clock.Day(*n.StartsAt) == n.Date, base+"/next_visit/starts_at", "day", "Waktu ini tidak jatuh pada tanggal yang diisi.", "This time is not on the date given.")
		}
	}
}

func checkTask(f homecare.PlannedFollowUp, owner func(string) bool, base string, check *fault.Check) {
	check.That(f.OwnerAccountID != "" || f.Unit != "", base+"/owner_account_id", "required", "Isi petugas penanggung jawab atau unit di luar tim.", "Give an owner or a unit outside the team.")
	check.That(f.OwnerAccountID == "" || owner(f.OwnerAccountID), base+"/owner_account_id", "unknown",
		access.NotOwner.ID, access.NotOwner.EN)
}
