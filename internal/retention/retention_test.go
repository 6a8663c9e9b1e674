package retention_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/blob"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/job"
	"github.com/balangan/homecare/internal/retention"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

const nik = "6311055102510009"

type world struct {
	*apitest.Server
	koordinator, kepala *homecare.Client
	patient             homecare.Patient
}

func newWorld(t *testing.T) *world {
	t.Helper()
	s := apitest.New(t)
	w := &world{Server: s, koordinator: s.As(t, "koordinator.uren"), kepala: s.As(t, "kepala.uren")}
	v, err := w.koordinator.Villages(t.Context(), url.Values{"puskesmas": {"uren"}})
	if err != nil || len(v.Data) == 0 {
		t.Fatal("no village", err)
	}
	w.patient, err = w.koordinator.RegisterPatient(t.Context(), homecare.NewPatient{Name: "Zulkarnain Uji",
		Sex: "female", BirthDate: "1951-02-11", NIK: nik,
		Address: "Gang Kenari 7", Village: v.Data[0].Code})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.koordinator.Upload(t.Context(), homecare.NewAttachment{Kind: "scan", SubjectKind: "patient",
		SubjectID: w.patient.ID, Caption: "Kartu Zulkarnain", File: []byte("%PDF-1.4\nZulkarnain\n%%EOF\n")}); err !=
		nil {
		t.Fatal(err)
	}
	return w
}

// age makes everything known about the person older than the retention period
// by d.
func (w *world) age(t *testing.T, d time.Duration) {
	t.Helper()
	w.Database.Age(t, w.patient.ID, time.Now().AddDate(-25, 0, 0).Add(-d))
}

func (w *world) version(t *testing.T) int64 {
	t.Helper()
	r, err := w.kepala.Retention(t.Context(), w.patient.ID)
	if err != nil {
		t.Fatal(err)
	}
	return r.Version
}

var why = homecare.Why{Reason: "Masa simpan lewat"}

func TestDestroy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	expect := func(what, want string, err error) {
		t.Helper()
		if got := apitest.Code(err); (want == "" && err != nil) || (want != "" && got != want) {
			t.Fatalf("%s: %s, want %q", what, got, want)
		}
	}
	_, err := w.koordinator.ProposeDestruction(ctx, w.patient.ID, w.version(t), why)
	expect("a proposal today", "retention.not_due", err)
	if p, _ := errors.AsType[*homecare.Problem](err); p.DueOn <= clock.Day(time.Now()) {
		t.Errorf("due on %q", p.DueOn)
	}
	w.age(t, -24*time.Hour)
	_, err = w.koordinator.ProposeDestruction(ctx, w.patient.ID, w.version(t), why)
	expect("a proposal one day early", "retention.not_due", err)
	due, err := w.kepala.RetentionDue(ctx, nil)
	if err != nil || len(due.Data) != 0 {
		t.Fatalf("one day early: %d due, %v", len(due.Data), err)
	}
	// The API allows it by tomorrow's clock; the database refuses it by its
	// own.
	tomorrow := time.Now().Add(25 * time.Hour)
	w.koordinator.Clock, w.kepala.Clock = func() time.Time { return tomorrow }, func() time.Time { return tomorrow }
	_, err = w.koordinator.ProposeDestruction(ctx, w.patient.ID, w.version(t), why)
	expect("a proposal", "", err)
	_, err = w.koordinator.ProposeDestruction(ctx, w.patient.ID, w.version(t), why)
	expect("a second proposal", "retention.proposed", err)
	_, err = w.kepala.DestroyRecord(ctx, w.patient.ID, w.version(t), why)
	expect("destruction one day early", "retention.not_due", err)
	w.koordinator.Clock, w.kepala.Clock = nil, nil
	w.age(t, time.Hour)

	_, err = w.kepala.HoldRecord(ctx, w.patient.ID, w.version(t), homecare.Why{Reason: "Sengketa"})
	expect("a hold", "", err)
	_, err = w.kepala.HoldRecord(ctx, w.patient.ID, w.version(t), homecare.Why{Reason: "Sengketa"})
	expect("a second hold", "retention.held", err)
	w.age(t, time.Hour)
	_, err = w.kepala.DestroyRecord(ctx, w.patient.ID, w.version(t), why)
	expect("destruction under hold", "retention.held", err)
	_, err = w.kepala.ReleaseRecord(ctx, w.patient.ID, w.version(t), homecare.Why{Reason: "Sengketa selesai"})
	expect("release", "", err)
	_, err = w.kepala.ReleaseRecord(ctx, w.patient.ID, w.version(t), homecare.Why{Reason: "Sengketa selesai"})
	expect("release again", "retention.no_hold", err)

	due, err = w.kepala.RetentionDue(ctx, nil)
	if err != nil || len(due.Data) != 1 || due.Data[0].PatientID != w.patient.ID || !due.Data[0].Proposed ||
		due.Data[0].Held {
		t.Fatalf("due: %+v, %v", due, err)
	}
	_, err = w.kepala.DestroyRecord(ctx, w.patient.ID, w.version(t)-1, why)
	expect("a stale version", "record.stale", err)
	r, err := w.kepala.DestroyRecord(ctx, w.patient.ID, w.version(t), why)
	expect("destruction", "", err)
	if r.DestroyedAt == nil || r.DestroyedParts == nil || r.DestroyedParts.Persons != 1 ||
		r.DestroyedParts.Files != 1 || r.DestroyedParts.Events == 0 {
		t.Errorf("what remains: %+v", r)
	}
	_, err = w.kepala.DestroyRecord(ctx, w.patient.ID, w.version(t), why)
	expect("destruction again", "retention.destroyed", err)
	w.gone(t)
}

// TestHoldsOfMerged: when two records with a hold each are merged, all holds
// are shown, and the release that ends them lists them.
func TestHoldsOfMerged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	from, err := w.koordinator.RegisterPatient(ctx, homecare.NewPatient{Name: "Zulkarnain Kembar", Sex: "female",
		Village: "6311052001"})
	if err != nil {
		t.Fatal(err)
	}
	hold := func(id, reason string) {
		t.Helper()
		r, err := w.kepala.Retention(ctx, id)
		if err == nil {
			_, err = w.kepala.HoldRecord(ctx, id, r.Version, homecare.Why{Reason: reason})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	hold(w.patient.ID, "Sengketa waris")
	hold(from.ID, "Permintaan pengadilan")
	v, err := w.koordinator.Patient(ctx, from.ID)
	if err == nil {
		_, err = w.koordinator.MergePatient(ctx, from.ID, v.Version, homecare.MergePatient{IntoID: w.patient.ID,
			Reason: "Sama"})
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.kepala.Retention(ctx, w.patient.ID)
	if err != nil || r.Hold == nil || r.Hold.Reason != "Sengketa waris" || len(r.Holds) != 2 || r.Holds[0] != *r.Hold ||
		r.Holds[1].Reason != "Permintaan pengadilan" {
		t.Fatalf("%+v, %v", r, err)
	}
	r, err = w.kepala.ReleaseRecord(ctx, w.patient.ID, r.Version, homecare.Why{Reason: "Keduanya selesai"})
	if err != nil || r.Hold != nil || len(r.Holds) != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	l, err := w.kepala.AuditEvents(ctx, url.Values{"action": {"retention.release"}})
	if err != nil || len(l.Data) != 1 {
		t.Fatalf("%+v, %v", l, err)
	}
	said := fmt.Sprint(l.Data[0].Before)
	for _, reason := range []string{"Sengketa waris", "Permintaan pengadilan"} {
		if !strings.Contains(said, reason) {
			t.Errorf("the trail does not name %q: %s", reason, said)
		}
	}
}

// gone looks at what remains.
func (w *world) gone(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	blobs := blob.NewLocal(w.App.Config.BlobDir)
	var name string
	w.Database.Row(t, `select blob from attachment where subject_id = $1`, []any{w.patient.ID}, &name)
	var tenant int16
	w.Database.Row(t, `select puskesmas_id from patient where id = $1`, []any{w.patient.ID}, &tenant)
	if err := retention.Handler(w.App.DB, blobs)(ctx, job.Event{PuskesmasID: tenant, SubjectID: w.patient.ID}); err !=
		nil {
		t.Fatal(err)
	}
	if _, err := blobs.Get(ctx, name); !errors.Is(err, blob.ErrNotFound) {
		t.Error("the file is there", err)
	}
	p, err := w.kepala.Patient(ctx, w.patient.ID)
	if err != nil || strings.Contains(fmt.Sprint(p), "Zulkarnain") || p.NIK != "" || p.DestroyedAt == nil ||
		p.VoidReason != "" {
		t.Errorf("the person: %+v, %v", p, err)
	}
	if found, err := w.koordinator.SearchPatients(ctx, homecare.PatientSearch{NIK: nik}); err != nil ||
		len(found.Data) != 0 {
		t.Errorf("found by NIK: %v", err)
	}
	events, err := w.kepala.AuditEvents(ctx, url.Values{"subject_id": {w.patient.ID}})
	if err != nil || len(events.Data) < 3 || strings.Contains(fmt.Sprint(events), "Zulkarnain") {
		t.Errorf("the trail of the person: %d events, %v", len(events.Data), err)
	}
	v, err := w.App.Trail.Verify(ctx, w.App.DB, tenant, "")
	if err != nil || len(v.Findings) != 0 || v.Scrubbed == 0 {
		t.Errorf("the trail does not prove itself: %d scrubbed, %v, %v", v.Scrubbed, v.Findings, err)
	}
	// A row emptied without a destruction is found.
	w.Database.Exec(t, `set session_replication_role = replica; update audit_event set change = null, reason = null
		where id = (select id from audit_event
		where change is not null and puskesmas_id = `+fmt.Sprint(tenant)+` limit 1)`)
	if v, err := w.App.Trail.Verify(ctx, w.App.DB, tenant, ""); err != nil || len(v.Findings) != 1 {
		t.Errorf("an event emptied by a superuser: %v, %v", v.Findings, err)
	}
	var answers int
	w.Database.Row(t, `select count(*) from idempotency_key where puskesmas_id = $1`, []any{tenant}, &answers)
	if answers > 1 { // the destruction's own
		t.Errorf("%d answers are kept", answers)
	}
}

// No serving role destroys a record by SQL, whatever it sets.
func TestNoRoleDestroysBySQL(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.age(t, -24*time.Hour)
	var tenant int16
	var kepala, koordinator string
	w.Database.Row(t, `select puskesmas_id from patient where id = $1`, []any{w.patient.ID}, &tenant)
	w.Database.Row(t, `select id::text from account where username = 'kepala.uren'`, nil, &kepala)
	w.Database.Row(t, `select id::text from account where username = 'koordinator.uren'`, nil, &koordinator)
	for _, role := range []string{"homecare_app", "homecare_report", "homecare_district", "homecare_system"} {
		for _, sql := range []string{
			`delete from patient where id = $1`,
			`update patient set key_wrapped = '' where id = $1`,
			`update patient set key_wrapped = set_byte(key_wrapped, 0, 9) where id = $1`,
			`update patient set key_wrapped = set_byte(key_wrapped, 20, get_byte(key_wrapped, 20) # 1) where id = $1`,
			`truncate patient cascade`, `drop table patient cascade`, `alter table patient disable trigger all`,
			`delete from puskesmas_key where $1::uuid is not null`,
			`delete from puskesmas_key where $1::uuid is not null and version = 1`,
			`update puskesmas_key set wrapped = '' where $1::uuid is not null`, `delete from root_key
				where $1::uuid is not null`, `update root_key set wrapped = '' where $1::uuid is not null`,
			`update retention_rule set years = 0 where $1::uuid is not null`,
			`select destroy_record($1)`,
		} {
			if err := w.as(t, role, tenant, kepala, koordinator, sql); err == nil {
				t.Errorf("%s may: %s", role, sql)
			}
		}
	}
	// The definer's isolation: another tenant's scope does not reach the person.
	w.age(t, time.Hour)
	if err := w.as(t, "homecare_app", tenant+1, kepala, koordinator, `select destroy_record($1)`); err == nil {
		t.Error("another tenant destroys")
	}
	if err := w.as(t, "homecare_app", tenant, koordinator, koordinator, `select destroy_record($1)`); err == nil {
		t.Error("the proposer destroys")
	}
	if err := w.as(t, "homecare_app", tenant, kepala, koordinator, `select destroy_record($1)`); err != nil {
		t.Error("past its time:", err)
	}
}

// as runs sql with every setting that could help, and rolls back. Changing
// nothing is an error too.
func (w *world) as(t *testing.T, role string, tenant int16, who, proposer, sql string) error {
	t.Helper()
	c, err := pgx.Connect(t.Context(), w.Database.DSN(role))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(t.Context()) }()
	tx, err := c.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	if _, err := tx.Exec(t.Context(), `select set_config('app.puskesmas_id', $1, true),
		set_config('app.user_id', $2, true),
		set_config('app.destroying', 'on', true)`, fmt.Sprint(tenant), who); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(sql, "destroy_record") && role == "homecare_app" {
		if _, err := tx.Exec(t.Context(), `insert into record_destruction (puskesmas_id, patient_id, reason,
			proposed_at, proposed_by) values ($1, $2, 'x', now(), $3)`, tenant, w.patient.ID, proposer); err != nil {
			return err
		}
	}
	var args []any
	if strings.Contains(sql, "$1") {
		args = append(args, w.patient.ID)
	}
	tag, err := tx.Exec(t.Context(), sql, args...)
	if err == nil && tag.RowsAffected() == 0 && !tag.Select() && !strings.HasPrefix(sql, "drop") &&
		!strings.HasPrefix(sql, "trunc") && !strings.HasPrefix(sql, "alter") {
		err = errors.New("nothing changed")
	}
	return err
}

func TestOthersFindNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	other := w.As(t, "kepala.paringin")
	if _, err := other.Retention(ctx, w.patient.ID); apitest.Code(err) != "record.not_found" {
		t.Errorf("another tenant: %s", apitest.Code(err))
	}
	if _, err := other.HoldRecord(ctx, w.patient.ID, 1, why); apitest.Code(err) != "record.not_found" {
		t.Errorf("another tenant: %s", apitest.Code(err))
	}
}
