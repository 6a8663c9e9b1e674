package evaluation_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestEvaluation(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As(t, "koordinator.uren")
	me, err := c.Me(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	good := homecare.NewEvaluation{SubjectKind: "month", Month: "2026-03", Programme: "homecare_sanggam",
		Finding: "Temuan", Cause: "Sebab", Improvement: "Perbaikan",
		OwnerAccountID: me.AccountID, DueOn: clock.Day(time.Now().AddDate(0, 0, -1))}
	e, err := c.NewEvaluation(t.Context(), good)
	if err != nil || e.State != "open" || !e.Overdue {
		t.Fatalf("%+v, %v", e, err)
	}
	for _, x := range []struct {
		name, code string
		change     func(*homecare.NewEvaluation)
	}{
		{"a month with a subject", "request.invalid", func(n *homecare.NewEvaluation) {
			n.SubjectID = uuid.NewString()
		}},
		{"a visit without an id", "request.invalid", func(n *homecare.NewEvaluation) {
			n.SubjectKind, n.Month = "visit",
				""
		}},
		{"an owner of elsewhere", "request.invalid", func(n *homecare.NewEvaluation) {
			n.OwnerAccountID = uuid.NewString()
		}},
		{"a finding of blanks", "request.invalid", func(n *homecare.NewEvaluation) { n.Finding = "  " }},
		{"an unknown programme", "request.invalid", func(n *homecare.NewEvaluation) { n.Programme = "tidak_ada" }},
		{"a month to come", "request.invalid", func(n *homecare.NewEvaluation) { n.Month = "2099-01" }},
		{"a month of none", "request.invalid", func(n *homecare.NewEvaluation) { n.Month = "" }},
		{"a visit that is none", "record.not_found", func(n *homecare.NewEvaluation) {
			n.SubjectKind, n.Month,
				n.SubjectID = "visit", "", uuid.NewString()
		}},
	} {
		in := good
		x.change(&in)
		_, err := c.NewEvaluation(t.Context(), in)
		if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Code != x.code {
			t.Errorf("%s: %v, want %s", x.name, err, x.code)
		}
	}
	done, err := c.CloseEvaluation(t.Context(), e.ID, e.Version, homecare.EvaluationResult{Result: "Berhasil"})
	if err != nil || done.State != "done" || done.Overdue || done.Version != e.Version+1 {
		t.Fatalf("%+v, %v", done, err)
	}
	_, err = c.CloseEvaluation(t.Context(), done.ID, done.Version, homecare.EvaluationResult{Result: "Lagi"})
	if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Code != "record.state" {
		t.Errorf("closed twice: %v", err)
	}
	_, err = s.As(t, "koordinator.awayan").CloseEvaluation(t.Context(), e.ID, e.Version,
		homecare.EvaluationResult{Result: "Orang lain"})
	if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Code != "record.not_found" {
		t.Errorf("another puskesmas: %v", err)
	}
	open, err := c.Evaluations(t.Context(), map[string][]string{"state": {"open"}})
	if err != nil || len(open.Data) != 0 {
		t.Errorf("%d open, %v", len(open.Data), err)
	}
}

// TestProgrammeOfCase: an evaluation of a case names the programme of the case.
func TestProgrammeOfCase(t *testing.T) {
	t.Parallel()
	w := apitest.NewHome(t)
	own := apitest.Ask[string](w, `select programme_code from care_case where id = $1`, w.CaseID)
	for _, programme := range []string{"homecare_sanggam", "kupinang"} {
		_, err := w.Head.NewEvaluation(t.Context(), homecare.NewEvaluation{SubjectKind: "case", SubjectID: w.CaseID,
			Programme: programme, Finding: "Temuan", Cause: "Sebab", Improvement: "Perbaikan",
			OwnerAccountID: w.NurseID, DueOn: clock.Day(apitest.Now)})
		p, refused := errors.AsType[*homecare.Problem](err)
		if refused == (programme == own) || refused && p.Errors[0].Pointer != "/programme" {
			t.Errorf("%s for a case of %s: %v", programme, own, err)
		}
	}
}
