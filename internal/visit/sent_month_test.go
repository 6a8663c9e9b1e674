package visit_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// reported adds a report of months to the programme, made before now.
func (w *world) reported(programme, state string, months ...string) {
	w.T.Helper()
	for _, m := range months {
		w.SQL(`insert into monthly_report (puskesmas_id, id, programme_code, template_code, template_version, month,
			state, figures, figures_hash, submitted_at, sent_at, created_at, created_by)
			select $1, gen_random_uuid(), g.code, t.code, t.version, $2, $3, '{}', 'x', $4::timestamptz,
			$4::timestamptz, $4::timestamptz, $5
			from programme g join report_template t on t.code = g.report_template
			where g.code = $6`, w.Tenant(), m, state, now.Add(-time.Minute), w.NurseID, programme)
	}
}

func death(day string) homecare.CaseEnd {
	return homecare.CaseEnd{Kind: "death", Date: day, Death: &homecare.Death{Place: "home", Cause: "Uji"}}
}

// TestActsTellSentMonths: exactly the acts that change a month with a report say
// so.
func TestActsTellSentMonths(t *testing.T) {
	t.Parallel()
	done := homecare.CancelVisit{Reason: "Uji"}
	of := func(v homecare.Visit, err error) (string, error) { return apitest.SentMonths(v.Warnings), err }
	ofCase := func(c homecare.Case, err error) (string, error) { return apitest.SentMonths(c.Warnings), err }
	ofPatient := func(p homecare.Patient, err error) (string, error) { return apitest.SentMonths(p.Warnings), err }
	type scene struct {
		*world
		v      homecare.Visit // planned
		second string         // a second person
	}
	for name, c := range map[string]struct {
		before func(w *scene)
		months []string // those with a report; empty: this one
		act    func(w *scene) (string, error)
		want   string
	}{
		"plan": {act: func(w *scene) (string, error) {
			v := w.Plan(3)
			return apitest.SentMonths(v.Warnings), nil
		}, want: "2026-03"},
		"plan of another month": {months: []string{"2026-02"}, act: func(w *scene) (string, error) {
			v := w.Plan(3)
			return apitest.SentMonths(v.Warnings), nil
		}},
		"cancel": {act: func(w *scene) (string, error) {
			return of(w.Nurse.CancelVisit(w.T.Context(), w.v.ID, w.v.Version, done))
		}, want: "2026-03"},
		"miss": {act: func(w *scene) (string, error) {
			return of(w.Nurse.MissVisit(w.T.Context(), w.v.ID, w.v.Version, homecare.MissVisit{ReasonCode: "not_home",
				Reason: "Kosong"}))
		}, want: "2026-03"},
		"reschedule": {act: func(w *scene) (string, error) {
			to := now.AddDate(0, 1, 0)
			return of(w.Nurse.RescheduleVisit(w.T.Context(), w.v.ID, w.v.Version,
				homecare.RescheduleVisit{StartsAt: &to, Reason: "Hujan"}))
		}, want: "2026-03"},
		"amend": {before: func(w *scene) { w.v = apitest.MustVisit(w.T)(w.Nurse.RecordVisit(w.T.Context(), w.at(-1))) },
			act: func(w *scene) (string, error) {
				return of(w.Nurse.AmendVisit(w.T.Context(), w.v.ID, w.v.Version, homecare.AmendVisit{Reason: "Salah",
					VisitParts: homecare.VisitParts{Services: w.at(0).Services}}))
			}, want: "2026-03"},
		"new follow-up": {act: func(w *scene) (string, error) {
			return apitest.SentMonths(w.Task(homecare.NewFollowUp{}).Warnings), nil
		}, want: "2026-03"},
		"group session": {act: func(w *scene) (string, error) {
			e, err := w.Nurse.AddEducationSession(w.T.Context(), w.session("2026-02-28"))
			return apitest.SentMonths(e.Warnings), err
		}, months: []string{"2026-02"}, want: "2026-02"},
		"proposal": {act: func(w *scene) (string, error) {
			return ofCase(w.Nurse.ProposeCase(w.T.Context(), homecare.NewCase{PatientID: w.second,
				Programme: "kupinang", Origin: "walk_in", Reason: "Uji"}))
		}, want: "2026-03"},
		"an end that changes the stock of later months": {months: []string{"2026-01", "2026-02"},
			act: func(w *scene) (string, error) {
				return ofCase(w.Head.EndCase(w.T.Context(), w.CaseID, 1, death("2025-12-31")))
			}, want: "2026-01 2026-02"},
		"an end after them": {months: []string{"2026-01", "2026-02"}, act: func(w *scene) (string, error) {
			return ofCase(w.Head.EndCase(w.T.Context(), w.CaseID, 1, death("2026-03-01")))
		}},
		"entered in error": {months: []string{"2025-12", "2026-02"}, act: func(w *scene) (string, error) {
			return ofCase(w.Head.EndCase(w.T.Context(), w.CaseID, 1, homecare.CaseEnd{Kind: "entered_in_error",
				Date: "2026-03-10", Note: "Salah orang"}))
		}, want: "2025-12 2026-02"},
		"a death taken back": {before: func(w *scene) {
			taken[homecare.Case](w.T)(w.Head.EndCase(w.T.Context(), w.CaseID, 1, death("2026-03-10")))
		}, act: func(w *scene) (string, error) {
			return ofCase(w.Head.RetractDeath(w.T.Context(), w.CaseID, apitest.Ask[int64](w.Home,
				`select version from care_case where id = $1`, w.CaseID), homecare.Retraction{Reason: "Keliru"}))
		}, want: "2026-03"},
		"a birth date": {before: func(w *scene) {
			w.v = apitest.MustVisit(w.T)(w.Nurse.RecordVisit(w.T.Context(), w.at(-1)))
		}, act: func(w *scene) (string, error) {
			return ofPatient(w.Staff("koordinator.tanah-habang").ChangePatient(w.T.Context(), w.PatientID, 1,
				homecare.PatientChange{BirthDate: homecare.Opt[string]{Set: true, V: "1951-01-01"}}))
		}, want: "2026-03"},
		"a merge": {before: func(w *scene) {
			w.v = apitest.MustVisit(w.T)(w.Nurse.RecordVisit(w.T.Context(), w.at(-1)))
		}, act: func(w *scene) (string, error) {
			return ofPatient(w.Staff("koordinator.tanah-habang").MergePatient(w.T.Context(), w.PatientID, 1,
				homecare.MergePatient{IntoID: w.second, Reason: "Sama"}))
		}, want: "2026-03"},
		"a parked act that is taken": {before: func(w *scene) {
			w.end("referral", "2026-03-08")
			_, err := w.Nurse.RecordVisit(w.T.Context(), w.at(-1))
			id := apitest.Parked(w.T, err, "case_ended")
			w.v.ID = id
		}, act: func(w *scene) (string, error) {
			at := now.AddDate(0, 0, -3).Add(-time.Hour)
			p, err := w.Head.RedirectParked(w.T.Context(), w.v.ID, 1,
				homecare.RedirectParked{At: &at, Note: "Tanggal salah"})
			return apitest.SentMonths(p.Warnings), err
		}, want: "2026-03"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &scene{world: newWorld(t)}
			w.PatientID = w.AddPatient(t, "tanah-habang", apitest.Person{Name: "Galuh", Sex: "female",
				BirthDate: "1950-05-05", Village: village})
			w.second = w.AddPatient(t, "tanah-habang", apitest.Person{Name: "Ijah", Sex: "female",
				BirthDate: "1950-05-05", Village: village})
			w.SQL(`update care_case set patient_id = $2, proposed_on = '2025-12-01', activated_at = '2025-12-01 01:00Z'
				where id = $1`, w.CaseID, w.PatientID)
			w.v = w.Plan(1)
			if c.before != nil {
				c.before(w)
			}
			if c.months == nil {
				c.months = []string{"2026-03"}
			}
			w.SQL(`update care_case set version = 1 where state = 'active'`)
			w.reported("kupinang", "submitted", c.months...)
			got, err := c.act(w)
			if err != nil || got != c.want {
				t.Errorf("told %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

// TestDeathTellsTheOtherProgramme: a death ends the case of the other programme,
// whose report was sent; a dry run says so too.
func TestDeathTellsTheOtherProgramme(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.SQL(`insert into puskesmas_programme (puskesmas_id, programme_code, starts_on)
		values ($1, 'homecare_sanggam', '2025-01-01') on conflict do nothing`, w.Tenant())
	w.SQL(`insert into care_case (puskesmas_id, id, patient_id, programme_code, sop_version_id, state, origin, reason,
		proposed_at, proposed_by)
		select $1, gen_random_uuid(), $2, 'homecare_sanggam', min(id::text)::uuid, 'active', 'walk_in', 'Uji',
		'2026-02-10 01:00Z', gen_random_uuid() from sop_version`, w.Tenant(), w.PatientID)
	w.reported("homecare_sanggam", "sent", "2026-03")
	for _, query := range []url.Values{{"dry_run": {"true"}}, nil} {
		var out homecare.Case
		err := w.Head.Do(t.Context(), homecare.Call{Method: "POST", Path: "/v1/cases/" + w.CaseID + "/end",
			Query: query, Body: death("2026-03-10"), IfMatch: 1, Out: &out})
		if err != nil || apitest.SentMonths(out.Warnings) != "2026-03" {
			t.Errorf("%+v %v", out.Warnings, err)
		}
	}
}
