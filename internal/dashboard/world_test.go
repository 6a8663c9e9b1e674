package dashboard_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/dashboard"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

const (
	programme = "homecare_sanggam"
	village   = "6311052001"
)

// row is a row to be written: column to value.
type row map[string]any

// world is a puskesmas whose rows are written straight into the tables: when
// they would be written is not what is tried.
type world struct {
	*apitest.Server
	t           *testing.T
	tenant      int16
	koordinator *homecare.Client
	now         time.Time
}

func newWorld(t *testing.T, now string) *world {
	t.Helper()
	w := &world{Server: apitest.New(t), t: t}
	w.tenant, w.now = w.PuskesmasID(t, "uren"), at(t, now)
	w.koordinator = w.As(t, "koordinator.uren")
	w.koordinator.Clock = func() time.Time { return w.now }
	return w
}

// at is nine in the morning of a day in WITA.
func at(t *testing.T, day string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	return d.Add(time.Hour)
}

// put writes a row over what is usual in its table, and returns its id.
func (w *world) put(table string, usual, r row) string {
	w.t.Helper()
	all := row{"puskesmas_id": w.tenant, "id": uuid.Must(uuid.NewV7()).String()}
	maps.Copy(all, usual)
	maps.Copy(all, r)
	columns := slices.Sorted(maps.Keys(all))
	marks, args := make([]string, len(columns)), make([]any, len(columns))
	for i, c := range columns {
		marks[i], args[i] = fmt.Sprintf("$%d", i+1), all[c]
	}
	w.Database.Exec(w.t, `insert into `+table+` (`+strings.Join(columns, ", ")+`) values (`+strings.Join(marks, ", ")+
		`)`, args...)
	return all["id"].(string)
}

func (w *world) person(r row) string {
	w.t.Helper()
	return w.put("patient", row{"name": "Ibu Uji", "sex": "female", "village_code": village, "key_wrapped": []byte{0},
		"identity_sealed": []byte{0}}, r)
}

// care is a case of a person of its own, active since 1 June.
func (w *world) care(r row) string {
	w.t.Helper()
	sop := ""
	w.Database.Row(w.t, `select id::text from sop_version where programme_code = $1 limit 1`, []any{programme}, &sop)
	if r["patient_id"] == nil {
		r["patient_id"] = w.person(nil)
	}
	return w.put("care_case", row{"programme_code": programme, "sop_version_id": sop, "state": "active",
		"origin": "walk_in", "reason": "uji",
		"proposed_at": at(w.t, "2026-06-01"), "proposed_by": uuid.NewString(), "decided_at": at(w.t, "2026-06-01"),
		"activated_at": at(w.t, "2026-06-01")}, r)
}

// ended is a case that ended so on that day, written down on another.
func (w *world) ended(ending, on, recorded string) string {
	w.t.Helper()
	return w.care(row{"state": "terminated", "ending": ending, "ended_on": on, "terminated_at": at(w.t, recorded)})
}

// visit is a visit of a case planned for a day; arrived: made on another ("" for none).
func (w *world) visit(caseID, planned, arrived string, r row) string {
	w.t.Helper()
	person := ""
	w.Database.Row(w.t, `select patient_id::text from care_case where id = $1`, []any{caseID}, &person)
	all := row{"case_id": caseID, "patient_id": person, "programme_code": programme, "state": "planned",
		"planned_for": at(w.t, planned), "created_by": uuid.NewString()}
	if arrived != "" {
		maps.Copy(all, row{"state": "completed", "arrived_at": at(w.t, arrived), "departed_at": at(w.t, arrived),
			"completed_at": at(w.t, arrived)})
	}
	maps.Copy(all, r)
	if all["stop_id"] == nil {
		all["stop_id"] = w.put("stop", row{"programme_code": programme, "village_code": village,
			"starts_at": at(w.t, planned),
			"ends_at":   at(w.t, planned).Add(time.Hour), "created_by": uuid.NewString()}, nil)
	}
	return w.put("visit", all, nil)
}

// sql runs statements as the superuser in one transaction.
func (w *world) sql(statements ...string) {
	w.t.Helper()
	c, err := pgx.Connect(w.t.Context(), w.Database.Admin())
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = c.Close(w.t.Context()) }()
	if _, err := c.Exec(w.t.Context(), "begin; "+strings.Join(statements, "; ")+"; commit"); err != nil {
		w.t.Fatal(err)
	}
}

// figure is a figure of the roll-up of a month, computed anew.
func (w *world) figure(month, name string) int64 {
	w.t.Helper()
	if err := dashboard.Recompute(w.t.Context(), w.App.DB, w.tenant, programme, month); err != nil {
		w.t.Fatal(err)
	}
	shown, err := w.koordinator.PuskesmasDashboard(w.t.Context(), month, programme)
	if err != nil {
		w.t.Fatal(err)
	}
	return value(shown.Figures, name)
}

// report is the report of a month, opened if need be.
func (w *world) report(month string) homecare.Report {
	w.t.Helper()
	all, err := w.koordinator.Reports(w.t.Context(), map[string][]string{"month": {month}, "programme": {programme}})
	if err != nil {
		w.t.Fatal(err)
	}
	var r homecare.Report
	if len(all.Data) > 0 {
		r, err = w.koordinator.Report(w.t.Context(), all.Data[0].ID)
	} else {
		r, err = w.koordinator.DraftReport(w.t.Context(), homecare.DraftReport{Programme: programme, Month: month})
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// cell is a cell of the report of a month; 0 where the row is left out.
func (w *world) cell(month, figures, code string, column int) int64 {
	w.t.Helper()
	for _, s := range w.report(month).Figures.Sections {
		if s.Figures != figures {
			continue
		}
		for _, l := range s.Rows {
			if l.Code == code {
				return l.Values[column]
			}
		}
		return 0
	}
	w.t.Fatalf("no section %s", figures)
	return 0
}

// want compares a figure of the report and of the dashboard ("" for none) over months.
func (w *world) want(says string, months map[string]int64, figures, code string, column int, figure string) {
	w.t.Helper()
	for month, n := range months {
		if got := w.cell(month, figures, code, column); got != n {
			w.t.Errorf("%s: the report of %s says %d, want %d", says, month, got, n)
		}
		if figure == "" {
			continue
		}
		if got := w.figure(month, figure); got != n {
			w.t.Errorf("%s: the dashboard of %s says %s = %d, want %d", says, month, figure, got, n)
		}
	}
}
