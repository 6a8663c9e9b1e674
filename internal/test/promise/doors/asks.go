package doors

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/pkg/homecare"
)

// Ask is one request that names a record of the case Own.
type Ask struct {
	Permission string
	How        string     // one of the ways in Door.Names
	Outside    app.Answer // if it differs from the door's for this way
	Call       homecare.Call
	File       *homecare.NewAttachment // an upload instead of Call
	// Shows says that the answer to the team contains one of the secrets, so
	// that the same answer without them is evidence.
	Shows bool
}

type body map[string]any

// stale is an If-Match that no record has. For a caller with access, the
// version is refused; for others, access is refused first. So nothing changes.
const stale = 999

// Asks are the requests of the walk, at least one for each line of app.Doors.
func (w *World) Asks() []Ask {
	out := append(w.registryAsks(), w.caseAsks()...)
	out = append(out, w.visitAsks()...)
	return append(out, w.fileAsks()...)
}

func get(permission, how string, shows bool, id string, query ...string) Ask {
	q := url.Values{}
	for i := 0; i+1 < len(query); i += 2 {
		q.Set(query[i], query[i+1])
	}
	return Ask{Permission: permission, How: how, Shows: shows, Call: homecare.Call{Method: http.MethodGet,
		Path: path(permission, id), Query: q}}
}

// send is a write on a record. The version is stale unless the route takes
// none.
func send(permission, how, id string, b any) Ask {
	method, _, _ := strings.Cut(permission, " ")
	return Ask{Permission: permission, How: how, Call: homecare.Call{Method: method, Path: path(permission, id),
		IfMatch: stale, Body: b}}
}

// create is a POST that creates something and takes no version.
func create(permission, how, id string, b any) Ask {
	a := send(permission, how, id, b)
	a.Call.IfMatch = 0
	return a
}

func path(permission, id string) string {
	_, p, _ := strings.Cut(permission, " ")
	return strings.NewReplacer("{id}", id, "{n}", "1").Replace(p)
}

func (w *World) registryAsks() []Ask {
	p := w.Own.PatientID
	consents := "/v1/patients/{id}/consents"
	withdraw := send("POST "+consents+"/{consent_id}/withdraw", "path", p, body{"reason": "Ditarik"})
	withdraw.Call.Path = strings.Replace(withdraw.Call.Path, "{consent_id}", w.Consent.ID, 1)
	void := create("POST /v1/patients/{id}/facts/{fact_id}/void", "path", p, body{"reason": "Keliru"})
	void.Call.Path = strings.Replace(void.Call.Path, "{fact_id}", w.Fact.ID, 1)
	search := create("POST /v1/patients/search", "name", "", body{"name": "Ibu Milik"})
	search.Call.NoKey = true
	return []Ask{
		create("POST /v1/patients", "body", "", body{"name": "Orang Baru", "sex": "female", "birth_date": "1951-01-01",
			"village": "6311052001"}),
		get("GET /v1/patients", "filters", false, "", "village", "6311052001"),
		search,
		get("GET /v1/patients/{id}", "path", false, p),
		send("PATCH /v1/patients/{id}", "path", p, body{"name": "Ibu Milik Tim"}),
		create("POST /v1/patients/{id}/reveal", "path", p, body{"purpose": "Mencocokkan kartu"}),
		get("GET /v1/patients/{id}/timeline", "path", true, p),
		get("GET /v1/patients/{id}/last-values", "path", true, p),
		get("GET /v1/patients/{id}/facts", "path", true, p),
		create("POST /v1/patients/{id}/facts", "path", p, body{"code": "smoker"}),
		void,
		get("GET /v1/patients/{id}/measurements", "path", true, p),
		get("GET /v1/patients/{id}/sources", "path", false, p),
		get("GET /v1/patients/{id}/risk-factors", "path", false, p),
		get("GET /v1/households/{id}", "path", false, w.Household),
		get("GET /v1/priorities", "filters", false, "", "programme", "kupinang"),
		get("GET "+consents, "path", true, p),
		create("POST "+consents, "path", p, body{"kind": "photo", "given_by": "Ibu", "relation": "self",
			"given_on": "2026-10-01"}),
		withdraw,
	}
}

func (w *World) caseAsks() []Ask {
	c, f := w.Own.ID, w.FollowUp.ID
	why, act := body{"reason": "Alasan"}, "POST /v1/cases/{id}/"
	// A task on the outside's own case with a visit of the team: the visit
	// looks like a missing one.
	ofVisit := w.Task(w.Apart.ID)
	ofVisit.VisitID = w.Done.ID
	task := create("POST /v1/follow-ups", "visit_id", "", ofVisit)
	task.Outside = app.Unknown
	return []Ask{
		create("POST /v1/cases", "reopens_case_id", "", body{"patient_id": w.Apart.PatientID,
			"programme": "homecare_sanggam", "origin": "other", "reason": "Uji", "reopens_case_id": c}),
		get("GET /v1/cases", "list", true, ""),
		get("GET /v1/cases", "patient_id", true, "", "patient_id", w.Own.PatientID, "expand", "patient"),
		get("GET /v1/cases", "team", true, "", "team", w.Own.TeamID),
		get("GET /v1/cases/{id}", "path", true, c),
		get("GET /v1/cases/{id}", "expand", true, c, "expand", "patient,team"),
		get("GET /v1/cases/{id}/history", "path", false, c),
		send(act+"withdraw", "path", c, why),
		send(act+"review", "path", c, body{"problems": []string{"x"}, "goals": []string{"x"},
			"planned_services": []body{{"type": "limited_medical_care"}},
			"visit_frequency":  body{"times": 1, "every_weeks": 2}, "participants": []string{w.LeadID}}),
		send(act+"end", "path", c, body{"kind": "death", "date": "2026-10-14",
			"death": body{"place": "home", "cause": "Gagal jantung"}}),
		send(act+"retract-refusal", "path", c, why),
		send(act+"referral-outcome", "path", c, body{"result": "admitted", "occurred_on": "2026-10-14"}),
		send(act+"reopen", "path", c, body{"origin": "other", "reason": "Uji"}),

		create("POST /v1/follow-ups", "case_id", "", w.Task(c)),
		task,
		get("GET /v1/follow-ups", "list", true, ""),
		get("GET /v1/follow-ups", "case_id", true, "", "case_id", c),
		get("GET /v1/follow-ups/{id}", "path", true, f),
		send("POST /v1/follow-ups/{id}/hand-over", "path", f, body{"unit": "Dinas Sosial"}),
		send("POST /v1/follow-ups/{id}/take-back", "path", f, body{"reason": "Belum dijawab"}),
		send("POST /v1/follow-ups/{id}/answer", "path", f, body{"answer": "Sudah"}),
		send("POST /v1/follow-ups/{id}/done", "path", f, body{"result": "Selesai"}),
		send("POST /v1/follow-ups/{id}/cancel", "path", f, body{"result": "Batal"}),
		get("GET /v1/alerts", "list", true, ""),
		get("GET /v1/alerts", "case_id", true, "", "case_id", c),
		send("POST /v1/alerts/{id}/acknowledge", "path", w.Alert.ID, body{"note": "Dirujuk"}),
		send("POST /v1/alerts/{id}/close", "path", w.Alert.ID, body{"note": "Membaik"}),
		get("GET /v1/parked", "list", true, ""),
		get("GET /v1/parked", "case_id", true, "", "case_id", c),
		get("GET /v1/parked/{id}", "path", true, w.Parked),
		send("POST /v1/parked/{id}/withdraw", "path", w.Parked, body{"note": "Salah orang"}),
		create("POST /v1/evaluations", "case", "", w.Finding("case", c)),
		create("POST /v1/evaluations", "visit", "", w.Finding("visit", w.Done.ID)),
		get("GET /v1/evaluations", "list", true, ""),
		get("GET /v1/evaluations", "subject_id", true, "", "subject_id", c),
		send("POST /v1/evaluations/{id}/close", "path", w.Evaluation.ID, body{"result": "Selesai"}),
	}
}

func (w *World) visitAsks() []Ask {
	c, v, at := w.Own.ID, w.Begun.ID, today.Add(72*time.Hour)
	joined := w.Bundle(w.Apart.ID, today.Add(-26*time.Hour))
	joined.Visit.StopID = w.Planned.StopID
	planned := w.Bundle(c, today.Add(-27*time.Hour))
	planned.VisitID, planned.Visit, planned.Version = w.Planned.ID, nil, stale
	put := func(part string, b any) Ask { return send("PUT /v1/visits/{id}/"+part, "path", v, b) }
	act := "POST /v1/visits/{id}/"
	move := send(act+"reschedule", "stop_id", w.OutsidePlanned.ID,
		body{"stop_id": w.Planned.StopID, "reason": "Digabung"})
	move.Call.IfMatch = w.OutsidePlanned.Version
	return []Ask{
		create("POST /v1/visits", "case_id", "", body{"case_id": c, "starts_at": at}),
		create("POST /v1/visits", "stop_id", "", body{"case_id": w.Apart.ID, "stop_id": w.Planned.StopID}),
		create("POST /v1/visits/bundle", "case_id", "", w.Bundle(c, today.Add(-28*time.Hour))),
		create("POST /v1/visits/bundle", "stop_id", "", joined),
		create("POST /v1/visits/bundle", "visit_id", "", planned),
		get("GET /v1/visits", "list", true, ""),
		get("GET /v1/visits", "case_id", true, "", "case_id", c, "expand", "patient"),
		get("GET /v1/visits", "patient_id", true, "", "patient_id", w.Own.PatientID),
		get("GET /v1/visits/{id}", "path", true, v),
		get("GET /v1/visits/{id}", "expand", true, v, "expand", "patient,case"),
		send(act+"check-in", "path", v, body{"arrived_at": today}),
		send(act+"complete", "path", v, body{"departed_at": today}),
		send(act+"miss", "path", v, body{"reason_code": "not_home", "reason": "Kosong"}),
		send(act+"cancel", "path", v, body{"reason": "Batal"}),
		send(act+"reschedule", "path", v, body{"starts_at": at, "reason": "Hujan"}),
		move,
		send(act+"amend", "path", w.Done.ID,
			body{"reason": "Salah", "education": body{"topics": []string{"Diet"}, "method": "counselling"}}),
		get("GET /v1/visits/{id}/revisions", "path", false, w.Done.ID),
		get("GET /v1/visits/{id}/revisions/{n}", "path", true, w.Done.ID),
		get("GET /v1/visits/{id}/checklist", "path", true, v),
		put("checklist", body{"ticked": []string{}}),
		put("anamnesis", body{"chief_complaint": "Lemas"}),
		put("vitals", body{"vitals": []body{{"code": "sbp", "value": 120}}}),
		put("examination", body{"general": "Baik"}),
		put("diagnoses", body{"diagnoses": []body{{"code": "I10", "role": "primary"}}}),
		put("services",
			body{"services": []body{{"type": "limited_medical_care", "schema_version": 1,
				"data": body{"condition": "unchanged", "referral_needed": false}}}}),
		put("assessments", body{"assessments": []body{}}),
		put("labs", body{"labs": []body{}}),
		put("education", body{"topics": []string{"Diet"}, "method": "counselling"}),
		put("hazards", body{"hazards": []body{}}),
		put("consumables", body{"consumables": []body{}}),
		put("plan", body{"follow_ups": []body{{"what": "Kontrol", "unit": "Poli", "due_on": "2026-10-20"}}}),
		get("GET /v1/calendar", "the own stops", true, "", "from", "2026-10-10", "to", "2026-10-30"),
		get("GET /v1/stops", "the own stops", true, ""),
		get("GET /v1/cases/{id}/attachments", "path", true, w.Own.ID),
		get("GET /v1/hazards", "list", true, ""),
	}
}

func (w *World) fileAsks() []Ask {
	var out []Ask
	for kind, id := range map[string]string{"case": w.Own.ID, "visit": w.Done.ID, "document": w.Sheet.ID,
		"follow_up": w.FollowUp.ID, "patient": w.Own.PatientID} {
		file := File(kind, id)
		out = append(out, Ask{Permission: "POST /v1/attachments", How: "subject " + kind, File: &file})
		out = append(out, get("GET /v1/attachments", "subject "+kind, kind == "case" || kind == "patient", "",
			"subject_kind", kind, "subject_id", id))
	}
	// The outside's own letter with a file of the team: the file looks like a
	// missing one.
	foreign := create("POST /v1/documents/{id}/signed-copy", "attachment_id", w.OutsideLetter.ID,
		body{"attachment_id": w.CaseFile.ID})
	foreign.Call.IfMatch, foreign.Outside = w.OutsideLetter.Version, app.Unknown
	out = append(out, foreign)
	for _, id := range []string{w.CaseFile.ID, w.PersonFile.ID} {
		out = append(out,
			get("GET /v1/attachments/{id}", "path", true, id),
			get("GET /v1/attachments/{id}/content", "path", false, id),
			send("POST /v1/attachments/{id}/void", "path", id, body{"reason": "Salah"}))
	}
	for _, id := range []string{w.Letter.ID, w.Sheet.ID} {
		out = append(out,
			get("GET /v1/documents/{id}", "path", true, id),
			get("GET /v1/documents/{id}/pdf", "path", false, id),
			send("POST /v1/documents/{id}/signed-copy", "path", id, body{"attachment_id": w.CaseFile.ID}))
	}
	return append(out,
		get("GET /v1/documents", "list", true, ""),
		get("GET /v1/documents", "case_id", true, "", "case_id", w.Own.ID),
		get("GET /v1/documents", "subject_id", true, "", "subject_id", w.Done.ID),
		create("POST /v1/visits/{id}/anamnesis-sheet", "path", w.Done.ID, nil))
}
