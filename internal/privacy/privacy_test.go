package privacy_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/privacy"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

const nik = "6311055203500001"

const reason = "Rujukan gawat darurat, riwayat obat diperlukan segera"

// TestBreakGlass: Dinkes opens one person for a limited time; Kepala sees who
// looked how often; nothing is shown after the end.
func TestBreakGlass(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	koordinator, kepala, dinkes := s.As(t, "koordinator.uren"), s.As(t, "kepala.uren"), s.As(t, "dinkes.admin")
	p := apitest.Register(t, koordinator, "Galuh Satu", nik)
	other := apitest.Register(t, koordinator, "Galuh Dua", "")
	if _, err := s.As(t, "petugas1.uren").ProposeCase(ctx, homecare.NewCase{PatientID: p.ID,
		Programme: "homecare_sanggam", Origin: "walk_in", Reason: "Pasca stroke"}); err != nil {
		t.Fatal(err)
	}
	for value, reason := range map[float64]string{12: "", 3: "Salah orang"} {
		f := apitest.Must[homecare.Fact](t)(koordinator.EnterFact(ctx, p.ID, homecare.NewFact{Code: "barthel",
			Value: &value}))
		if reason != "" {
			if err := koordinator.VoidFact(ctx, p.ID, f.ID, homecare.Why{Reason: reason}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name string
		in   homecare.OpenBreakGlass
		code string
	}{
		{"a short reason", homecare.OpenBreakGlass{Puskesmas: "uren", PatientID: p.ID, Reason: "darurat", Minutes: 5},
			"request.invalid"},
		{"too long", homecare.OpenBreakGlass{Puskesmas: "uren", PatientID: p.ID, Reason: reason, Minutes: 61},
			"request.invalid"},
		{"nobody", homecare.OpenBreakGlass{Puskesmas: "uren", Reason: reason, Minutes: 5}, "request.invalid"},
		{"another puskesmas", homecare.OpenBreakGlass{Puskesmas: "awayan", PatientID: p.ID, Reason: reason, Minutes: 5},
			"record.not_found"},
		{"unknown puskesmas", homecare.OpenBreakGlass{Puskesmas: "nirwana", PatientID: p.ID, Reason: reason,
			Minutes: 5}, "privacy.puskesmas_unknown"},
		{"unknown number", homecare.OpenBreakGlass{Puskesmas: "uren", NIK: "6311055203500099", Reason: reason,
			Minutes: 5}, "record.not_found"},
	} {
		_, err := dinkes.BreakGlass(ctx, c.in)
		if pr, ok := errors.AsType[*homecare.Problem](err); !ok || pr.Code != c.code {
			t.Errorf("%s: %v, want %s", c.name, err, c.code)
		}
	}
	// Who asks for a person that is not there leaves a trace all the same.
	tried := apitest.Must[homecare.Page[homecare.AuditEvent]](t)(dinkes.AuditEvents(ctx,
		url.Values{"action": {"break_glass.refused"}}))
	if len(tried.Data) != 2 {
		t.Errorf("%d tries at nobody in the trail, want 2", len(tried.Data))
	}
	g := apitest.Must[homecare.BreakGlass](t)(dinkes.BreakGlass(ctx, homecare.OpenBreakGlass{Puskesmas: "uren",
		NIK: nik, Reason: reason, Minutes: 30}))
	if g.State != "open" || g.PatientID != "" || g.ExpiresAt.Sub(g.OpenedAt) != 30*time.Minute {
		t.Errorf("%+v", g)
	}
	_, err := dinkes.BreakGlass(ctx, homecare.OpenBreakGlass{Puskesmas: "uren", PatientID: p.ID, Reason: reason,
		Minutes: 30})
	apitest.Wants(t, err, "break_glass.open")
	for range 2 {
		r := apitest.Must[homecare.BreakGlassRecord](t)(dinkes.BreakGlassRecord(ctx, g.ID))
		if r.Patient.ID != p.ID || r.Patient.Name != "Galuh Satu" || r.Patient.NIK == nik || r.Patient.NIK == "" ||
			len(r.Cases) != 1 || r.Puskesmas != "uren" {
			t.Errorf("%+v", r)
		}
		if len(r.Facts) != 1 || r.Facts[0].Value != 12 {
			t.Errorf("a voided fact is shown: %+v", r.Facts)
		}
	}
	// The access log of the puskesmas says break-glass, and by whom.
	if err := s.App.Access.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	log := apitest.Must[homecare.Page[homecare.Access]](t)(kepala.PatientAccessLog(ctx, p.ID, nil))
	if n := len(log.Data); n < 3 || log.Data[0].Permission != "GET /v1/break-glass/{id}/record" ||
		log.Data[0].Role != "dinkes_admin" || log.Data[0].AccountID != g.AccountID {
		t.Errorf("%+v", log.Data)
	}
	if log := apitest.Must[homecare.Page[homecare.Access]](t)(kepala.PatientAccessLog(ctx, other.ID, nil)); len(
		log.Data) != 1 {
		t.Errorf("the other person: %+v", log.Data)
	}
	list := apitest.Must[homecare.Page[homecare.BreakGlass]](t)(kepala.BreakGlasses(ctx, nil))
	if len(list.Data) != 1 || list.Data[0].PatientID != p.ID || list.Data[0].Accesses == nil ||
		*list.Data[0].Accesses != 2 || list.Data[0].Reason != reason {
		t.Errorf("%+v", list.Data)
	}
	if own := apitest.Must[homecare.Page[homecare.BreakGlass]](t)(dinkes.BreakGlasses(ctx, nil)); len(own.Data) != 1 ||
		own.Data[0].PatientID != "" || own.Data[0].Accesses != nil {
		t.Errorf("%+v", own.Data)
	}
	// Kepala of another puskesmas sees nothing of it.
	awayan := s.As(t, "kepala.awayan")
	if l := apitest.Must[homecare.Page[homecare.BreakGlass]](t)(awayan.BreakGlasses(ctx, nil)); len(l.Data) != 0 {
		t.Errorf("%+v", l.Data)
	}
	_, err = awayan.ReviewBreakGlass(ctx, g.ID, g.Version, homecare.ReviewBreakGlass{Finding: "Sesuai"})
	apitest.Wants(t, err, "record.not_found")
	_, err = kepala.ReviewBreakGlass(ctx, g.ID, g.Version, homecare.ReviewBreakGlass{Finding: "Sesuai"})
	apitest.Wants(t, err, "record.state")
	_, err = dinkes.CloseBreakGlass(ctx, g.ID, g.Version+1)
	apitest.Wants(t, err, "record.stale")
	// Over by time, by the database's clock, whatever the request's clock says.
	s.Database.Exec(t, `update break_glass set opened_at = opened_at - interval '31 minutes', expires_at = expires_at -
		interval '31 minutes'`)
	dinkes.Clock = func() time.Time { return time.Now().Add(-time.Hour) }
	_, err = dinkes.BreakGlassRecord(ctx, g.ID)
	apitest.Wants(t, err, "break_glass.ended")
	dinkes.Clock = nil
	_, err = dinkes.CloseBreakGlass(ctx, g.ID, g.Version)
	apitest.Wants(t, err, "record.state")
	g = apitest.Must[homecare.BreakGlass](t)(kepala.ReviewBreakGlass(ctx, g.ID, g.Version,
		homecare.ReviewBreakGlass{Finding: "Sesuai: dirujuk malam itu"}))
	if g.State != "reviewed" || g.Finding == "" {
		t.Errorf("%+v", g)
	}
	// Closed by hand.
	h := apitest.Must[homecare.BreakGlass](t)(dinkes.BreakGlass(ctx, homecare.OpenBreakGlass{Puskesmas: "uren",
		PatientID: p.ID, Reason: reason, Minutes: 1}))
	h = apitest.Must[homecare.BreakGlass](t)(kepala.CloseBreakGlass(ctx, h.ID, h.Version))
	if h.State != "closed" {
		t.Errorf("%+v", h)
	}
	_, err = dinkes.BreakGlassRecord(ctx, h.ID)
	apitest.Wants(t, err, "break_glass.ended")
	if l := apitest.Must[homecare.Page[homecare.BreakGlass]](t)(kepala.BreakGlasses(ctx, nil)); *l.Data[0].Accesses !=
		0 || *l.Data[1].Accesses != 2 {
		t.Errorf("%+v", l.Data)
	}
}

// TestGlassWall: the two functions answer nobody but the dinkes_admin who
// opened, and Dinkes's role reaches no row of a person besides.
func TestGlassWall(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	p := apitest.Register(t, s.As(t, "koordinator.uren"), "Galuh Tiga", "")
	g := apitest.Must[homecare.BreakGlass](t)(s.As(t, "dinkes.admin").BreakGlass(ctx,
		homecare.OpenBreakGlass{Puskesmas: "uren", PatientID: p.ID, Reason: reason, Minutes: 30}))
	c, err := pgx.Connect(ctx, s.Database.DSN("homecare_district"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(context.Background()) }()
	for _, q := range []string{`select name from patient`, `select patient_id from break_glass`,
		`select * from care_case`, `select * from consent`, `select * from access_person`,
		`update break_glass set expires_at = now() + interval '1 day'`, `insert into break_glass default values`} {
		if _, err := c.Exec(ctx, q); err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s: %v", q, err)
		}
	}
	for _, who := range []struct{ user, role string }{{"", ""}, {g.AccountID, "dinkes_analyst"},
		{"0199a1d0-6f0e-7c3a-9f5e-2f6b1d3c4e5f", "dinkes_admin"}} {
		var row *string
		if _, err := c.Exec(ctx, `select set_config('app.user_id', $1, false), set_config('app.role', $2, false)`,
			who.user, who.role); err != nil {
			t.Fatal(err)
		}
		if err := c.QueryRow(ctx, `select break_glass_record($1)::text`, g.ID).Scan(&row); err != nil || row != nil {
			t.Errorf("%v reads %v, %v", who, row, err)
		}
		if who.role != "dinkes_admin" {
			if _, err := c.Exec(ctx, `select break_glass_open(1::smallint, gen_random_uuid(), $1, null, $2, 5)`, p.ID,
				reason); err == nil {
				t.Errorf("%v opens", who)
			}
		}
	}
	// What the functions leave behind opens nothing to the role that called.
	if _, err := c.Exec(ctx, `select set_config('app.glass_patient', $1, false),
		set_config('app.glass_puskesmas', '1', false)`, p.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(ctx, `select name from patient`); err == nil {
		t.Error("a setting opens the registry")
	}
	app, err := pgx.Connect(ctx, s.Database.DSN("homecare_app"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = app.Close(context.Background()) }()
	if _, err := app.Exec(ctx, `select break_glass_record($1)`, g.ID); err == nil {
		t.Error("the application role may call it")
	}
}

// TestBreach: who was touched by a credential, exactly; Dinkes sees the count.
func TestBreach(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	if err := s.App.Jobs.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.App.Jobs.Stop(context.Background()) })
	koordinator, kepala, dinkes, thief := s.As(t, "koordinator.uren"), s.As(t, "kepala.uren"), s.As(t, "dinkes.admin"),
		s.As(t, "petugas2.uren")
	a, b := apitest.Register(t, koordinator, "Galuh Satu", ""), apitest.Register(t, koordinator, "Galuh Dua", "")
	apitest.Register(t, koordinator, "Galuh Tiga", "")
	from := time.Now()
	for _, id := range []string{a.ID, b.ID, a.ID} {
		apitest.Must[homecare.Patient](t)(thief.Patient(ctx, id))
	}
	if err := s.App.Access.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	me := apitest.Must[homecare.Me](t)(thief.Me(ctx))
	in := homecare.NewBreach{FoundAt: time.Now(), What: "HP hilang dalam keadaan masuk", AccountID: me.AccountID,
		From: from, To: time.Now()}
	_, err := dinkes.ReportBreach(ctx, in)
	apitest.Wants(t, err, "request.invalid")
	early := in
	early.FoundAt = from.Add(-time.Hour)
	_, err = kepala.ReportBreach(ctx, early)
	apitest.Wants(t, err, "request.invalid")
	foreign := in
	foreign.AccountID = apitest.Must[homecare.Me](t)(s.As(t, "petugas1.juai").Me(ctx)).AccountID
	_, err = kepala.ReportBreach(ctx, foreign)
	if code := apitest.ToldAt(err, "/account_id"); code != "not_staff" {
		t.Errorf("an account of another puskesmas: %v", err)
	}
	foreign.Puskesmas = "uren"
	_, err = dinkes.ReportBreach(ctx, foreign)
	if code := apitest.ToldAt(err, "/account_id"); code != "not_staff" {
		t.Errorf("an account of another puskesmas, from Dinkes: %v", err)
	}
	// A break-glass shows a person to an account of Dinkes; the puskesmas knows it from there.
	foreign.AccountID = apitest.Must[homecare.Me](t)(dinkes.Me(ctx)).AccountID
	apitest.Must[homecare.Breach](t)(dinkes.ReportBreach(ctx, foreign))
	foreign.Puskesmas = ""
	_, err = kepala.ReportBreach(ctx, foreign)
	if code := apitest.ToldAt(err, "/account_id"); code != "not_staff" {
		t.Errorf("an account of Dinkes that saw nobody: %v", err)
	}
	apitest.Must[homecare.BreakGlass](t)(dinkes.BreakGlass(ctx, homecare.OpenBreakGlass{Puskesmas: "uren",
		PatientID: a.ID, Reason: "Memeriksa pengaduan keluarga pasien", Minutes: 5}))
	apitest.Must[homecare.Breach](t)(kepala.ReportBreach(ctx, foreign))
	r := apitest.Must[homecare.Breach](t)(kepala.ReportBreach(ctx, in))
	if r.State != "open" || r.DueAt.Sub(r.FoundAt) != privacy.Notice {
		t.Errorf("%+v", r)
	}
	got := apitest.Must[homecare.Page[homecare.BreachPerson]](t)(kepala.BreachPersons(ctx, r.ID,
		url.Values{"limit": {"1"}}))
	next := apitest.Must[homecare.Page[homecare.BreachPerson]](t)(kepala.BreachPersons(ctx, r.ID,
		url.Values{"limit": {"1"}, "cursor": {got.NextCursor}}))
	all := append(got.Data, next.Data...)
	if len(all) != 2 || all[0].PatientID != a.ID || all[0].Times != 2 || all[1].PatientID != b.ID ||
		all[1].Times != 1 || next.NextCursor != "" {
		t.Errorf("%+v", all)
	}
	in.Puskesmas, in.AccountID = "uren", ""
	for _, row := range apitest.Must[homecare.Page[homecare.Access]](t)(kepala.AccessLog(ctx,
		url.Values{"account_id": {me.AccountID}})).Data {
		in.SessionID = row.SessionID
	}
	d := apitest.Must[homecare.Breach](t)(dinkes.ReportBreach(ctx, in))
	for range 50 {
		if d = apitest.Must[homecare.Breach](t)(dinkes.Breach(ctx, d.ID)); d.Persons != nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if d.Persons == nil || *d.Persons != 2 {
		t.Errorf("%+v", d)
	}
	_, err = dinkes.BreachPersons(ctx, d.ID, nil)
	apitest.Wants(t, err, "auth.forbidden")
	if l := apitest.Must[homecare.Page[homecare.Breach]](t)(dinkes.Breaches(ctx, nil)); len(l.Data) != 4 {
		t.Errorf("%+v", l.Data)
	}
	awayan := s.As(t, "kepala.awayan")
	if l := apitest.Must[homecare.Page[homecare.Breach]](t)(awayan.Breaches(ctx, nil)); len(l.Data) != 0 {
		t.Errorf("%+v", l.Data)
	}
	_, err = awayan.BreachPersons(ctx, r.ID, nil)
	apitest.Wants(t, err, "record.not_found")
	// The clock, and the way to the end.
	kepala.Clock = func() time.Time { return time.Now().Add(73 * time.Hour) }
	if r := apitest.Must[homecare.Breach](t)(kepala.Breach(ctx, r.ID)); r.State != "overdue" {
		t.Errorf("%+v", r)
	}
	kepala.Clock = nil
	_, err = kepala.CloseBreach(ctx, r.ID, r.Version, homecare.CloseBreach{Conclusion: "Selesai"})
	apitest.Wants(t, err, "record.state")
	r = apitest.Must[homecare.Breach](t)(kepala.NotifyBreach(ctx, r.ID, r.Version,
		homecare.BreachNotice{Whom: "subjects", At: time.Now()}))
	_, err = kepala.NotifyBreach(ctx, r.ID, r.Version, homecare.BreachNotice{Whom: "subjects", At: time.Now()})
	apitest.Wants(t, err, "request.invalid")
	r = apitest.Must[homecare.Breach](t)(kepala.NotifyBreach(ctx, r.ID, r.Version, homecare.BreachNotice{Whom: "agency",
		At: time.Now()}))
	if r.State != "notified" {
		t.Errorf("%+v", r)
	}
	if r = apitest.Must[homecare.Breach](t)(kepala.CloseBreach(ctx, r.ID, r.Version,
		homecare.CloseBreach{Conclusion: "Semua sudah diberi tahu"})); r.State != "closed" {
		t.Errorf("%+v", r)
	}
}

// TestRequests: three days, then overdue; a restriction stops new cases.
func TestRequests(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	koordinator, kepala := s.As(t, "koordinator.uren"), s.As(t, "kepala.uren")
	p := apitest.Register(t, koordinator, "Galuh Satu", nik)
	at := time.Now().Add(-71 * time.Hour)
	_, err := koordinator.RequestAboutData(ctx,
		homecare.NewDataSubjectRequest{PatientID: "0199a1d0-6f0e-7c3a-9f5e-2f6b1d3c4e5f", Kind: "access",
			ReceivedAt: at, Channel: "letter"})
	apitest.Wants(t, err, "request.invalid")
	r := apitest.Must[homecare.DataSubjectRequest](t)(koordinator.RequestAboutData(ctx,
		homecare.NewDataSubjectRequest{PatientID: p.ID, Kind: "restriction", ReceivedAt: at, Channel: "letter"}))
	if r.Overdue || r.DueAt.Sub(r.ReceivedAt) != privacy.Notice || r.State != "open" {
		t.Errorf("%+v", r)
	}
	_, err = koordinator.ExportPerson(ctx, r.ID)
	apitest.Wants(t, err, "data_subject_request.not_access")
	kepala.Clock = func() time.Time { return time.Now().Add(2 * time.Hour) }
	if l := apitest.Must[homecare.Page[homecare.DataSubjectRequest]](t)(kepala.DataSubjectRequests(ctx, nil)); len(
		l.Data) != 1 || !l.Data[0].Overdue {
		t.Errorf("%+v", l.Data)
	}
	kepala.Clock = nil
	r = apitest.Must[homecare.DataSubjectRequest](t)(kepala.StartDataSubjectRequest(ctx, r.ID, r.Version))
	_, err = kepala.StartDataSubjectRequest(ctx, r.ID, r.Version)
	apitest.Wants(t, err, "record.state")
	r = apitest.Must[homecare.DataSubjectRequest](t)(kepala.FinishDataSubjectRequest(ctx, r.ID, r.Version,
		homecare.DataSubjectOutcome{Outcome: "Dibatasi"}))
	if r.State != "done" || r.Overdue {
		t.Errorf("%+v", r)
	}
	_, err = s.As(t, "petugas1.uren").ProposeCase(ctx, homecare.NewCase{PatientID: p.ID, Programme: "homecare_sanggam",
		Origin: "walk_in", Reason: "Pasca stroke"})
	apitest.Wants(t, err, "patient.restricted")
	if q := apitest.Must[homecare.Patient](t)(koordinator.Patient(ctx, p.ID)); !q.Restricted {
		t.Errorf("%+v", q)
	}
	q := apitest.Must[homecare.Patient](t)(kepala.Patient(ctx, p.ID))
	_, err = kepala.LiftRestriction(ctx, p.ID, q.Version+1, homecare.Why{Reason: "Keluarga meminta"})
	apitest.Wants(t, err, "record.stale")
	if q = apitest.Must[homecare.Patient](t)(kepala.LiftRestriction(ctx, p.ID, q.Version,
		homecare.Why{Reason: "Keluarga meminta"})); q.Restricted {
		t.Errorf("%+v", q)
	}
	_, err = kepala.LiftRestriction(ctx, p.ID, q.Version, homecare.Why{Reason: "Lagi"})
	apitest.Wants(t, err, "record.state")
	apitest.Must[homecare.Case](t)(s.As(t, "petugas1.uren").ProposeCase(ctx,
		homecare.NewCase{PatientID: p.ID, Programme: "homecare_sanggam", Origin: "walk_in", Reason: "Pasca stroke"}))
	refused := apitest.Must[homecare.DataSubjectRequest](t)(koordinator.RequestAboutData(ctx,
		homecare.NewDataSubjectRequest{PatientID: p.ID, Kind: "end", ReceivedAt: at, Channel: "phone"}))
	refused = apitest.Must[homecare.DataSubjectRequest](t)(kepala.RefuseDataSubjectRequest(ctx, refused.ID,
		refused.Version, homecare.DataSubjectOutcome{Outcome: "Wajib disimpan 25 tahun"}))
	if refused.State != "refused" {
		t.Errorf("%+v", refused)
	}
	_, err = s.As(t, "kepala.awayan").DataSubjectRequest(ctx, r.ID)
	apitest.Wants(t, err, "record.not_found")
}

// TestExport: the copy holds what was written about the person, in full, and
// nothing of anybody else.
func TestExport(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	koordinator := s.As(t, "koordinator.uren")
	p, other := apitest.Register(t, koordinator, "Galuh Ekspor", nik), apitest.Register(t, koordinator, "Galuh Lain",
		"")
	if _, err := s.As(t, "petugas1.uren").ProposeCase(ctx, homecare.NewCase{PatientID: p.ID,
		Programme: "homecare_sanggam", Origin: "walk_in", Reason: "Alasan kasus ekspor"}); err != nil {
		t.Fatal(err)
	}
	if err := s.App.Access.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	r := apitest.Must[homecare.DataSubjectRequest](t)(koordinator.RequestAboutData(ctx,
		homecare.NewDataSubjectRequest{PatientID: p.ID, Kind: "access", ReceivedAt: time.Now(), Channel: "in_person",
			Note: "Catatan permintaan"}))
	e := apitest.Must[homecare.PersonExport](t)(koordinator.ExportPerson(ctx, r.ID))
	b, _ := json.Marshal(e)
	for _, want := range []string{nik, "Galuh Ekspor", "Jl. Uji 7", "Alasan kasus ekspor", "Catatan permintaan",
		"POST /v1/patients", "patient.register"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%q is missing", want)
		}
	}
	for _, not := range []string{other.ID, "Galuh Lain", "key_wrapped", "nik_index", `\\x`} {
		if strings.Contains(string(b), not) {
			t.Errorf("%q is in the copy", not)
		}
	}
}

// TestExportOfMerged: while two records are one person, the copy has the numbers
// of both in full; once the merge is undone, nothing of the other.
func TestExportOfMerged(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	koordinator, kepala := s.As(t, "koordinator.uren"), s.As(t, "kepala.uren")
	stays := apitest.Must[homecare.Patient](t)(koordinator.RegisterPatient(ctx,
		homecare.NewPatient{Name: "Galuh Ekspor", Sex: "female", BirthDate: "1950-03-12",
			Village: "6311052001", NIK: nik, Phone: "0840-1111-2222", Address: "Jl. Uji 7", BPJSCard: "0009226580001"}))
	from := apitest.Must[homecare.Patient](t)(koordinator.RegisterPatient(ctx, homecare.NewPatient{Name: "Intan Kembar",
		Sex: "female", BirthDate: "1951-07-23",
		Village: "6311052001", Phone: "0840-3333-4477", Address: "Gang Kenanga 9", BPJSCard: "0009226580002",
		KK: "6311051104150077"}))
	apitest.Must[homecare.Patient](t)(koordinator.MergePatient(ctx, from.ID, from.Version,
		homecare.MergePatient{IntoID: stays.ID, Reason: "Sama"}))
	r := apitest.Must[homecare.DataSubjectRequest](t)(koordinator.RequestAboutData(ctx,
		homecare.NewDataSubjectRequest{PatientID: stays.ID, Kind: "access",
			ReceivedAt: time.Now(), Channel: "in_person"}))
	e := apitest.Must[homecare.PersonExport](t)(koordinator.ExportPerson(ctx, r.ID))
	if len(e.Merged) != 1 || e.Merged[0].Name != "Intan Kembar" || e.Merged[0].BirthDate != "1951-07-23" ||
		!strings.HasSuffix(e.Merged[0].Phone, "4477") ||
		e.Merged[0].Address != "Gang Kenanga 9" || e.Merged[0].BPJSCard != "0009226580002" ||
		e.Person.BPJSCard != "0009226580001" {
		t.Errorf("person %+v, merged %+v", e.Person, e.Merged)
	}
	events := func(e homecare.PersonExport) (all, told int) {
		for _, table := range e.Tables {
			for _, row := range table.Rows {
				if action, _ := row["action"].(string); table.Name == "audit_event" &&
					strings.HasSuffix(action, "merge") {
					all++
					if row["content"] != nil {
						told++
					}
				}
			}
		}
		return all, told
	}
	if all, told := events(e); all != 2 || told != 2 {
		t.Errorf("of a merge in force: %d events, %d with the change", all, told)
	}
	v := apitest.Must[homecare.Patient](t)(kepala.Patient(ctx, from.ID)).Version
	apitest.Must[homecare.Unmerged](t)(kepala.UnmergePatient(ctx, from.ID, v, homecare.Why{Reason: "Dua orang"}))
	e = apitest.Must[homecare.PersonExport](t)(koordinator.ExportPerson(ctx, r.ID))
	if all, told := events(e); all != 2 || told != 0 || len(e.Merged) != 0 {
		t.Errorf("of an undone merge: %d events, %d with the change; merged %+v", all, told, e.Merged)
	}
	b, _ := json.Marshal(e)
	for _, not := range []string{from.ID, "Intan Kembar", "1951-07-23", "4477", "Kenanga", "0077"} {
		if strings.Contains(string(b), not) {
			t.Errorf("%q is in the copy of the other", not)
		}
	}
}

// TestMergeEventsAreOnesOwn: the trail of a record holds the change of that
// record, not of the one that it was merged with.
func TestMergeEventsAreOnesOwn(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	koordinator, kepala := s.As(t, "koordinator.uren"), s.As(t, "kepala.uren")
	stays, from := apitest.Register(t, koordinator, "Galuh Satu", nik), apitest.Register(t, koordinator, "Intan Dua",
		"")
	apitest.Must[homecare.Patient](t)(koordinator.MergePatient(ctx, from.ID, from.Version,
		homecare.MergePatient{IntoID: stays.ID, Reason: "Sama"}))
	v := apitest.Must[homecare.Patient](t)(kepala.Patient(ctx, from.ID)).Version
	apitest.Must[homecare.Unmerged](t)(kepala.UnmergePatient(ctx, from.ID, v, homecare.Why{Reason: "Dua orang"}))
	for _, action := range []string{"patient.merge", "patient.unmerge"} {
		l := apitest.Must[homecare.Page[homecare.AuditEvent]](t)(kepala.AuditEvents(ctx,
			url.Values{"action": {action}}))
		if len(l.Data) != 2 {
			t.Fatalf("%d events %s", len(l.Data), action)
		}
		for _, e := range l.Data {
			name := map[string]string{stays.ID: "Galuh Satu", from.ID: "Intan Dua"}[e.SubjectID]
			for what, change := range map[string]any{"before": e.Before, "after": e.After} {
				if b, _ := json.Marshal(change); !strings.Contains(string(b), `"name":"`+name+`"`) {
					t.Errorf("%s %s of %s: %s", action, what, name, b)
				}
			}
		}
	}
}

// TestBreakGlassOfMerged: a duplicate record opens the one that stays, and what
// was opened before a merge goes along with it.
func TestBreakGlassOfMerged(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	koordinator, kepala, dinkes := s.As(t, "koordinator.uren"), s.As(t, "kepala.uren"), s.As(t, "dinkes.admin")
	stays, from := apitest.Register(t, koordinator, "Galuh Satu", nik), apitest.Register(t, koordinator, "Galuh Satu",
		"")
	if _, err := s.As(t, "petugas1.uren").ProposeCase(ctx, homecare.NewCase{PatientID: from.ID,
		Programme: "homecare_sanggam", Origin: "walk_in", Reason: "Pasca stroke"}); err != nil {
		t.Fatal(err)
	}
	g := apitest.Must[homecare.BreakGlass](t)(dinkes.BreakGlass(ctx, homecare.OpenBreakGlass{Puskesmas: "uren",
		PatientID: from.ID, Reason: reason, Minutes: 30}))
	apitest.Must[homecare.BreakGlassRecord](t)(dinkes.BreakGlassRecord(ctx, g.ID))
	v := apitest.Must[homecare.Patient](t)(koordinator.Patient(ctx, from.ID)).Version
	apitest.Must[homecare.Patient](t)(koordinator.MergePatient(ctx, from.ID, v, homecare.MergePatient{IntoID: stays.ID,
		Reason: "Sama"}))
	if r := apitest.Must[homecare.BreakGlassRecord](t)(dinkes.BreakGlassRecord(ctx, g.ID)); r.Patient.ID != stays.ID ||
		len(r.Cases) != 1 {
		t.Errorf("opened before: %+v", r)
	}
	_, err := dinkes.BreakGlass(ctx, homecare.OpenBreakGlass{Puskesmas: "uren", PatientID: from.ID, Reason: reason,
		Minutes: 30})
	apitest.Wants(t, err, "break_glass.open")
	if err := s.App.Access.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	list := apitest.Must[homecare.Page[homecare.BreakGlass]](t)(kepala.BreakGlasses(ctx, nil))
	if len(list.Data) != 1 || list.Data[0].PatientID != stays.ID || *list.Data[0].Accesses != 2 {
		t.Errorf("%+v", list.Data)
	}
	// Who looked at either record looked at the person.
	log := apitest.Must[homecare.Page[homecare.Access]](t)(kepala.PatientAccessLog(ctx, stays.ID,
		url.Values{"limit": {"500"}}))
	seen := 0
	for _, a := range log.Data {
		if a.Role == "dinkes_admin" {
			seen++
		}
	}
	if seen != 2 {
		t.Errorf("%d of 2 looks of Dinkes in the person's log", seen)
	}
	apitest.Must[homecare.BreakGlass](t)(kepala.CloseBreakGlass(ctx, g.ID, list.Data[0].Version))
	g = apitest.Must[homecare.BreakGlass](t)(dinkes.BreakGlass(ctx, homecare.OpenBreakGlass{Puskesmas: "uren",
		PatientID: from.ID, Reason: reason, Minutes: 30}))
	if r := apitest.Must[homecare.BreakGlassRecord](t)(dinkes.BreakGlassRecord(ctx, g.ID)); r.Patient.ID != stays.ID {
		t.Errorf("the old id opens %+v", r.Patient)
	}
}

// TestTextsForDinkesNameNobody: what lies where Dinkes can read it shows no
// patient, nor does Dinkes's own reason.
func TestTextsForDinkesNameNobody(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	kepala, dinkes := s.As(t, "kepala.uren"), s.As(t, "dinkes.admin")
	p := s.AddPatient(t, "uren", apitest.Person{Name: "Galuh Kencana Uji"})
	breach := func(what string) (homecare.Breach, error) {
		now := time.Now()
		return kepala.ReportBreach(ctx, homecare.NewBreach{FoundAt: now.Add(-time.Hour), What: what, Client: "10.0.0.7",
			From: now.Add(-3 * time.Hour), To: now.Add(-2 * time.Hour)})
	}
	_, err := breach("HP hilang, catatan Galuh Kencana Uji terbuka")
	apitest.Wants(t, err, "text.identifies_person")
	apitest.Must[homecare.Breach](t)(breach("HP petugas hilang di pasar desa"))
	for _, reason := range []string{"Rujukan gawat darurat NIK 6311055102510009",
		"Rujukan gawat darurat, keluarga 0812 3456 7890",
		"Rujukan gawat darurat GALUH KENCANA UJI malam ini"} {
		_, err := dinkes.BreakGlass(ctx, homecare.OpenBreakGlass{Puskesmas: "uren", PatientID: p, Reason: reason,
			Minutes: 10})
		apitest.Wants(t, err, "text.identifies_person")
	}
	if _, err := dinkes.BreakGlass(ctx, homecare.OpenBreakGlass{Puskesmas: "uren", PatientID: p,
		Reason: "Rujukan gawat darurat malam ini", Minutes: 10}); err != nil {
		t.Fatal(err)
	}
}
