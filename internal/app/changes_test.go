package app_test

import (
	"net/http"
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestChangesAreListed: with updated_since a list has the records that changed since,
// in the order of their last change, page by page; a change without a new version is
// none.
func TestChangesAreListed(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As(t, "koordinator.uren")
	var all []homecare.Patient
	for _, name := range []string{"Ani", "Budi", "Citra", "Dia"} {
		all = append(all, apitest.Register(t, c, name+" Contoh", ""))
	}
	since := apitest.Must[homecare.Patient](t)(c.Patient(t.Context(), all[1].ID)).UpdatedAt
	if _, err := c.VoidPatient(t.Context(), all[3].ID, 1, homecare.Why{Reason: "Salah catat"}); err != nil {
		t.Fatal(err)
	}
	phone := "081234567890"
	if _, err := c.ChangePatient(t.Context(), all[1].ID, 1, homecare.PatientChange{Phone: homecare.Opt[string]{
		Set: true, V: phone}}); err != nil {
		t.Fatal(err)
	}
	s.Database.Exec(t, `update patient set weak = weak where name = 'Ani Contoh'`)
	got, query := "", url.Values{"updated_since": {since.UTC().Format(time.RFC3339Nano)}, "limit": {"1"}}
	for {
		p := apitest.Must[homecare.Page[homecare.Patient]](t)(c.Patients(t.Context(), query))
		for _, row := range p.Data {
			got += row.Name[:1]
		}
		if p.NextCursor == "" {
			break
		}
		query.Set("cursor", p.NextCursor)
	}
	if got != "CB" {
		t.Errorf("changed since: %s, want CB", got)
	}
	if _, err := c.Patients(t.Context(), url.Values{"cursor": {query.Get("cursor")}}); apitest.Code(err) !=
		"cursor.invalid" {
		t.Errorf("a cursor of changes in the whole list: %v", err)
	}
}

// TestListsByChange: which lists a client may poll; each of them has updated_at in its
// rows and takes nothing but a time.
func TestListsByChange(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	lists := 0
	for _, r := range s.server.App.Routes() {
		since := false
		parameters(r.Handler.Request, func(name string, _ reflect.StructField) {
			since = since || name == "updated_since"
		})
		if r.Method != http.MethodGet || !since {
			continue
		}
		lists++
		data, _ := r.Handler.Result().FieldByName("Data")
		if _, ok := data.Type.Elem().FieldByName("UpdatedAt"); !ok {
			t.Errorf("%s: the rows have no updated_at", r.Path)
		}
		for query, want := range map[string]int{"2026-11-01T00:00:00Z": 200, "2026-11-01T08:00:00.123456%2B08:00": 200,
			"2026-11-01": 422, "yesterday": 422, "1-01-01T00:00:00Z": 422, "": 422} {
			if st, p := s.do(t, rest.Route{Method: "GET", Path: r.Path}, request{role: allowed(r),
				query: "?updated_since=" + query}); st != want {
				t.Errorf("%s?updated_since=%s: %d %+v", r.Path, query, st, p)
			}
		}
	}
	if lists != 13 {
		t.Errorf("%d lists", lists)
	}
}

// TestTheDatabaseSaysWhen: changed_at is the database's own, whatever a statement
// writes there.
func TestTheDatabaseSaysWhen(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	p := apitest.Register(t, s.As(t, "koordinator.uren"), "Ani Contoh", "")
	s.Database.Exec(t, `update patient set version = version + 1, changed_at = '2001-01-01' where id = '`+p.ID+`'`)
	if again := apitest.Must[homecare.Patient](t)(s.As(t, "koordinator.uren").Patient(t.Context(), p.ID)); time.Since(
		*again.UpdatedAt) > time.Hour {
		t.Errorf("updated_at %v", again.UpdatedAt)
	}
	for _, table := range []string{"patient", "care_case", "visit", "follow_up", "alert", "document", "monthly_report",
		"team", "evaluation", "parked_act", "import_file", "duplicate_candidate"} {
		s.Database.Exec(t, `do $$ begin assert exists (select from pg_trigger where tgrelid = '`+table+`'::regclass
			and tgname = '`+table+`_touched' and tgfoid = 'touched'::regproc), '`+table+`'; end $$`)
	}
}
