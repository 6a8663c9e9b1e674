//go:build sabotage

package state_exits

import (
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/alert"
	"github.com/balangan/homecare/internal/late"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/visit"
	"github.com/balangan/homecare/pkg/homecare"
)

var arrived, decided = []string{"arrived"}, []string{"office_decided"}

func visits() machine {
	return machine{
		name: visit.Machine.Name, base: "/v1/visits/{id}",
		ways: []way{
			{state: "planned", make: func(w *world) string { return w.planned().ID }},
			{state: "in_progress", holds: arrived, make: func(w *world) string { return w.recorded().ID }},
			{state: "missed", make: func(w *world) string { return w.closed(w.planned(), "miss") }},
			{state: "missed", holds: arrived, make: func(w *world) string { return w.closed(w.recorded(), "miss") }},
			{state: "cancelled", make: func(w *world) string { return w.closed(w.planned(), "cancel") }},
			{state: "cancelled", holds: arrived, make: func(w *world) string {
				return w.closed(w.recorded(), "cancel")
			}},
			{state: "cancelled", holds: decided, make: func(w *world) string {
				return w.closed(w.planned(), "cancel")
			}},
			{state: "rescheduled", holds: decided, make: func(w *world) string {
				return w.closed(w.planned(), "reschedule")
			}},
			{state: "rescheduled", make: func(w *world) string { return w.closed(w.planned(), "reschedule") }},
			{state: "rescheduled", holds: arrived, make: func(w *world) string {
				return w.closed(w.recorded(), "reschedule")
			}},
			{state: "completed", holds: arrived, make: func(w *world) string {
				return w.closed(w.recorded(), "complete")
			}},
		},
		// The author amends within two days, Kepala always.
		narrow: func(role auth.Role, _, act string) bool { return role == access.Koordinator && act == "amend" },
		read: func(w *world, by *homecare.Client, id string) (record, error) {
			v, err := by.Visit(w.Context(), id)
			return record{state: v.State, version: v.Version, mark: fmt.Sprint(v.Version, v.Revision)}, err
		},
		acts: map[string]func(*world, *homecare.Client, string, int64, string) error{
			"check-in": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				// another one each time
				arrived := w.now.Add(-time.Hour - time.Duration(w.serial.Add(1))*time.Millisecond)
				_, err := by.CheckIn(w.Context(), id, version, homecare.CheckIn{ArrivedAt: arrived})
				return err
			},
			"record": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				_, err := by.PutAnamnesis(w.Context(), id, version, homecare.Anamnesis{ChiefComplaint: "Pusing"})
				return err
			},
			"complete": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				_, err := by.CompleteVisit(w.Context(), id, version,
					homecare.CompleteVisit{DepartedAt: w.now.Add(-time.Minute)})
				return err
			},
			"miss": func(w *world, by *homecare.Client, id string, version int64, when string) error {
				_, err := by.MissVisit(w.Context(), id, version, homecare.MissVisit{ReasonCode: "not_home",
					Reason: "Ke kebun"})
				if when != decided[0] {
					return err
				}
				p := must(w.koordinator().Parked(w.Context(), parkedID(err)))
				_, err = w.koordinator().TakeParked(w.Context(), p.ID, p.Version,
					homecare.DecideParked{Note: "Memang didatangi"})
				return err
			},
			"cancel": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				_, err := by.CancelVisit(w.Context(), id, version, homecare.CancelVisit{Reason: "Salah jadwal"})
				return err
			},
			"reschedule": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				_, err := by.RescheduleVisit(w.Context(), id, version, homecare.RescheduleVisit{StartsAt: w.later(),
					Reason: "Hujan"})
				return err
			},
			"amend": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				_, err := by.AmendVisit(w.Context(), id, version, homecare.AmendVisit{Reason: "Salah tulis",
					VisitParts: homecare.VisitParts{Anamnesis: &homecare.Anamnesis{ChiefComplaint: "Nyeri kepala"}}})
				return err
			},
		},
	}
}

func (w *world) planned() homecare.Visit {
	return must(w.petugas().PlanVisit(w.Context(), homecare.PlanVisit{CaseID: w.care(), StartsAt: w.later()}))
}

// begun is an unplanned visit that began an hour ago.
func (w *world) begun(caseID string) homecare.Visit {
	at := w.earlier(time.Hour)
	return must(w.petugas().PlanVisit(w.Context(), homecare.PlanVisit{CaseID: caseID, StartsAt: &at, Unplanned: true}))
}

var (
	served = homecare.VisitParts{Anamnesis: &homecare.Anamnesis{ChiefComplaint: "Lemas"},
		Vitals:   &homecare.VitalsPart{AbsentReason: "Alat rusak"},
		Services: homecare.NewServicesPart(&homecare.LimitedMedicalCare{Condition: "unchanged"})}
	toStop = homecare.VisitPlan{StopProposal: &homecare.StopProposal{Ending: "referral", Reason: "Rujukan"}}
)

// recorded is a visit in progress with a complete record.
func (w *world) recorded() homecare.Visit {
	v := w.begun(w.care())
	for _, p := range []struct {
		name string
		body any
	}{{"anamnesis", served.Anamnesis}, {"vitals", served.Vitals}, {"services", served.Services}, {"plan", toStop}} {
		v = must(apitest.PutPart(w.Context(), w.petugas(), v.ID, p.name, v.Version, p.body))
	}
	return v
}

// closed ends a visit by an act of the machine.
func (w *world) closed(v homecare.Visit, act string) string {
	if err := visits().acts[act](w, w.petugas(), v.ID, v.Version, ""); err != nil {
		panic(fault{err})
	}
	return v.ID
}

func alerts() machine {
	return machine{
		name: alert.Machine.Name, base: "/v1/alerts/{id}",
		ways: []way{
			{state: "open", make: (*world).raised},
			{state: "acknowledged", make: func(w *world) string { return w.onAlert(w.raised(), "acknowledge") }},
			{state: "closed", make: func(w *world) string {
				return w.onAlert(w.onAlert(w.raised(), "acknowledge"), "close")
			}},
			{state: "corrected", make: func(w *world) string { return w.onAlert(w.raised(), "correct") }},
		},
		read: func(w *world, by *homecare.Client, id string) (record, error) {
			a, err := w.alert(by, id)
			return record{state: a.State, version: a.Version, mark: fmt.Sprint(a.Version)}, err
		},
		acts: map[string]func(*world, *homecare.Client, string, int64, string) error{
			"acknowledge": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				_, err := by.AcknowledgeAlert(w.Context(), id, version, homecare.AcknowledgeAlert{Note: "Diberi obat"})
				return err
			},
			"close": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				_, err := by.CloseAlert(w.Context(), id, version, homecare.CloseAlert{Note: "Tekanan turun"})
				return err
			},
			"correct": func(w *world, _ *homecare.Client, id string, _ int64, _ string) error {
				v := must(w.kepala().Visit(w.Context(), must(w.alert(w.kepala(), id)).VisitID))
				_, err := w.petugas().PutVitals(w.Context(), v.ID, v.Version, pressure(120))
				return err
			},
		},
	}
}

func pressure(sbp float64) homecare.VitalsPart {
	return homecare.VitalsPart{Vitals: []homecare.Vital{{Code: "sbp", Value: &sbp}}}
}

// raised is an alert of a visit in progress.
func (w *world) raised() string {
	v := w.begun(w.care())
	v = must(w.petugas().PutVitals(w.Context(), v.ID, v.Version, pressure(190)))
	return v.Alerts[0].ID
}

func (w *world) alert(by *homecare.Client, id string) (homecare.Alert, error) {
	for _, s := range alert.Machine.States() {
		all, err := by.Alerts(w.Context(), url.Values{"state": {s}, "limit": {"500"}})
		if err != nil {
			return homecare.Alert{}, err
		}
		if i := slices.IndexFunc(all.Data, func(a homecare.Alert) bool { return a.ID == id }); i >= 0 {
			return all.Data[i], nil
		}
	}
	return homecare.Alert{}, fmt.Errorf("alert %s is in no list", id)
}

func (w *world) onAlert(id, act string) string {
	if err := alerts().acts[act](w, w.petugas(), id, must(w.alert(w.kepala(), id)).Version, ""); err != nil {
		panic(fault{err})
	}
	return id
}

func parkedActs() machine {
	return machine{
		name: late.Machine.Name, base: "/v1/parked/{id}",
		ways: []way{
			{state: "parked", holds: []string{"by_author"}, make: (*world).parked},
			{state: "parked", not: access.Petugas, make: (*world).parked},
			{state: "taken", make: func(w *world) string { return w.decided(w.koordinator(), "take") }},
			{state: "returned", make: func(w *world) string { return w.decided(w.koordinator(), "return") }},
			{state: "withdrawn", make: func(w *world) string { return w.decided(w.petugas(), "withdraw") }},
		},
		narrow: func(role auth.Role, _, act string) bool { return role != access.Petugas && act == "withdraw" },
		read: func(w *world, by *homecare.Client, id string) (record, error) {
			a, err := by.Parked(w.Context(), id)
			return record{state: a.State, version: a.Version, allowed: a.Allowed, mark: fmt.Sprint(a.Version)}, err
		},
		acts: map[string]func(*world, *homecare.Client, string, int64, string) error{
			"take": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				_, err := by.TakeParked(w.Context(), id, version, homecare.DecideParked{Note: "Ambil"})
				return err
			},
			"redirect": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				at := w.now.Add(-8 * time.Hour)
				_, err := by.RedirectParked(w.Context(), id, version,
					homecare.RedirectParked{At: &at, Note: "Jam keliru"})
				return err
			},
			"return": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				_, err := by.ReturnParked(w.Context(), id, version, homecare.DecideParked{Note: "Periksa lagi"})
				return err
			},
			"withdraw": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				_, err := by.WithdrawParked(w.Context(), id, version, homecare.DecideParked{Note: "Keliru"})
				return err
			},
		},
	}
}

// parked is a visit sent by the nurse and made by somebody outside the team.
func (w *world) parked() string {
	at, plan := w.earlier(5*time.Hour), toStop
	_, err := w.petugas().RecordVisit(w.Context(), homecare.VisitBundle{Visit: &homecare.PlanVisit{CaseID: w.care()},
		ArrivedAt: at, DepartedAt: at.Add(time.Hour),
		PerformedBy: w.ids["petugas3"], VisitParts: served, Plan: &plan})
	return parkedID(err)
}

func (w *world) decided(by *homecare.Client, act string) string {
	id := w.parked()
	if err := parkedActs().acts[act](w, by, id, must(by.Parked(w.Context(), id)).Version, ""); err != nil {
		panic(fault{err})
	}
	return id
}
