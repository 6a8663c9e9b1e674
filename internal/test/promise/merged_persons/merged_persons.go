//go:build sabotage

// Package merged_persons measures: persons with every kind of holding are merged, and
// everything that was true of either is true of the remaining one, counted once. After
// the merge is undone, everything is as before.
package merged_persons

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/dashboard"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/pkg/homecare"
)

const promised = "0 untrue of the one that stays, 0 different after the undoing but for the printed columns"

// Promise is the long form of REC-1: 120 pairs, one in four of three records.
var Promise = promise.Promise{ID: "REC-1", Promised: promised, Measure: func(t *testing.T) promise.Result {
	return measure(t, 120, nil)
},
	Control: promise.Control{Measure: control}}

// Short is REC-1 in a few seconds: a fixed and a random seed.
var Short = promise.Promise{ID: "REC-1", Promised: promised + " (short)", Measure: func(t *testing.T) promise.Result {
	return measure(t, 6, nil)
},
	Control: promise.Control{Measure: control}}

// control omits one thing in each half: the notes of changed files, so undoing
// leaves them; and consents, so the merge leaves them.
func control(t *testing.T) promise.Result {
	undone := measure(t, 6, func(w *world) { w.Database.Exec(t, `drop trigger attachment_merge_noted on attachment`) })
	at := slices.IndexFunc(patient.Holdings, func(h patient.Holding) bool { return h.Table == "consent" })
	moves := patient.Holdings[at].Merge
	patient.Holdings[at].Merge = nil
	defer func() { patient.Holdings[at].Merge = moves }()
	merged := measure(t, 6, nil)
	return promise.Result{Measured: "files: " + undone.Measured + "; consents: " + merged.Measured, Kept: undone.Kept ||
		merged.Kept}
}

// unequal are the possible differences after an undone merge: traces of both
// acts, recomputed values, and seals, whose bytes differ each time.
var unequal = map[string][]string{
	"patient":             {"version", "updated_at", "changed_at", "identity_sealed"},
	"patient_score":       {"version", "computed_at", "reasons", "risks", "sensitive_risks"},
	"care_case":           {"version", "changed_at"},
	"visit":               {"version", "changed_at"},
	"alert":               {"version", "changed_at"},
	"follow_up":           {"version", "changed_at"},
	"document":            {"version", "changed_at"},
	"attachment":          {"version", "changed_at"},
	"consent":             {"version", "changed_at"},
	"break_glass":         {"version", "changed_at", "changed_by"},
	"duplicate_candidate": {"version", "changed_at"},

	"data_subject_request": {"version", "changed_at"},
}

// history are relations with history: rows are added, and none changes.
var history = []string{"access_event", "access_person", "audit_event", "idempotency_key", "person_merge",
	"person_merge_change", "case_transition", "case_ending",
	"patient_key", "import_file"}

func measure(t *testing.T, pairs int, broken func(*world)) promise.Result {
	seed := uint64(time.Now().UnixNano())
	w := newWorld(t)
	if broken != nil {
		broken(w)
	}
	c, err := pgx.Connect(t.Context(), w.Database.Admin())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(context.Background()) }()
	m := &measuring{w: w, c: c, t: t, kinds: map[string]int{}}
	for i := range pairs {
		s := uint64(i)
		if i >= pairs/2 {
			s += seed
		}
		m.pair(rand.New(rand.NewPCG(s, 19)), 3*i)
	}
	var kinds []string
	for _, k := range slices.Sorted(maps.Keys(m.kinds)) {
		kinds = append(kinds, fmt.Sprintf("%s %d", k, m.kinds[k]))
	}
	t.Logf("seed %d; rows of merged persons: %s; may differ: %v", seed, strings.Join(kinds, ", "), unequal)
	return promise.Result{
		Measured: fmt.Sprintf("%d untrue of %d, %d different of %d rows; %d merges, %d refused, %d undone", m.untrue,
			m.asked, m.different, m.compared, m.merges, m.refused, m.undone),
		Kept: m.untrue == 0 && m.different == 0 && m.merges >= pairs/2 && m.undone >= pairs/2 && len(m.kinds) >= 15}
}

type measuring struct {
	w                                                           *world
	c                                                           *pgx.Conn
	t                                                           *testing.T
	asked, untrue, compared, different, merges, refused, undone int
	kinds                                                       map[string]int
}

// holds notes whether something is true.
func (m *measuring) holds(is bool, format string, args ...any) {
	m.asked++
	if !is {
		if m.untrue++; m.untrue <= 8 {
			m.t.Logf("untrue: "+format, args...)
		}
	}
}

// pair makes two records, one time in four including a record merged before,
// merges them, checks everything, and undoes the merge.
func (m *measuring) pair(r *rand.Rand, serial int) {
	t, w := m.t, m.w
	stays, from := w.odd(t, r, "Aluh Satu", serial), w.odd(t, r, "Aluh Dua", serial+1)
	ids := []string{stays, from}
	if r.IntN(4) == 0 {
		third := w.odd(t, r, "Aluh Tiga", serial+2)
		ids = append(ids, third)
		if !m.merge(third, from) {
			ids = ids[:2]
		}
	}
	before, were := m.snapshot(ids), m.persons(ids)
	figures := m.figures()
	if !m.merge(from, stays) {
		m.same("refused", before, m.snapshot(ids))
		return
	}
	m.truth(stays, from, before, were, figures)
	v := must[homecare.Patient](t)(w.kepala.Patient(t.Context(), from)).Version
	out, err := w.kepala.UnmergePatient(t.Context(), from, v, homecare.Why{Reason: "Dua orang"})
	if err != nil {
		m.holds(false, "undoing: %v", err)
		return
	}
	m.undone++
	m.holds(len(out.Kept) == 0 && len(out.ToMove) == 0, "kept %v, to move %v", out.Kept, out.ToMove)
	m.same("undone", before, m.snapshot(ids))
	after := m.persons(ids)
	for i := range ids {
		m.holds(equalPersons(were[i], after[i]), "the person after the undoing: %+v, was %+v", after[i], were[i])
	}
	if again := m.figures(); !maps.Equal(again, figures) {
		m.holds(false, "figures after the undoing %v, were %v", again, figures)
	}
}

// merge merges from into stays; false where a conflict forbids it.
func (m *measuring) merge(from, stays string) bool {
	v := must[homecare.Patient](m.t)(m.w.koordinator.Patient(m.t.Context(), from)).Version
	_, err := m.w.koordinator.MergePatient(m.t.Context(), from, v, homecare.MergePatient{IntoID: stays, Reason: "Sama"})
	if p, ok := errors.AsType[*homecare.Problem](err); ok &&
		slices.Contains([]string{"patient.merge_two_niks", "patient.merge_death", "case.merge_visit_open"}, p.Code) {
		m.refused++
		return false
	}
	m.holds(err == nil, "merge: %v", err)
	if err == nil {
		m.merges++
	}
	return err == nil
}

func (m *measuring) persons(ids []string) []homecare.Patient {
	out := make([]homecare.Patient, len(ids))
	for i, id := range ids {
		out[i] = must[homecare.Patient](m.t)(m.w.kepala.Patient(m.t.Context(), id))
	}
	return out
}

func equalPersons(a, b homecare.Patient) bool {
	a.Version, a.UpdatedAt, a.CreatedAt = b.Version, b.UpdatedAt, b.CreatedAt
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

type table map[string]int // rows as JSON, and how often

// snapshot reads every row about these persons.
func (m *measuring) snapshot(ids []string) map[string]table {
	out := map[string]table{}
	read := func(name, where string) {
		sql := `select (to_jsonb(t) - $2::text[])::text from ` + name + ` t where ` + where
		rows, err := m.c.Query(m.t.Context(), sql, ids, append([]string{"name_search"}, unequal[name]...))
		if err != nil {
			m.t.Fatal(name, err)
		}
		all, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			m.t.Fatal(name, err)
		}
		out[name] = table{}
		for _, row := range all {
			out[name][row]++
		}
	}
	for _, h := range patient.Holdings {
		of := h.Of
		if h.Table == "follow_up_act" {
			// Acts on a task are a journal. What the merge wrote stays, on its own task or on one that it ended
			// (a death ends them), with its reversal beside it. The task itself is compared.
			of += ` and not exists (select from follow_up f where f.puskesmas_id = t.puskesmas_id
				and f.id = t.follow_up_id
					and f.result = 'Penggabungan data dibatalkan.')
				and not (t.act = 'taken_back' and t.note = 'Penggabungan data dibatalkan.')
				and not exists (select from follow_up_act b where b.puskesmas_id = t.puskesmas_id and b.undoes_id = t.id
					and b.act = 'taken_back' and b.note = 'Penggabungan data dibatalkan.')`
		}
		if !slices.Contains(history, h.Table) {
			read(h.Table, of)
		}
	}
	// What a merge created stays as reversed: somebody may have read it.
	for name, taken := range map[string]string{"follow_up": `"result": "Penggabungan data dibatalkan."`,
		"duplicate_candidate": `"reason": "Penggabungan data dibatalkan."`} {
		for row := range out[name] {
			if strings.Contains(row, taken) {
				delete(out[name], row)
			}
		}
	}
	read("stop_member", `t.stop_id in (select v.stop_id from visit v where v.patient_id = any ($1))`)
	return out
}

func (m *measuring) same(what string, before, after map[string]table) {
	for name, rows := range before {
		for row, n := range rows {
			m.compared += n
			if after[name][row] != n {
				if m.different++; m.different <= 8 {
					m.t.Logf("%s: %s was %s, now %v", what, name, row, slices.Sorted(maps.Keys(after[name])))
				}
			}
		}
		for row := range after[name] {
			if rows[row] == 0 {
				if m.different++; m.different <= 8 {
					m.t.Logf("%s: %s has %s", what, name, row)
				}
			}
		}
	}
}

// truth checks through the API whether everything that was true of either is
// true of stays.
func (m *measuring) truth(stays, from string, before map[string]table, were []homecare.Patient,
	figures map[string]int64) {
	t, w, ctx := m.t, m.w, m.t.Context()
	for name, rows := range before {
		for _, n := range rows {
			m.kinds[name] += n
		}
	}
	p := must[homecare.Patient](t)(w.koordinator.Patient(ctx, stays))
	gone := must[homecare.Patient](t)(w.koordinator.Patient(ctx, from))
	m.holds(gone.MergedInto == stays, "the old id names %q", gone.MergedInto)
	m.holds(p.Restricted == (were[0].Restricted || were[1].Restricted), "restricted %t", p.Restricted)
	m.holds((p.DeceasedOn != "") == (were[0].DeceasedOn != "" || were[1].DeceasedOn != ""), "deceased %q", p.DeceasedOn)
	for _, f := range []func(homecare.Patient) string{func(p homecare.Patient) string { return p.NIK },
		func(p homecare.Patient) string { return p.Phone },
		func(p homecare.Patient) string { return p.BPJSCard }, func(p homecare.Patient) string { return p.BirthDate }} {
		m.holds(f(p) != "" || f(were[0]) == "" && f(were[1]) == "", "a number or date is lost")
	}
	sources := map[string]bool{}
	for _, x := range were {
		for _, s := range x.Sources {
			sources[s] = true
		}
	}
	m.holds(len(p.Sources) == len(sources), "sources %v of %v", p.Sources, sources)
	count := func(name, with string) int {
		n := 0
		for row, k := range before[name] {
			if strings.Contains(row, with) {
				n += k
			}
		}
		return n
	}
	visits := must[homecare.Page[homecare.VisitSummary]](t)(w.koordinator.Visits(ctx,
		url.Values{"patient_id": {from}, "limit": {"500"}}))
	m.holds(len(visits.Data) == count("visit", ""), "%d visits of %d", len(visits.Data), count("visit", ""))
	cases := must[homecare.Page[homecare.Case]](t)(w.koordinator.Cases(ctx,
		url.Values{"patient_id": {stays}, "limit": {"500"}}))
	m.holds(len(cases.Data) == count("care_case", ""), "%d cases of %d", len(cases.Data), count("care_case", ""))
	open := map[string]int{}
	for _, c := range cases.Data {
		if slices.Contains([]string{"proposed", "approved", "active", "terminating"}, c.State) {
			open[c.Programme]++
		}
	}
	for programme, n := range open {
		m.holds(n == 1 && p.DeceasedOn == "", "%d open cases of %s, deceased %q", n, programme, p.DeceasedOn)
	}
	files := 0
	for row, k := range before["attachment"] {
		if strings.Contains(row, `"subject_kind": "patient"`) {
			files += k
		}
	}
	l := must[homecare.Page[homecare.Attachment]](t)(w.koordinator.Attachments(ctx, "patient", from))
	m.holds(len(l.Data) == files, "%d files of %d", len(l.Data), files)
	k := must[homecare.Page[homecare.Consent]](t)(w.koordinator.Consents(ctx, stays))
	m.holds(len(k.Data) == count("consent", ""), "%d consents of %d", len(k.Data), count("consent", ""))
	hold := must[homecare.Retention](t)(w.koordinator.Retention(ctx, stays)).Hold
	m.holds((hold != nil) == (count("legal_hold", "") > 0), "hold %v", hold)
	var facts int
	if err := m.c.QueryRow(ctx, `select count(distinct f.digest) from patient_fact f where f.patient_id = any ($1)`,
		[]string{stays, from}).Scan(&facts); err != nil {
		t.Fatal(err)
	}
	var held int
	if err := m.c.QueryRow(ctx, `select count(*) from patient_fact where patient_id = $1`, stays).
		Scan(&held); err != nil {
		t.Fatal(err)
	}
	m.holds(held == facts, "%d facts of %d", held, facts)
	m.refusals(stays, from, p)
	m.counted(figures, before)
}

// refusals: whatever forbids serving one record forbids serving the person. A
// write to the old id answers with the remaining one.
func (m *measuring) refusals(stays, from string, p homecare.Patient) {
	ctx := m.t.Context()
	_, err := m.w.koordinator.ProposeCase(ctx, homecare.NewCase{PatientID: from, Programme: "kupinang",
		Origin: "walk_in", Reason: "x"})
	q, ok := errors.AsType[*homecare.Problem](err)
	m.holds(ok && q.Status == http.StatusConflict && q.MergedIntoID == stays, "a case for the old id: %v", err)
	_, err = m.w.koordinator.GiveConsent(ctx, from, homecare.NewConsent{Kind: "photo", GivenBy: "x", Relation: "self",
		GivenOn: "2026-01-01"})
	q, ok = errors.AsType[*homecare.Problem](err)
	m.holds(ok && q.MergedIntoID == stays, "a consent for the old id: %v", err)
	if p.Restricted || p.DeceasedOn != "" {
		_, err = m.w.koordinator.ProposeCase(ctx, homecare.NewCase{PatientID: stays, Programme: "kupinang",
			Origin: "walk_in", Reason: "x"})
		q, ok = errors.AsType[*homecare.Problem](err)
		m.holds(ok && q.Status == http.StatusConflict, "a case for a person who is dead or restricted: %v", err)
	}
}

// counted: the person counts once in the figures, and acts count as before.
func (m *measuring) counted(before map[string]int64, rows map[string]table) {
	after := m.figures()
	persons := map[string]map[string]bool{} // programme to persons served this month
	for row := range rows["visit"] {
		var v struct {
			PatientID     string    `json:"patient_id"`
			ProgrammeCode string    `json:"programme_code"`
			State         string    `json:"state"`
			ArrivedAt     time.Time `json:"arrived_at"`
		}
		if err := json.Unmarshal([]byte(row), &v); err != nil {
			m.t.Fatal(err)
		}
		if v.State == "completed" && clock.Month(v.ArrivedAt) == clock.Month(time.Now()) {
			if persons[v.ProgrammeCode] == nil {
				persons[v.ProgrammeCode] = map[string]bool{}
			}
			persons[v.ProgrammeCode][v.PatientID] = true
		}
	}
	for _, programme := range []string{"kupinang", "homecare_sanggam"} {
		for _, acts := range []string{"visits_completed", "visits_missed"} {
			m.holds(after[programme+acts] == before[programme+acts], "%s %s: %d, were %d", programme, acts,
				after[programme+acts], before[programme+acts])
		}
		fewer := int64(max(0, len(persons[programme])-1))
		m.holds(after[programme+"patients_served"] == before[programme+"patients_served"]-fewer,
			"%s served: %d, were %d, %d in two records",
			programme, after[programme+"patients_served"], before[programme+"patients_served"], len(persons[programme]))
	}
}

// figures are this month's figures of both programmes.
func (m *measuring) figures() map[string]int64 {
	out := map[string]int64{}
	month := clock.Month(time.Now())
	for _, programme := range []string{"kupinang", "homecare_sanggam"} {
		if err := dashboard.Recompute(m.t.Context(), m.w.App.DB, m.w.tenant, programme, month); err != nil {
			m.t.Fatal(err)
		}
		for _, f := range must[homecare.DistrictMonth](m.t)(m.w.kepala.PuskesmasDashboard(m.t.Context(), month,
			programme)).Figures {
			out[programme+f.Figure] = *f.Value
		}
	}
	return out
}
