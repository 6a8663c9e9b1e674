package patient_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

var now = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func as(t *testing.T, s *apitest.Server, who string) *homecare.Client {
	t.Helper()
	c := s.As(t, who)
	c.Clock = func() time.Time { return now }
	return c
}

func problem(t *testing.T, what string, err error, status int, code string) *homecare.Problem {
	t.Helper()
	p, ok := errors.AsType[*homecare.Problem](err)
	if !ok || p.Status != status || p.Code != code {
		t.Errorf("%s: got %v, want %d %s", what, err, status, code)
		return &homecare.Problem{}
	}
	return p
}

// canary is a person whose numbers must not appear in plain text anywhere.
var canary = homecare.NewPatient{Name: "  Masniah   Rahmah ", Sex: "unknown", NIK: "'6311 0554 1142 9034",
	KK: "6311051104159744", BPJSCard: "0009226583548",
	Phone: "0840-3064-8219", Address: "Gang Kenari Rahasia 7", MotherNIK: "6311054311229120", Village: "6311052006"}

func TestRegister(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := apitest.New(t, apitest.LogTo(&log))
	nurse := as(t, s, "petugas2.tanah-habang")
	p, err := nurse.RegisterPatient(t.Context(), canary)
	if err != nil {
		t.Fatal(err)
	}
	if p.Name != "Masniah Rahmah" || p.Sex != "female" || p.BirthDate != "1942-11-14" || p.NIK != "631105********34" ||
		p.KK != "631105********44" ||
		p.BPJSCard != "000922*****48" || strings.Contains(p.Phone, "30648219") || p.HouseholdID == "" ||
		!slices.Equal(p.Sources, []string{"walk_in"}) || p.VillageName == "" || p.Weak {
		t.Errorf("%+v", p)
	}
	_, err = nurse.RegisterPatient(t.Context(), homecare.NewPatient{Name: "Orang Lain", Sex: "female",
		NIK: "6311055411429034"})
	if f := problem(t, "the NIK again", err, 409, "patient.nik_taken"); f.PatientID != p.ID {
		t.Errorf("the NIK again: %q has it, want %s", f.PatientID, p.ID)
	}
	if _, err := as(t, s, "petugas2.uren").RegisterPatient(t.Context(), canary); err != nil {
		t.Errorf("another puskesmas may know the same NIK: %v", err)
	}

	for _, c := range []struct {
		name, pointer, code string
		change              func(*homecare.NewPatient)
	}{
		{"a number for a name", "/name", "text", func(n *homecare.NewPatient) { n.Name = "1234" }},
		{"a formula for a name", "/name", "text", func(n *homecare.NewPatient) { n.Name = "=HYPERLINK(A1)" }},
		{"a NIK in a name", "/name", "text", func(n *homecare.NewPatient) { n.Name = "Siti 6311055703589012" }},
		{"a joiner in a name", "/name", "text", func(n *homecare.NewPatient) { n.Name = "Sit\u200di" }},
		{"a private character in a name", "/name", "hidden", func(n *homecare.NewPatient) { n.Name = "Siti \ue000" }},
		{"short NIK", "/nik", "length", func(n *homecare.NewPatient) { n.NIK = "631105541142903" }},
		{"lost digits", "/nik", "lost_digits", func(n *homecare.NewPatient) { n.NIK = "6.31E+15" }},
		{"serial 0000", "/nik", "invalid", func(n *homecare.NewPatient) { n.NIK = "6311055411420000" }},
		{"an estimate without a date", "/birth_date", "required", func(n *homecare.NewPatient) {
			n.NIK, n.BirthDate, n.BirthDateEstimated = "", "", true
		}},
		{"short card", "/bpjs_card", "length", func(n *homecare.NewPatient) { n.BPJSCard = "922658354" }},
		{"KK with a letter", "/kk", "invalid", func(n *homecare.NewPatient) { n.KK = "63110511041597X4" }},
		{"foreign phone", "/phone", "invalid", func(n *homecare.NewPatient) { n.Phone = "+1 202 555 0100" }},
		{"mother's NIK", "/mother_nik", "length", func(n *homecare.NewPatient) { n.MotherNIK = "1" }},
		{"born tomorrow", "/birth_date", "late", func(n *homecare.NewPatient) {
			n.NIK, n.BirthDate = "",
				"2026-11-02"
		}},
		{"born 121 years ago", "/birth_date", "early", func(n *homecare.NewPatient) {
			n.NIK, n.BirthDate = "",
				"1905-10-31"
		}},
	} {
		in := canary
		c.change(&in)
		_, err := nurse.RegisterPatient(t.Context(), in)
		if p := problem(t, c.name, err, 422, "request.invalid"); len(p.Errors) != 1 ||
			p.Errors[0].Pointer != c.pointer || p.Errors[0].Code != c.code {
			t.Errorf("%s: %+v", c.name, p.Errors)
		}
		if strings.Contains(err.Error(), "6311") {
			t.Errorf("%s: the error repeats the number", c.name)
		}
	}
	_, err = nurse.RegisterPatient(t.Context(), homecare.NewPatient{Name: "Tanpa Desa", Sex: "male",
		Village: "6311052999"})
	if p := problem(t, "no such village", err, 422, "patient.village_unknown"); len(p.Errors) != 1 ||
		p.Errors[0].Pointer != "/village" {
		t.Errorf("which field: %+v", p.Errors)
	}
	_, err = as(t, s, "kepala.tanah-habang").RegisterPatient(t.Context(), canary)
	problem(t, "a kepala registers", err, 403, "auth.forbidden")

	// The same key gets the first answer; the same client id is not accepted
	// twice.
	call := homecare.Call{Method: http.MethodPost, Path: "/v1/patients", Key: "kunci-yang-sama",
		Body: homecare.NewPatient{Name: "Sekali Saja", Sex: "male"}}
	var first, second homecare.Patient
	call.Out = &first
	if err := nurse.Do(t.Context(), call); err != nil {
		t.Fatal(err)
	}
	call.Out = &second
	if err := nurse.Do(t.Context(), call); err != nil || first.ID != second.ID {
		t.Errorf("replay: %s and %s, %v", first.ID, second.ID, err)
	}

	_, _ = nurse.SearchPatients(t.Context(), homecare.PatientSearch{NIK: "6311055411429034"})
	text := query(t, s, `select string_agg(query_to_xml(format('select * from %I', tablename), true, false, '')::text,
		'') from pg_tables where schemaname = 'public'`)
	if !strings.Contains(text, "Masniah Rahmah") {
		t.Fatal("the search of the database does not work")
	}
	for _, secret := range []string{"6311055411429034", "6311051104159744", "0009226583548", "84030648219", "30648219",
		"Kenari Rahasia", "6311054311229120"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s stands in plain in the database", secret)
		}
		if strings.Contains(log.String(), secret) {
			t.Errorf("%s stands in the log", secret)
		}
	}
	if log.Len() == 0 || strings.Contains(log.String(), "Masniah") {
		t.Error("the log is empty or names a person")
	}
}

func TestSearchAndReveal(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := as(t, s, "koordinator.tanah-habang")
	p, err := c.RegisterPatient(t.Context(), canary)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []homecare.NewPatient{{Name: "Masnah", Sex: "female", BirthDate: "1942-11-14"},
		{Name: "Budi", Sex: "male", BirthDate: "1980-01-01"},
		{Name: "Si\u0301ti Decomposed", Sex: "female"}, {Name: "S\u00edti Composed", Sex: "female"}} {
		p, err := c.RegisterPatient(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(p.Name, "\u0301") {
			t.Errorf("%+q is kept decomposed", p.Name)
		}
	}
	for _, w := range []struct {
		name  string
		in    homecare.PatientSearch
		found int
	}{
		{"nik", homecare.PatientSearch{NIK: "63.1105.541142.9034"}, 1},
		{"another nik", homecare.PatientSearch{NIK: "6311055411429035"}, 0},
		{"card", homecare.PatientSearch{BPJSCard: "0009226583548"}, 1},
		{"phone otherwise written", homecare.PatientSearch{Phone: "+62 840 3064 8219"}, 1},
		{"name", homecare.PatientSearch{Name: "masn"}, 2},
		{"whole name, other case", homecare.PatientSearch{Name: "MASNIAH R"}, 1},
		{"composed", homecare.PatientSearch{Name: "s\u00edti"}, 2},
		{"decomposed", homecare.PatientSearch{Name: "Si\u0301ti"}, 2},
		{"not the middle of a name", homecare.PatientSearch{Name: "ahmah"}, 0},
		{"percent is a letter", homecare.PatientSearch{Name: "m%"}, 0},
		{"birth date", homecare.PatientSearch{BirthDate: "1942-11-14"}, 2},
		{"both", homecare.PatientSearch{Name: "masni", BirthDate: "1942-11-14"}, 1},
	} {
		got, err := c.SearchPatients(t.Context(), w.in)
		if err != nil || len(got.Data) != w.found {
			t.Errorf("%s: %d found, want %d; %v", w.name, len(got.Data), w.found, err)
		}
	}
	for limit, cut := range map[int]bool{1: true, 2: false, 3: false} {
		got, err := c.SearchPatients(t.Context(), homecare.PatientSearch{Name: "masn", Limit: limit})
		if err != nil || got.Truncated != cut || len(got.Data) != min(limit, 2) {
			t.Errorf("limit %d: %d found, truncated %v, %v", limit, len(got.Data), got.Truncated, err)
		}
	}
	for name, in := range map[string]homecare.PatientSearch{"nothing": {}, "two ways": {NIK: "6311055411429034",
		Name: "masn"}, "no number": {NIK: "1"}} {
		_, err := c.SearchPatients(t.Context(), in)
		problem(t, name, err, 422, "request.invalid")
	}
	n, err := c.RevealPatient(t.Context(), p.ID, homecare.Reveal{Purpose: "Mencocokkan kartu"})
	if err != nil || n.NIK != "6311055411429034" || n.Phone != "+6284030648219" ||
		n.Address != "Gang Kenari Rahasia 7" || n.KK != "6311051104159744" || n.MotherNIK != "6311054311229120" {
		t.Errorf("%+v, %v", n, err)
	}
	_, err = c.RevealPatient(t.Context(), p.ID, homecare.Reveal{})
	problem(t, "no purpose", err, 422, "request.invalid")
	events, err := as(t, s, "kepala.tanah-habang").AuditEvents(t.Context(), url.Values{"action": {"patient.reveal"}})
	if err != nil || len(events.Data) != 1 || events.Data[0].SubjectID != p.ID ||
		events.Data[0].Reason != "Mencocokkan kartu" || events.Data[0].After != nil {
		t.Errorf("audit: %+v, %v", events.Data, err)
	}
	// Another puskesmas gets 404 everywhere.
	other := as(t, s, "koordinator.uren")
	_, err = other.Patient(t.Context(), p.ID)
	problem(t, "get", err, 404, "record.not_found")
	_, err = other.RevealPatient(t.Context(), p.ID, homecare.Reveal{Purpose: "x y"})
	problem(t, "reveal", err, 404, "record.not_found")
	_, err = other.ChangePatient(t.Context(), p.ID, p.Version, homecare.PatientChange{Name: homecare.Some("X")})
	problem(t, "change", err, 404, "record.not_found")
	_, err = other.PatientTimeline(t.Context(), p.ID, nil)
	problem(t, "timeline", err, 404, "record.not_found")
	_, err = other.RiskFactors(t.Context(), p.ID)
	problem(t, "risk factors", err, 404, "record.not_found")
	_, err = other.PatientSources(t.Context(), p.ID)
	problem(t, "sources", err, 404, "record.not_found")
	_, err = other.Household(t.Context(), p.HouseholdID)
	problem(t, "household", err, 404, "record.not_found")
	if got, err := other.SearchPatients(t.Context(), homecare.PatientSearch{NIK: "6311055411429034"}); err != nil ||
		len(got.Data) != 0 {
		t.Errorf("search of another puskesmas: %+v, %v", got, err)
	}
}

func TestChange(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := as(t, s, "koordinator.tanah-habang")
	p, err := c.RegisterPatient(t.Context(), canary)
	if err != nil {
		t.Fatal(err)
	}
	sister := canary
	sister.Name, sister.NIK, sister.BPJSCard, sister.Sex = "Adik Masniah", "6311054311229120", "", "female"
	q, err := c.RegisterPatient(t.Context(), sister)
	if err != nil || q.HouseholdID != p.HouseholdID {
		t.Fatalf("one KK, one family: %+v, %v", q, err)
	}
	h, err := c.Household(t.Context(), p.HouseholdID)
	if err != nil || len(h.Members) != 2 || h.KK != "631105********44" {
		t.Errorf("%+v, %v", h, err)
	}
	p2, err := c.ChangePatient(t.Context(), p.ID, p.Version, homecare.PatientChange{Phone: homecare.Clear[string](),
		Name: homecare.Some("Masniah binti Rahmah")})
	if err != nil || p2.Phone != "" || p2.Name != "Masniah binti Rahmah" || p2.NIK != p.NIK || p2.Version == p.Version {
		t.Errorf("%+v, %v", p2, err)
	}
	_, err = c.ChangePatient(t.Context(), p.ID, p.Version, homecare.PatientChange{Name: homecare.Some("Lama")})
	if pr := problem(t, "stale", err, 412, "record.stale"); pr.CurrentVersion != p2.Version {
		t.Errorf("current version %d, want %d", pr.CurrentVersion, p2.Version)
	}
	_, err = c.ChangePatient(t.Context(), p.ID, p2.Version,
		homecare.PatientChange{NIK: homecare.Some("6311054311229120"), BirthDate: homecare.Clear[string](),
			Sex: homecare.Some("female")})
	if f := problem(t, "the sister's NIK", err, 409, "patient.nik_taken"); f.PatientID == "" || f.PatientID == p.ID {
		t.Errorf("the sister's NIK: %q has it", f.PatientID)
	}
	_, err = c.ChangePatient(t.Context(), p.ID, p2.Version, homecare.PatientChange{Name: homecare.Clear[string]()})
	problem(t, "no name", err, 422, "request.invalid")
	if got, err := c.SearchPatients(t.Context(), homecare.PatientSearch{Phone: "0840-3064-8219"}); err != nil ||
		len(got.Data) != 1 || got.Data[0].ID != q.ID {
		t.Errorf("the cleared phone is still found: %+v, %v", got, err)
	}
	dead, err := c.ChangePatient(t.Context(), q.ID, q.Version,
		homecare.PatientChange{DeceasedOn: homecare.Some("2026-10-30")})
	if err != nil || dead.DeceasedOn != "2026-10-30" {
		t.Errorf("%+v, %v", dead, err)
	}
	_, err = c.ChangePatient(t.Context(), p.ID, p2.Version,
		homecare.PatientChange{DeceasedOn: homecare.Some("2026-11-02")})
	problem(t, "dies tomorrow", err, 422, "request.invalid")
	s.CatchUp(t)
	list, err := c.Priorities(t.Context(), nil)
	if err != nil || len(list.Data) != 1 || list.Data[0].PatientID != p.ID {
		t.Errorf("the dead are not ranked: %+v, %v", list.Data, err)
	}
}

func TestVoidAndMerge(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := as(t, s, "koordinator.tanah-habang")
	p, err := c.RegisterPatient(t.Context(), canary)
	if err != nil {
		t.Fatal(err)
	}
	twin := homecare.NewPatient{Name: "Masniah Rahmah", Sex: "female", BirthDate: "1942-11-14", Village: "6311052006",
		Source: "hospital", Phone: "0840-5678-1896"}
	q, err := c.RegisterPatient(t.Context(), twin)
	if err != nil {
		t.Fatal(err)
	}
	pairs, err := c.Duplicates(t.Context(), nil)
	if err != nil || len(pairs.Data) != 1 || pairs.Data[0].Kind != "same_name_birth_village" || pairs.Data[0].First.NIK+
		pairs.Data[0].Second.NIK != p.NIK {
		t.Fatalf("%+v, %v", pairs.Data, err)
	}
	_, err = c.MergePatient(t.Context(), q.ID, q.Version, homecare.MergePatient{IntoID: q.ID, Reason: "sama"})
	if p := problem(t, "with oneself", err, 409, "patient.merge_self"); len(p.Errors) != 1 ||
		p.Errors[0].Pointer != "/into_id" {
		t.Errorf("with oneself: %+v", p.Errors)
	}
	kept, err := c.MergePatient(t.Context(), q.ID, q.Version, homecare.MergePatient{IntoID: p.ID,
		Reason: "Orang yang sama"})
	if err != nil || kept.ID != p.ID || kept.NIK != p.NIK ||
		!slices.Equal(kept.Sources, []string{"hospital", "walk_in"}) {
		t.Fatalf("%+v, %v", kept, err)
	}
	if pairs, err := c.Duplicates(t.Context(), nil); err != nil || len(pairs.Data) != 0 {
		t.Errorf("the pair stays open: %+v, %v", pairs.Data, err)
	}
	gone, err := c.Patient(t.Context(), q.ID)
	if err != nil || gone.MergedInto != p.ID {
		t.Errorf("%+v, %v", gone, err)
	}
	_, err = c.ChangePatient(t.Context(), q.ID, gone.Version, homecare.PatientChange{Name: homecare.Some("X Y")})
	problem(t, "change of a merged one", err, 409, "patient.gone")
	list, err := c.Patients(t.Context(), nil)
	if err != nil || len(list.Data) != 1 {
		t.Errorf("%d in the list, %v", len(list.Data), err)
	}
	third, err := c.RegisterPatient(t.Context(), homecare.NewPatient{Name: "Orang Ketiga", Sex: "female",
		NIK: "6311054311229120"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.MergePatient(t.Context(), third.ID, third.Version, homecare.MergePatient{IntoID: p.ID, Reason: "salah"})
	problem(t, "two NIKs", err, 409, "patient.merge_two_niks")
	void, err := c.VoidPatient(t.Context(), third.ID, third.Version, homecare.Why{Reason: "Salah daftar"})
	if err != nil || void.VoidReason != "Salah daftar" {
		t.Fatalf("%+v, %v", void, err)
	}
	if _, err := c.RegisterPatient(t.Context(), homecare.NewPatient{Name: "Pemilik NIK", Sex: "female",
		NIK: "6311054311229120"}); err != nil {
		t.Errorf("the NIK of a voided person is free: %v", err)
	}
	timeline, err := c.PatientTimeline(t.Context(), p.ID, url.Values{"limit": {"1"}})
	if err != nil || len(timeline.Data) != 1 || timeline.Data[0].Kind != "source" || timeline.NextCursor == "" {
		t.Errorf("%+v, %v", timeline, err)
	}
	_, err = c.PatientTimeline(t.Context(), third.ID, url.Values{"cursor": {timeline.NextCursor}})
	problem(t, "the cursor of another list", err, 400, "cursor.invalid")
	sources, err := c.PatientSources(t.Context(), p.ID)
	if err != nil || len(sources.Data) != 2 || sources.Data[0].Label == "" {
		t.Errorf("%+v, %v", sources, err)
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := as(t, s, "petugas1.tanah-habang")
	for _, p := range []homecare.NewPatient{
		{Name: "Éva", Sex: "female", BirthDate: "1966-11-01", Village: "6311052006"},
		{Name: "éva", Sex: "female", BirthDate: "1966-11-02"},
		{Name: "Ani", Sex: "female", BirthDate: "2026-10-31", Village: "6311052006"},
		{Name: "Budi", Sex: "male", Source: "hospital"}, {Name: "ani", Sex: "female", BirthDate: "2025-11-01"},
	} {
		if _, err := c.RegisterPatient(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	for _, w := range []struct {
		query url.Values
		want  int
	}{
		{url.Values{}, 5}, {url.Values{"village": {"6311052006"}}, 2}, {url.Values{"sex": {"male"}}, 1},
		{url.Values{"source": {"hospital"}}, 1},
		{url.Values{"age_from": {"60"}}, 1}, {url.Values{"age_to": {"0"}}, 1},
		{url.Values{"age_from": {"1"}, "age_to": {"59"}}, 2},
	} {
		var names []string
		query, pages := w.query, 0
		query.Set("limit", "2")
		for {
			p, err := c.Patients(t.Context(), query)
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range p.Data {
				names = append(names, one.ID)
			}
			pages++
			if p.NextCursor == "" {
				break
			}
			query.Set("cursor", p.NextCursor)
		}
		slices.Sort(names)
		if n := len(names); n != w.want || len(slices.Compact(names)) != n || pages != max(1, (n+1)/2) {
			t.Errorf("%v: %d in %d pages, want %d", w.query, n, pages, w.want)
		}
	}
}
