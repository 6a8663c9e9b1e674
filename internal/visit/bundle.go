package visit

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/alert"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/visit/record"
	"github.com/balangan/homecare/pkg/homecare"
)

// Bundle records a whole visit in one transaction, for weak lines: four round
// trips including begin and commit for an unplanned visit, whatever its size.
// Errors: a *fault.Contradiction where it contradicts the record, those of
// closing.
func (s *Service) Bundle(ctx context.Context, in homecare.VisitBundle) (homecare.Visit, error) {
	return unlessTaken(ctx, func() (homecare.Visit, error) {
		return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) {
			return s.bundleIn(tx, in)
		})
	})
}

func (s *Service) bundleIn(tx pg.Tx, in homecare.VisitBundle) (homecare.Visit, error) {
	if in.Visit != nil {
		in.PerformedBy = cmp.Or(in.PerformedBy, in.Visit.PerformedBy)
	}
	a := did(tx, in.PerformedBy, in.ArrivedAt)
	var none homecare.Visit
	p := record.Parts{VisitParts: in.VisitParts, Hazards: in.Hazards, Consumables: in.Consumables, Plan: in.Plan}
	r, err := s.openBundle(tx, in, a, p)
	if err != nil {
		return none, err
	}
	if r.was == Completed && r.contradiction == nil {
		r.contradiction = ErrAlreadyRecorded.Contradicts("visit", r.v.ID, r.act.by, r.act.at)
	}
	if err := r.arrive(in.Position); err != nil {
		return none, err
	}
	// A late bundle must not overwrite a record. Only a visit in progress has one, and
	// an account that did not begin the visit must say which version it saw.
	if r.was == InProgress && !r.t.Fresh && (in.Version != 0 || r.v.PerformedBy != a.by && !a.vouched) {
		if err := pg.Stale(in.Version, r.v.Version); err != nil {
			return none, err
		}
		if in.PerformedBy != "" && in.PerformedBy != r.v.PerformedBy && !a.vouched {
			return none, fault.ErrInvalid.At(fault.Field{Pointer: "/performed_by", Code: "begun_by", Text: fault.Text{
				ID: "Kunjungan ini dimulai oleh petugas lain, dan tetap miliknya. Kosongkan isian ini.",
				EN: "Somebody else began this visit, and it remains theirs. Leave this empty."}})
		}
	}
	if p, err = r.put(p); err != nil {
		return none, err
	}
	r.v = overlay(r.v, p)
	r.v.Alerts = alertsAfter(tx, &r.then, r.v, p, r.act, in.AlertNotes)
	if err := r.finish(in.DepartedAt); err != nil {
		return none, err
	}
	return r.save(audit.Event{Action: "visit.bundle", After: in})
}

// openBundle loads the input of the checks, for a planned or an unplanned visit.
func (s *Service) openBundle(tx pg.Tx, in homecare.VisitBundle, a act, p record.Parts) (*recording, error) {
	if in.Visit == nil {
		r, err := s.open(tx, in.VisitID, a, p)
		if err == nil {
			err = r.judge("/arrived_at")
		}
		return r, fault.NotFoundAt(err, "/visit_id")
	}
	plan := *in.Visit
	plan.Position = in.Position
	if plan.StopID == "" && plan.StartsAt == nil {
		plan.StartsAt = &in.ArrivedAt
		if end := in.DepartedAt; plan.EndsAt == nil && plan.DurationMinutes == 0 && end.After(in.ArrivedAt) {
			plan.EndsAt = &end
		}
	}
	r, err := s.fresh(tx, plan, a, p, "/arrived_at")
	if err == nil && r.verdict.UnderWay != "" { // a check-in has begun it already; this is the rest
		in.Type, in.VisitID, in.Visit = "planned", r.verdict.UnderWay, nil
		return s.openBundle(tx, in, a, p)
	}
	return r, inVisit(err, in.Visit.EndsAt == nil)
}

// inVisit moves err's pointers to the visit's members to where they are in a
// bundle. Where no end was given, it is the departure.
func inVisit(err error, departed bool) error {
	f := fault.From(err)
	if f == nil || len(f.Fields) == 0 {
		return err
	}
	fields := slices.Clone(f.Fields)
	for i, x := range fields {
		switch {
		case x.Pointer == "/arrived_at" || x.Pointer == "/performed_by":
		case departed && x.Pointer == "/ends_at":
			fields[i].Pointer = "/departed_at"
		default:
			fields[i].Pointer = "/visit" + x.Pointer
		}
	}
	moved := *f
	moved.Fields = fields
	return &moved
}

// unlessTaken runs f again when a concurrent transaction took the hour or recorded
// the same visit. The second run sees that.
func unlessTaken(ctx context.Context, f func() (homecare.Visit, error)) (v homecare.Visit, err error) {
	inside := call.Of(ctx).Again != nil // inside a transaction that such an error ends
	for range 3 {
		if v, err = f(); inside || !errors.Is(err, ErrTeamClash) && !same(err) {
			break
		}
	}
	return v, err
}

// same says that the database rejected the visit because it was recorded
// concurrently. A visit that was recorded earlier is a contradiction.
func same(err error) bool {
	_, seen := errors.AsType[*fault.Contradiction](err)
	return errors.Is(err, ErrAlreadyRecorded) && !seen
}

// overlay returns v with the parts of p.
func overlay(v homecare.Visit, p record.Parts) homecare.Visit {
	if p.Anamnesis != nil {
		v.Anamnesis = p.Anamnesis
	}
	if p.Vitals != nil {
		v.Vitals, v.VitalsAbsentReason, v.Pregnant = p.Vitals.Vitals, p.Vitals.AbsentReason, p.Vitals.Pregnant
	}
	if p.Services != nil {
		v.Services = p.Services.Services
	}
	if p.Plan != nil {
		v.Plan = p.Plan
	}
	return v
}

// alertsAfter are the alerts after the write: those of the new values, and
// earlier ones that p does not replace. A note in the bundle acknowledges the
// alerts of its code at once.
func alertsAfter(tx pg.Tx, b *pgx.Batch, v homecare.Visit, p record.Parts, by act,
	notes []homecare.AlertNote) []homecare.Alert {
	var after []homecare.Alert
	for _, a := range v.Alerts {
		if a.Part == "vital" && p.Vitals != nil || a.Part == "lab" && p.Labs != nil {
			continue
		}
		after = append(after, a)
	}
	for _, d := range p.Dangers() {
		state := "open"
		for _, a := range v.Alerts { // acknowledged before, with the same value
			if (a.State == "acknowledged" || a.State == "closed") && a.Code == d.Code && a.Value == d.Value &&
				a.Level == d.Level {
				state = a.State
			}
		}
		after = append(after, homecare.Alert{Code: d.Code, Level: d.Level, State: state})
	}
	for _, n := range notes {
		alert.QueueNote(tx, b, v.ID, n, by.by, clock.Day(by.at))
		for i := range after {
			if after[i].Code == n.Code && after[i].State == "open" {
				after[i].State = "acknowledged"
			}
		}
	}
	return after
}
