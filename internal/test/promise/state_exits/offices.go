//go:build sabotage

package state_exits

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/followup"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/report"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

func followUps() machine {
	return machine{
		name: followup.Machine.Name, base: "/v1/follow-ups/{id}",
		ways: []way{
			{state: "open", make: (*world).task},
			{state: "handed_over", make: func(w *world) string { return w.onTask(w.task(), "hand-over") }},
			{state: "answered", make: func(w *world) string { return w.onTask(w.task(), "hand-over", "answer") }},
			{state: "done", make: func(w *world) string { return w.onTask(w.task(), "done") }},
			{state: "cancelled", make: func(w *world) string { return w.onTask(w.task(), "cancel") }},
			{state: "cancelled", holds: []string{"cancelled_by_a_death"}, make: func(w *world) string {
				return w.onTask(w.task(), "death")
			}},
		},
		chosen: map[string][]string{"hand-over": {"open_before_cancelled", "after_cancelled"},
			"done":   {"before_cancelled", "after_cancelled"},
			"cancel": {"before_cancelled", "after_cancelled"}},
		read: func(w *world, by *homecare.Client, id string) (record, error) {
			f, err := by.FollowUp(w.Context(), id)
			return record{state: f.State, version: f.Version, mark: fmt.Sprint(f.Version)}, err
		},
		acts: map[string]func(*world, *homecare.Client, string, int64, string) error{
			"hand-over": func(w *world, by *homecare.Client, id string, version int64, when string) error {
				return onFollowUp("hand-over", homecare.HandOver{Unit: "Dinas Sosial", FollowUpDay: w.told(when)})(w,
					by, id, version, when)
			},
			"answer":    onFollowUp("answer", homecare.AnswerFollowUp{Answer: "Dibantu"}),
			"take-back": onFollowUp("take-back", homecare.TakeBack{Reason: "Tidak menjawab"}),
			"done": func(w *world, by *homecare.Client, id string, version int64, when string) error {
				return onFollowUp("done", homecare.CloseFollowUp{Result: "Sudah", FollowUpDay: w.told(when)})(w, by, id,
					version, when)
			},
			"cancel": func(w *world, by *homecare.Client, id string, version int64, when string) error {
				return onFollowUp("cancel", homecare.CloseFollowUp{Result: "Tidak perlu", FollowUpDay: w.told(when)})(w,
					by, id, version, when)
			},
			"death": func(w *world, _ *homecare.Client, id string, _ int64, _ string) error {
				w.ended(w.caseOf(must(w.kepala().FollowUp(w.Context(), id)).CaseID), "death")
				w.lasting = ""
				return nil
			},
			"retract_death": func(w *world, _ *homecare.Client, id string, _ int64, _ string) error {
				c := w.caseOf(must(w.kepala().FollowUp(w.Context(), id)).CaseID)
				_, err := w.kepala().RetractDeath(w.Context(), c.ID, c.Version,
					homecare.Retraction{Reason: "Salah orang"})
				return err
			},
		},
	}
}

// told is the day in an act under a condition: none for an act of now.
func (w *world) told(when string) (on homecare.FollowUpDay) {
	if strings.HasSuffix(when, "before_cancelled") {
		on.HappenedOn = w.today()
	}
	return on
}

func onFollowUp(act string, body any) func(*world, *homecare.Client, string, int64, string) error {
	return func(w *world, by *homecare.Client, id string, version int64, _ string) error {
		_, err := apitest.ActFollowUp(w.Context(), by, id, act, version, body)
		return err
	}
}

func (w *world) task() string {
	return must(w.petugas().AddFollowUp(w.Context(), homecare.NewFollowUp{CaseID: w.care(),
		PlannedFollowUp: homecare.PlannedFollowUp{What: "Kontrol", OwnerAccountID: w.ids["petugas2"],
			DueOn: clock.Day(w.now.AddDate(0, 0, 7))}})).ID
}

func (w *world) onTask(id string, acts ...string) string {
	for _, act := range acts {
		if err := followUps().acts[act](w, w.petugas(), id, must(w.kepala().FollowUp(w.Context(), id)).Version,
			""); err != nil {
			panic(fault{err})
		}
	}
	return id
}

var newest = []string{"newest"}

func reports() machine {
	return machine{
		name: report.Machine.Name, base: "/v1/reports/{id}",
		ways: []way{
			{state: "draft", make: func(w *world) string { return w.reported() }},
			{state: "withdrawn", make: func(w *world) string { return w.reported("withdraw") }},
			{state: "submitted", make: func(w *world) string { return w.reported("submit") }},
			{state: "sent", make: func(w *world) string { return w.reported("submit", "send") }},
			{state: "returned", make: func(w *world) string { return w.reported("submit", "send", "return") }},
			{state: "accepted", holds: newest, make: func(w *world) string {
				return w.reported("submit", "send", "accept")
			}},
			{state: "accepted", holds: []string{"under_way"}, make: func(w *world) string {
				return w.reported("submit", "send", "accept", "correct")
			}},
			{state: "archived", holds: newest, make: func(w *world) string {
				return w.reported("submit", "send", "accept", "archive")
			}},
			{state: "archived", holds: []string{"under_way"}, make: func(w *world) string {
				return w.reported("submit", "send", "accept", "archive", "reopen")
			}},
			{state: "superseded", make: func(w *world) string {
				return w.reported("submit", "send", "accept", "supersede")
			}},
		},
		read: func(w *world, by *homecare.Client, id string) (record, error) {
			r, err := by.Report(w.Context(), id)
			if err != nil {
				return record{}, err
			}
			all, err := by.Reports(w.Context(), url.Values{"month": {r.Month}, "programme": {r.Programme}})
			return record{state: r.State, version: r.Version, mark: fmt.Sprint(r.Version, len(all.Data))}, err
		},
		acts: map[string]func(*world, *homecare.Client, string, int64, string) error{
			"submit": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				_, err := by.SubmitReport(w.Context(), homecare.Report{ID: id, Version: version}.ID,
					homecare.Report{ID: id, Version: version}.Version, homecare.Decision{})
				return err
			},
			"withdraw": onReport((*homecare.Client).WithdrawReport, homecare.Return{Note: "Uji"}),
			"redraft":  onReport((*homecare.Client).RedraftReport, homecare.Return{Note: "Uji"}),
			"send":     onReport((*homecare.Client).SendReport, homecare.Decision{Note: "Uji"}),
			"accept":   onReport((*homecare.Client).AcceptReport, homecare.Decision{Note: "Uji"}),
			"return":   onReport((*homecare.Client).ReturnReport, homecare.Return{Note: "Uji"}),
			"correct":  onReport((*homecare.Client).CorrectReport, homecare.Return{Note: "Uji"}),
			"reopen":   onReport((*homecare.Client).ReopenReport, homecare.Return{Note: "Uji"}),
			"archive":  onReport((*homecare.Client).ArchiveReport, homecare.Decision{}),
			"supersede": func(w *world, _ *homecare.Client, id string, _ int64, _ string) error {
				r := must(apitest.OnReport(w.Context(), w.kepala().CorrectReport,
					must(w.kepala().Report(w.Context(), id)), homecare.Return{Note: "Terlambat dicatat"}))
				w.onReport(r.ID, "submit", "send", "accept")
				return nil
			},
		},
	}
}

func onReport[In any](do func(*homecare.Client, context.Context, string, int64, In) (homecare.Report, error),
	in In) func(*world, *homecare.Client, string, int64, string) error {
	return func(w *world, by *homecare.Client, id string, version int64, _ string) error {
		_, err := do(by, w.Context(), id, version, in)
		return err
	}
}

// reported is the report of a separate month after these acts.
func (w *world) reported(acts ...string) string {
	w.month = w.month.AddDate(0, -1, 0)
	r := must(w.koordinator().DraftReport(w.Context(), homecare.DraftReport{Programme: standing,
		Month: w.month.Format("2006-01")}))
	w.onReport(r.ID, acts...)
	return r.ID
}

func (w *world) onReport(id string, acts ...string) {
	for _, act := range acts {
		by := w.kepala()
		switch {
		case act == "submit":
			by = w.koordinator() // the submitter may not sign
		case slices.Contains([]string{"accept", "return", "archive", "reopen"}, act):
			by = w.as[access.DinkesAdmin]
		}
		if err := reports().acts[act](w, by, id, must(w.kepala().Report(w.Context(), id)).Version, ""); err != nil {
			panic(fault{err})
		}
	}
}
