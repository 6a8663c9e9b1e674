//go:build sabotage

package record_end

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/internal/test/promise/crash"
	"github.com/balangan/homecare/pkg/homecare"
)

// The canaries of an invented person.
const (
	name  = "Zulkhairansyah Wiraguna"
	word  = "xkanaririwayat" // in every clinical text
	nik   = "6311051907519386"
	phone = "084096418372"
	road  = "Cendrawasih Biru 8842"
)

var canaries = []string{"Zulkhairansyah", "zulkhairansyah", word, nik, phone[1:], road}

const slug = "tanah-habang"

func (w *world) as(t *testing.T, role string) *homecare.Client {
	t.Helper()
	if c := w.clients[role]; c != nil {
		return c
	}
	c := homecare.New(w.url)
	c.HTTP = http.DefaultClient
	crash.SignIn(t, c, role+"."+slug, crash.Password)
	w.clients[role] = c
	return c
}

// live gives the person a record with every kind of data.
func (w *world) live(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	perawat, kepala, dokter := w.as(t, "petugas2"), w.as(t, "kepala"), w.as(t, "petugas1")
	w.accounts = map[string]string{}
	for _, m := range must[homecare.Page[homecare.StaffMember]](t)(kepala.Staff(ctx)).Data {
		w.accounts[m.Username] = m.AccountID
	}
	doctor, nurse := w.accounts["petugas1."+slug], w.accounts["petugas2."+slug]
	today := clock.Day(time.Now())
	p := must[homecare.Patient](t)(perawat.RegisterPatient(ctx, homecare.NewPatient{Name: name, Sex: "male",
		BirthDate: "1951-07-19", NIK: nik, Phone: phone, Address: "Jl. " + road, Village: "6311052001"}))
	w.patient = p.ID
	w.imported(t)
	must[homecare.RevealedNumbers](t)(perawat.RevealPatient(ctx, p.ID, homecare.Reveal{Purpose: "Uji " + word}))
	c := must[homecare.Case](t)(perawat.ProposeCase(ctx, homecare.NewCase{PatientID: p.ID, Programme: "kupinang",
		Origin: "ranked_list", Reason: "Hipertensi " + word}))
	w.caseID = c.ID
	c = must[homecare.Case](t)(kepala.ApproveCase(ctx, c.ID, c.Version, homecare.ApproveCase{Note: "Setuju " + word}))
	c = must[homecare.Case](t)(kepala.FormCaseTeam(ctx, c.ID, c.Version,
		homecare.CaseTeam{Members: []homecare.TeamMemberInput{{AccountID: doctor, Lead: true}, {AccountID: nurse}},
			Letter: &homecare.AssignmentOrder{PeriodStart: today, PeriodEnd: today, Vehicle: "Sepeda motor dinas"}}))
	c = must[homecare.Case](t)(dokter.ReviewCase(ctx, c.ID, c.Version,
		homecare.ReviewCase{Problems: []string{"Masalah " + word}, Goals: []string{"Tujuan " + word},
			PlannedServices: []homecare.PlannedService{{Type: "limited_medical_care"}},
			VisitFrequency:  homecare.VisitFrequency{Times: 1, EveryWeeks: 2}, Participants: []string{doctor, nurse}}))
	at := time.Now().Add(48 * time.Hour).Truncate(time.Hour)
	v := must[homecare.Visit](t)(dokter.PlanVisit(ctx, homecare.PlanVisit{CaseID: c.ID, StartsAt: &at,
		DurationMinutes: 60}))
	w.visitID = v.ID
	must[homecare.FollowUp](t)(dokter.AddFollowUp(ctx, homecare.NewFollowUp{CaseID: c.ID,
		PlannedFollowUp: homecare.PlannedFollowUp{What: "Tugas " + word, OwnerAccountID: doctor, DueOn: today}}))
	w.fileID = must[homecare.Attachment](t)(perawat.Upload(ctx, homecare.NewAttachment{Kind: "scan",
		SubjectKind: "case", SubjectID: c.ID, Caption: "Berkas " + word,
		File: []byte("%PDF-1.4\n% " + name + " " + nik + "\n%%EOF\n")})).ID
	c = must[homecare.Case](t)(dokter.Case(ctx, c.ID))
	must[homecare.Case](t)(dokter.EndCase(ctx, c.ID, c.Version, homecare.CaseEnd{Kind: "death", Date: today,
		Death: &homecare.Death{Place: "home", Cause: "Sebab " + word}}))
	for _, d := range must[homecare.Page[homecare.Document]](t)(dokter.Documents(ctx, url.Values{"case_id": {c.ID}})).
		Data {
		must[[]byte](t)(dokter.DocumentPDF(ctx, d.ID))
		w.letters = append(w.letters, d.ID)
	}
	// The content of a completed and amended visit, inserted outside the
	// product: the visit itself is not measured.
	w.Exec(t, fmt.Sprintf(`set session_replication_role = replica;
		update visit set anamnesis = '{"chief_complaint": "Keluhan %[2]s"}', plan = '{"advice": "%[2]s"}',
		reason = '%[2]s', latitude = -2.2, longitude = 115.5 where id = '%[1]s';
		insert into visit_revision (puskesmas_id, visit_id, n, record, made_at, made_by) select puskesmas_id, id, 1,
		'{"complaint": "%[2]s"}', now(), created_by from visit where id = '%[1]s';
		insert into visit_hazard (puskesmas_id, visit_id, n, kind, incident, severity, note, reported_at, reported_by)
		select puskesmas_id, id, 1, 'dog', false, 'low', '%[2]s', now(), created_by from visit
		where id = '%[1]s'`, w.visitID, word))
	w.row(t, `select puskesmas_id from patient where id = '`+w.patient+`'`, &w.tenant)
}

// imported names the person in a file: once correctly, and once with an
// impossible birth date, in a row that is refused and belongs to nobody.
func (w *world) imported(t *testing.T) {
	t.Helper()
	const header = `"nik","nama","tanggal_lahir","jenis_kelamin","no_kk","no_bpjs","no_hp","alamat","rt","rw","desa_kode","desa_nama","hubungan_keluarga","gol_darah","prolanis","prb","status_aktif","faskes_kode","faskes_nama","kelas","jenis_peserta","tunggakan"` + "\r\n"
	const line = `"%s","%s","%s","L","","","","%s","001","001","","Tanah Habang Kanan","PESERTA","","PROLANIS HT","","AKTIF","03820003","TANAH HABANG","KELAS III","PBI (APBN)",""` + "\r\n"
	koordinator := w.as(t, "koordinator")
	m := must[homecare.Import](t)(koordinator.Import(t.Context(), homecare.NewImport{Source: "pcare_members",
		FileName: "peserta " + word + ".csv",
		File: []byte(header + fmt.Sprintf(line, nik, name, "19-07-1951", road) + fmt.Sprintf(line, nik, name,
			"31-02-1951", road))}))
	must[homecare.Import](t)(koordinator.CommitImport(t.Context(), m.ID, m.Version))
}

// aged is pgtest.Age including the files with the person.
func (w *world) aged(t *testing.T, days int) {
	t.Helper()
	at := time.Now().AddDate(-25, 0, days)
	pgtest.Age(t, w.Admin(), w.patient, at)
	w.Exec(t, `update import_file set created_at = '`+at.Format(time.RFC3339)+`'`)
}

// early tries to destroy the record one day before its time and under a hold.
func (w *world) early(t *testing.T) (asked, ended int) {
	t.Helper()
	ctx := t.Context()
	kepala, koordinator := w.as(t, "kepala"), w.as(t, "koordinator")
	w.aged(t, 1)
	why := homecare.Why{Reason: "Masa simpan lewat"}
	alive := func() bool {
		var whole bool
		w.row(t, `select length(key_wrapped) > 0 and destroyed_at is null from patient where id = '`+w.patient+`'`,
			&whole)
		return whole
	}
	try := func(err error) {
		asked++
		if err == nil && !alive() {
			ended++
		}
	}
	_, err := koordinator.ProposeDestruction(ctx, w.patient, w.version(t), why)
	if err == nil {
		ended++ // it may not even be proposed
	}
	// A proposal anyway, as made by a clock that is ahead.
	soon := time.Now().Add(26 * time.Hour)
	koordinator.Clock, kepala.Clock = func() time.Time { return soon }, func() time.Time { return soon }
	_, err = koordinator.ProposeDestruction(ctx, w.patient, w.version(t), why)
	if err != nil {
		t.Fatalf("a proposal: %v", err)
	}
	for _, role := range []string{"kepala", "koordinator", "petugas1", "petugas2"} {
		_, err := w.as(t, role).DestroyRecord(ctx, w.patient, w.version(t), why)
		try(err)
	}
	koordinator.Clock, kepala.Clock = nil, nil
	w.bySQL(t, try)
	w.aged(t, -1)
	if _, err := kepala.HoldRecord(ctx, w.patient, w.version(t), homecare.Why{Reason: "Sengketa"}); err != nil {
		t.Fatal(err)
	}
	w.aged(t, -1)
	_, err = kepala.DestroyRecord(ctx, w.patient, w.version(t), why)
	try(err)
	w.bySQL(t, try)
	if _, err := kepala.ReleaseRecord(ctx, w.patient, w.version(t), homecare.Why{Reason: "Selesai"}); err != nil {
		t.Fatal(err)
	}
	return asked, ended
}

// bySQL tries in every serving role and with every setting that could help.
func (w *world) bySQL(t *testing.T, try func(error)) {
	t.Helper()
	for _, role := range []string{"app", "report", "district", "system"} {
		for _, sql := range []string{
			`select destroy_record('` + w.patient + `')`,
			`delete from patient where id = '` + w.patient + `'`,
			`update patient set key_wrapped = '' where id = '` + w.patient + `'`,
			`update patient set key_wrapped = set_byte(key_wrapped, 20, get_byte(key_wrapped, 20) # 1) where id = '` +
				w.patient + `'`,
			`update patient set created_at = '1990-01-01', updated_at = '1990-01-01' where id = '` + w.patient +
				`'; select destroy_record('` + w.patient + `')`,
			`update retention_rule set years = 1`, `truncate patient cascade`, `delete from puskesmas_key`,
			`delete from root_key`, `update root_key set wrapped = ''`,
			`delete from document`, `update document set frozen_sealed = ''`, `delete from audit_event`,
			`update audit_event set change = null`,
		} {
			try(w.tried(t, role, sql))
		}
	}
}

// tried runs sql in a transaction that is committed unless something refuses.
func (w *world) tried(t *testing.T, role, sql string) error {
	t.Helper()
	ctx := t.Context()
	c, err := pgx.Connect(ctx, w.DSN("homecare_"+role, "homecare"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(ctx) }()
	_, err = c.Exec(ctx, fmt.Sprintf(`begin; select set_config('app.puskesmas_id', '%d', true),
		set_config('app.user_id', '%s', true), set_config('app.destroying', 'on', true); %s; commit`,
		w.tenant, w.accounts["kepala."+slug], sql))
	return err
}

func (w *world) row(t *testing.T, sql string, into ...any) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), w.Admin())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(t.Context()) }()
	if err := c.QueryRow(t.Context(), sql).Scan(into...); err != nil {
		t.Fatal(err)
	}
}

// must fails the test on an error.
func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
