package visit

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/visit/record"
	"github.com/balangan/homecare/pkg/homecare"
)

// Complete completes a visit. It requires a follow-up plan and a next visit, or a
// proposal to stop (SOP HS 5e, KP C2), a complete record, and every critical value
// acknowledged. It is judged as of the arrival, even if the office closed the
// visit meanwhile. Errors: ErrAlertOpen, ErrPlanMissing, ErrIncomplete, a
// *fault.Contradiction.
func (s *Service) Complete(ctx context.Context, id string, in homecare.CompleteVisit) (homecare.Visit, error) {
	return unlessTaken(ctx, func() (homecare.Visit, error) {
		return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) {
			a := did(tx, in.PerformedBy, in.DepartedAt)
			a.begun = true
			return s.visitStep(tx, id, DoComplete, a, "/departed_at", func(r *recording) (audit.Event, error) {
				return audit.Event{Action: "visit.complete"}, r.finish(in.DepartedAt)
			})
		})
	})
}

// ready returns what prevents the completion of a visit: first states (409),
// then missing parts (422).
func ready(v homecare.Visit) error {
	if open := unanswered(v.Alerts); len(open) > 0 {
		return ErrAlertOpen.At(open...)
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
		missing("/vitals", "Tanda vital belum diisi, atau alasan mengapa tidak diukur.",
			"The vital signs are missing, or the reason why there are none.")
	}
	if len(v.Services) == 0 {
		missing("/services", "Belum ada layanan yang diberikan.", "No service was given yet.")
	}
	if fields == nil {
		return nil
	}
	return ErrIncomplete.At(fields...)
}

// unanswered are the critical values that nobody has acknowledged, one error each.
func unanswered(alerts []homecare.Alert) (out []fault.Field) {
	for _, a := range alerts {
		if a.Level == record.LevelCritical && a.State == "open" {
			label := func(language string) string { return homecare.LabelOf("vital+lab_test", a.Code, language) }
			out = append(out, fault.Field{Code: a.Code,
				Text: fault.Text{ID: "{id}: tuliskan apa yang dilakukan.", EN: "{en}: write what was done."},
				Args: map[string]any{"id": label("id"), "en": label("en")}})
		}
	}
	return out
}
