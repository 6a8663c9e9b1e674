package keyring_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/keyring"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/schema"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func quiet(pg.Tx, string, any) error { return nil }

// columns of the schema with a tenant's seal, besides the audit trail.
func TestEverySealedColumnIsKnown(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	var found []string
	s.Database.Row(t, `select array_agg(c.table_name || '.' || c.column_name order by 1)
		from information_schema.columns c
		join information_schema.columns p on p.table_schema = 'public' and p.table_name = c.table_name
		and p.column_name = 'puskesmas_id'
		where c.table_schema = 'public' and c.data_type = 'bytea' and (c.column_name ~ '(sealed|wrapped)$'
		or c.column_name in ('answer', 'change'))`, nil, &found)
	// Not under the tenant's key: wrapped by the root key, sealed by the person's
	// own, append-only.
	found = slices.DeleteFunc(found, func(c string) bool {
		return slices.Contains([]string{"puskesmas_key.wrapped", "patient.identity_sealed", "audit_event.change"}, c)
	})
	var known []string
	for _, c := range app.SealedColumns() {
		known = append(known, c.Table+"."+c.Name)
	}
	slices.Sort(found)
	slices.Sort(known)
	if !slices.Equal(found, known) {
		t.Errorf("sealed columns of the schema %v, known %v", found, known)
	}
}

func TestTenantRotation(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	c := s.As(t, "koordinator.uren")
	p, err := c.RegisterPatient(ctx, homecare.NewPatient{Name: "Galuh Uji", Sex: "female", BirthDate: "1951-02-11",
		NIK: "6311055102510009", Village: villageOf(t, c)})
	if err != nil {
		t.Fatal(err)
	}
	file, err := c.Upload(ctx, homecare.NewAttachment{Kind: "scan", SubjectKind: "patient", SubjectID: p.ID,
		File: []byte("%PDF-1.4\nuji\n%%EOF\n")})
	if err != nil {
		t.Fatal(err)
	}
	check := func(when string) {
		t.Helper()
		found, err := c.SearchPatients(ctx, homecare.PatientSearch{NIK: "6311055102510009"})
		if err != nil || len(found.Data) != 1 {
			t.Fatalf("%s: %d found, %v", when, len(found.Data), err)
		}
		r, err := c.RevealPatient(ctx, p.ID, homecare.Reveal{Purpose: "Uji kunci"})
		if err != nil || r.NIK != "6311055102510009" {
			t.Fatalf("%s: %v", when, err)
		}
		if b, err := c.AttachmentContent(ctx, file.ID); err != nil || !strings.Contains(string(b), "uji") {
			t.Fatalf("%s: the file: %v", when, err)
		}
		if _, err := s.As(t, "kepala.uren").AuditEvents(ctx, nil); err != nil {
			t.Fatalf("%s: the trail: %v", when, err)
		}
	}
	check("before")
	version, n, err := s.App.RotateTenant(ctx, "uren", 100*time.Millisecond)
	if err != nil || version != 2 || n < 3 {
		t.Fatalf("version %d, %d seals, %v", version, n, err)
	}
	check("rotated")
	if _, _, err := s.App.FinishTenant(ctx, "uren", time.Hour); !errors.Is(err, keyring.ErrTooSoon) {
		t.Fatalf("finished at once: %v", err)
	}
	removed, retired, err := s.App.FinishTenant(ctx, "uren", 0)
	if err != nil || removed != 0 || retired != 1 {
		t.Fatalf("%d removed, %d retired, %v", removed, retired, err)
	}
	check("finished")
	var left int
	s.Database.Row(t, `select count(*) from patient where get_byte(key_wrapped, 0) <> 2
		and puskesmas_id = (select id from puskesmas where slug = 'uren')`, nil, &left)
	if left > 0 {
		t.Errorf("%d persons are under the old key", left)
	}
	if v, err := s.App.Trail.Verify(ctx, s.App.DB, puskesmas(t, s, "uren"), ""); err != nil || len(v.Findings) > 0 {
		t.Errorf("the trail: %v %v", v.Findings, err)
	}
}

func puskesmas(t *testing.T, s *apitest.Server, slug string) int16 {
	t.Helper()
	var id int16
	s.Database.Row(t, `select id from puskesmas where slug = $1`, []any{slug}, &id)
	return id
}

func villageOf(t *testing.T, c *homecare.Client) string {
	t.Helper()
	v, err := c.Villages(t.Context(), map[string][]string{"puskesmas": {"uren"}})
	if err != nil || len(v.Data) == 0 {
		t.Fatal("no village", err)
	}
	return v.Data[0].Code
}

func TestMasterRotation(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	const next = "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA="
	open := func(keys ...string) (*pg.DB, error) {
		m, err := crypt.ParseMaster(keys[0], keys[1:]...)
		if err != nil {
			t.Fatal(err)
		}
		c := apitest.Config(s.Database)
		db, err := pg.Open(ctx, pg.Config{App: c.AppURL, Report: c.ReportURL, District: c.DistrictURL,
			System: c.SystemURL}, m)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(db.Close)
		return db, keyring.Load(ctx, db)
	}
	if _, err := open(next); err == nil {
		t.Fatal("a strange master key opens the database")
	}
	both, err := open(next, apitest.MasterKey)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := schema.ShutOut(ctx, s.Database.Owner(), both.Master().ID()); !errors.Is(err, schema.ErrNotRotated) {
		t.Fatalf("the only master key was shut out: %v", err)
	}
	if done, err := keyring.RotateMaster(ctx, both, quiet); err != nil || !done {
		t.Fatal(done, err)
	}
	for _, key := range []string{next, apitest.MasterKey} {
		if _, err := open(key); err != nil {
			t.Fatal("between the two steps both open:", err)
		}
	}
	c := s.As(t, "koordinator.uren") // the running process has the old one
	tokens := c.Tokens()
	if n, err := schema.ShutOut(ctx, s.Database.Owner(), both.Master().ID()); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if _, err := open(apitest.MasterKey); err == nil {
		t.Fatal("the old master key still opens")
	}
	if _, err := open(next); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Refresh(ctx, homecare.Refresh{RefreshToken: tokens.RefreshToken, DeviceID: tokens.DeviceID}); err !=
		nil {
		t.Error("a refresh token did not survive", err)
	}
}
