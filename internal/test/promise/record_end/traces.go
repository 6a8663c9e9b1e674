//go:build sabotage

package record_end

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
)

// traces counts the places of a canary, by kind.
func (w *world) traces(t *testing.T) map[string]int {
	t.Helper()
	found := map[string]int{}
	look := func(kind string, b []byte, place ...string) {
		for _, c := range canaries {
			if bytes.Contains(b, []byte(c)) || bytes.Contains(b, []byte(hex.EncodeToString([]byte(c)))) {
				found[kind]++
				if w.destroyed {
					t.Logf("left in %s %v", kind, place)
				}
				return
			}
		}
	}
	w.Exec(t, `checkpoint`)
	w.tree(t, w.Dir, func(path string, b []byte) {
		// The write-ahead log keeps what was written until its file is reused.
		// Backups of it expire (docs/adr/0018).
		if !strings.Contains(path, "/pg_wal/") {
			look("data", b, path)
		}
	})
	keys, err := w.app.DB.Keys().For(w.tenant)
	if err != nil {
		t.Fatal(err)
	}
	w.tree(t, w.app.Config.BlobDir, func(_ string, b []byte) {
		if plain, err := keys.Open("attachment/"+w.fileID, b); err == nil {
			look("file", plain)
		}
	})
	dump := exec.CommandContext(t.Context(), filepath.Join(w.Bin, "pg_dump"), "-d", w.Admin())
	out, err := dump.Output()
	if err != nil {
		t.Fatal(err)
	}
	look("dump", out)
	w.seals(t, keys, func(place string, plain []byte) { look("seal", plain, place) })
	w.answers(t, func(path string, b []byte) { look("answer", b, path) })
	return found
}

func (w *world) tree(t *testing.T, root string, each func(path string, b []byte)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if err == nil {
			each(path, b)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// seals opens everything that the keys open, as a thief with the master key
// could, and the numbers of every person with a key.
func (w *world) seals(t *testing.T, keys crypt.Tenant, each func(place string, plain []byte)) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), w.Admin())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(t.Context()) }()
	rows, err := c.Query(t.Context(), `select 'document/' || id, frozen_sealed, ''::bytea from document union all
		select 'document-pdf/' || id, pdf_sealed, '' from document where pdf_sealed is not null
		union all select 'case-ending/' || id, detail_sealed, '' from case_ending union all select 'audit/' || id,
		change, '' from audit_event where change is not null
		union all select 'answer/' || encode(key, 'hex'), answer, '' from idempotency_key union all
		select 'import/' || import_id || '/' || number, sealed, '' from import_row
		union all select 'person/' || id, key_wrapped, identity_sealed from patient`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var place string
		var sealed, under []byte
		if err := rows.Scan(&place, &sealed, &under); err != nil {
			t.Fatal(err)
		}
		plain, err := keys.Open(place, sealed)
		if err != nil {
			continue // another puskesmas's, or gone
		}
		if id, ok := strings.CutPrefix(place, "person/"); ok {
			if plain, err = crypt.Open(plain, "patient/"+id, under); err != nil {
				continue
			}
		}
		var answer pg.Answer // its body is bytes within JSON
		if json.Unmarshal(plain, &answer) == nil {
			plain = append(plain, answer.Body...)
		}
		each(place, plain)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// answers requests everything that belonged to the person.
func (w *world) answers(t *testing.T, each func(path string, b []byte)) {
	t.Helper()
	paths := []string{"/v1/patients/" + w.patient, "/v1/patients?limit=500", "/v1/patients/" + w.patient + "/timeline",
		"/v1/patients/" + w.patient + "/sources",
		"/v1/patients/" + w.patient + "/risk-factors", "/v1/patients/" + w.patient + "/access-log", "/v1/patients/" +
			w.patient + "/retention", "/v1/patients/" + w.patient + "/export",
		"/v1/patients/" + w.patient + "/consents", "/v1/cases?limit=500", "/v1/cases/" + w.caseID, "/v1/cases/" +
			w.caseID + "/timeline", "/v1/cases/" + w.caseID + "/reviews",
		"/v1/visits?limit=500", "/v1/visits/" + w.visitID, "/v1/visits/" + w.visitID + "/history",
		"/v1/follow-ups?limit=500", "/v1/alerts", "/v1/documents?case_id=" + w.caseID,
		"/v1/attachments?subject_kind=case&subject_id=" + w.caseID, "/v1/attachments/" + w.fileID, "/v1/attachments/" +
			w.fileID + "/content", "/v1/audit-events?limit=500",
		"/v1/audit-events?subject_id=" + w.patient, "/v1/audit-events?subject_id=" + w.caseID,
		"/v1/priorities?limit=500", "/v1/duplicates", "/v1/imports", "/v1/data-subject-requests", "/v1/retention/due"}
	for _, id := range w.letters {
		paths = append(paths, "/v1/documents/"+id, "/v1/documents/"+id+"/pdf")
	}
	for _, role := range []string{"kepala", "petugas1"} {
		token := w.as(t, role).Tokens().AccessToken
		for _, path := range paths {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+token)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if err != nil {
				t.Fatal(err)
			}
			if res.StatusCode >= 500 {
				t.Errorf("GET %s: %d", path, res.StatusCode)
			}
			each(path, b)
		}
	}
}
