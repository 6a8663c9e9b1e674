package intake_test

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/internal/test/sample"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// TestImportWalk takes two files from upload to registry and compares every
// count and every row with the truth.
func TestImportWalk(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := apitest.New(t, apitest.LogTo(&log))
	tr := sample.Load(t)
	c := sample.At(t, s, tr, "koordinator.tanah-habang")
	for _, name := range []string{"ptm.csv", "pcare_peserta.csv"} {
		in := tr.Form(t, name)
		preview, err := c.Import(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		rows := map[int]homecare.ImportRow{}
		for cursor := ""; ; {
			p, err := c.ImportRows(t.Context(), preview.ID, url.Values{"limit": {"100"}, "cursor": {cursor}})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range p.Data {
				rows[r.Number] = r
			}
			if cursor = p.NextCursor; cursor == "" {
				break
			}
		}
		n := preview.Counts
		for _, f := range tr.Files {
			if f.Name != name {
				continue
			}
			if n.Rows != f.Rows || n.Accepted != f.Accepted || n.Rejected != f.Rejected || n.Duplicate != f.Duplicate ||
				n.Conflict != f.Conflict || n.ToDecide != f.ToDecide || len(rows) != f.Rows {
				t.Errorf("%s: %+v, %d rows; want %d = %d + %d + %d + %d", name, n, len(rows), f.Rows, f.Accepted,
					f.Rejected, f.Duplicate, f.Conflict)
			}
			for _, want := range f.RowTruth {
				got := rows[want.Row]
				if got.Verdict != want.Verdict {
					t.Errorf("%s row %d: %s, want %s", name, want.Row, got.Verdict, want.Verdict)
				}
				for _, reason := range want.Reasons {
					class, field, _ := strings.Cut(reason, ":")
					found := false
					for _, i := range got.Issues {
						found = found || i.Code == class && i.Field == field && i.Level == "error" && i.Message != ""
					}
					if want.Verdict == "rejected" && !found {
						t.Errorf("%s row %d: no %s in %+v", name, want.Row, reason, got.Issues)
					}
				}
			}
		}
		before, err := c.Patients(t.Context(), url.Values{"limit": {"500"}})
		if err != nil {
			t.Fatal(err)
		}
		dry := homecare.Call{Method: "POST", Path: "/v1/imports/" + preview.ID + "/commit",
			Query: url.Values{"dry_run": {"true"}}, IfMatch: preview.Version, NoKey: true}
		if err := c.Do(t.Context(), dry); err != nil {
			t.Errorf("dry run: %v", err)
		}
		done, err := c.CommitImport(t.Context(), preview.ID, preview.Version)
		if err != nil {
			t.Fatal(err)
		}
		if d := done.Counts; d.NewPatients != n.NewPatients || d.MatchedRows != n.MatchedRows ||
			d.LikelyDuplicates != n.LikelyDuplicates || d.NewHouseholds != n.NewHouseholds ||
			d.ChangedPatients != n.ChangedPatients {
			t.Errorf("%s: the commit did %+v, the preview said %+v", name, d, n)
		}
		after, err := c.Patients(t.Context(), url.Values{"limit": {"500"}})
		if err != nil || len(after.Data)-len(before.Data) != done.Counts.NewPatients || done.Counts.NewPatients == 0 {
			t.Errorf("%s: %d persons before, %d after, %d new; %v", name, len(before.Data), len(after.Data),
				done.Counts.NewPatients, err)
		}
		t.Logf("%s: %+v", name, done.Counts)

		again, err := c.Import(t.Context(), in)
		if err != nil || !again.AlreadyImported || again.ID != preview.ID || again.State != "committed" {
			t.Errorf("%s again: %v %s %s, %v", name, again.AlreadyImported, again.ID, again.State, err)
		}
		_, err = c.CommitImport(t.Context(), done.ID, done.Version)
		if p := sample.Problem(t, err, 409, "record.state"); p.CurrentState != "committed" {
			t.Errorf("state %q", p.CurrentState)
		}
	}

	// The same content in another file changes nothing.
	dump := everything(t, s)
	in := tr.Form(t, "ptm.csv")
	in.File = append(bytes.Clone(in.File), '\r', '\n')
	in.FileName = "ptm salinan.csv"
	i := sample.Take(t, c, in)
	if n := i.Counts; i.AlreadyImported || n.UnchangedRows != n.Accepted || n.NewPatients+n.MatchedRows+
		n.ChangedPatients+n.NewFacts+n.LikelyDuplicates != 0 {
		t.Errorf("the same content again: %+v", n)
	}
	if now := everything(t, s); now != dump {
		t.Error("the same content again changed the registry")
	}

	secrets(t, s, tr, log.String())
}

// registry are the tables that a repeated import must not change.
const registry = `select md5(string_agg(x, '|' order by x)) from (
	select row(p.*)::text as x from patient p union all select row(f.*)::text from patient_fact f union all
	select row(s.*)::text from patient_source s
	union all select row(h.*)::text from household h union all select row(d.*)::text from duplicate_candidate d
	union all select row(c.*)::text from patient_score c
	union all select row(k.*)::text from patient_key k) all_rows`

func everything(t *testing.T, s *apitest.Server) (digest string) {
	t.Helper()
	s.Database.Row(t, registry, nil, &digest)
	return digest
}

// secrets looks for identity numbers in the database and the log.
func secrets(t *testing.T, s *apitest.Server, tr sample.Truth, log string) {
	t.Helper()
	var text string
	s.Database.Row(t, `select string_agg(query_to_xml(format('select * from %I.%I', schemaname, tablename), true, false,
		'')::text, '')
		from pg_tables where schemaname in ('public', 'river')`, nil, &text)
	n := 0
	for _, p := range tr.Persons {
		if p.NIK == "" {
			continue
		}
		n++
		if strings.Contains(text, p.NIK) || strings.Contains(log, p.NIK) {
			t.Errorf("a NIK stands in plain in the database or the log (%s)", p.ID)
		}
		if strings.Contains(log, p.Name) {
			t.Errorf("a name stands in the log (%s)", p.ID)
		}
	}
	if n < 300 || !strings.Contains(text, "Tanah Habang") || len(log) == 0 {
		t.Fatalf("the search itself does not work: %d numbers, %d bytes of database, %d of log", n, len(text), len(log))
	}
}
