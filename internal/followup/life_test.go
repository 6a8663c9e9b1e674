package followup_test

import (
	"net/url"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestFollowUpLife(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	add := func(due string) homecare.FollowUp {
		f, err := w.Nurse.AddFollowUp(ctx, homecare.NewFollowUp{CaseID: w.CaseID,
			PlannedFollowUp: homecare.PlannedFollowUp{What: "Urus jaminan", OwnerAccountID: w.NurseID, DueOn: due}})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	late, today := add("2026-03-09"), add("2026-03-10")
	if !late.Overdue || today.Overdue {
		t.Fatalf("overdue %t %t", late.Overdue, today.Overdue)
	}
	for name, c := range map[string]struct {
		client *homecare.Client
		q      url.Values
		want   int
	}{
		"all": {w.Nurse, nil, 2}, "overdue": {w.Nurse, url.Values{"overdue": {"true"}}, 1}, "mine": {w.Nurse,
			url.Values{"mine": {"true"}}, 2}, "Kepala's own": {w.Head, url.Values{"mine": {"true"}}, 0},
		"done": {w.Nurse, url.Values{"state": {"done"}}, 0}, "of the case": {w.Head, url.Values{"case_id": {w.CaseID}},
			2}, "another team": {w.Other, nil, 0}, "another tenant": {w.Abroad, nil, 0},
		"due today":         {w.Head, url.Values{"due_from": {"2026-03-10"}, "due_to": {"2026-03-10"}}, 1},
		"due before":        {w.Head, url.Values{"due_to": {"2026-03-09"}}, 1},
		"of the person":     {w.Head, url.Values{"patient_id": {w.PatientID}}, 2},
		"of another person": {w.Head, url.Values{"patient_id": {w.AddPerson("1960-01-01", "male")}}, 0},
	} {
		if p, err := c.client.FollowUps(ctx, c.q); err != nil || len(p.Data) != c.want {
			t.Errorf("%s: %d, %v", name, len(p.Data), err)
		}
	}
	full, err := w.Nurse.FollowUps(ctx, url.Values{"expand": {"patient"}})
	if err != nil || len(full.Data) != 2 || full.Data[0].PatientID != w.PatientID ||
		full.Data[0].PatientName != "Ibu Uji" || full.Data[1].Patient == nil || full.Data[1].Patient.ID != w.PatientID {
		t.Errorf("%+v, %v", full, err)
	}
	_, err = w.Nurse.FollowUps(ctx, url.Values{"due_from": {"2026-03-10"}, "due_to": {"2026-03-09"}})
	apitest.Wants(t, err, "request.invalid")
	_, err = w.Nurse.AnswerFollowUp(ctx, late.ID, late.Version, homecare.AnswerFollowUp{Answer: "Sudah"})
	apitest.Wants(t, err, "record.state")
	_, err = w.Nurse.HandOverFollowUp(ctx, late.ID, 5, homecare.HandOver{Unit: "Dinas Sosial"})
	apitest.Wants(t, err, "record.stale")
	_, err = w.Other.HandOverFollowUp(ctx, late.ID, late.Version, homecare.HandOver{Unit: "Dinas Sosial"})
	apitest.Wants(t, err, "record.not_found")
	for _, step := range []struct {
		action, state string
		body          any
	}{{"hand-over", "handed_over", homecare.HandOver{Unit: "Dinas Sosial", Note: "Mohon bantuan"}},
		{"answer", "answered", homecare.AnswerFollowUp{Answer: "Disetujui"}},
		{"done", "done", homecare.CloseFollowUp{Result: "Selesai"}}} {
		if late, err = apitest.ActFollowUp(ctx, w.Nurse, late.ID, step.action, late.Version, step.body); err != nil ||
			late.State != step.state {
			t.Fatalf("%s: %+v %v", step.action, late, err)
		}
	}
	if late.Unit != "Dinas Sosial" || late.Answer != "Disetujui" || late.Overdue || late.ClosedAt == nil {
		t.Fatalf("%+v", late)
	}
	if today, err = w.Nurse.CancelFollowUp(ctx, today.ID, today.Version,
		homecare.CloseFollowUp{Result: "Tidak perlu"}); err != nil || today.State != "cancelled" {
		t.Fatalf("%+v %v", today, err)
	}
	_, err = w.Nurse.AddFollowUp(ctx, homecare.NewFollowUp{CaseID: w.CaseID,
		PlannedFollowUp: homecare.PlannedFollowUp{What: "Tanpa siapa", DueOn: "2026-03-12"}})
	apitest.Wants(t, err, "request.invalid")
}
