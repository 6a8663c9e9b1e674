package app_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/test/apitest"
)

// TestCachedRoutes: every JSON read that has an ETag answers 304, except where it
// shows a person.
func TestCachedRoutes(t *testing.T) {
	t.Parallel()
	var kept []string
	for _, r := range apitest.New(t).App.Routes() {
		result := r.Handler.Result()
		if result == nil || r.Method != http.MethodGet {
			continue
		}
		persons := access.ShowsPersons(r.Path, result)
		if r.Flags.Has(rest.Cached) && persons {
			t.Errorf("%s shows persons and may be kept", r.Path)
		}
		if rest.VersionOf(result) == nil {
			continue
		}
		if r.Flags.Has(rest.Cached) == persons {
			t.Errorf("%s has an ETag; shows persons: %v, may be kept: %v", r.Path, persons, r.Flags.Has(rest.Cached))
		}
		if !persons {
			kept = append(kept, r.Path)
		}
	}
	for _, path := range []string{"/v1/teams/:id", "/v1/reports/:id", "/v1/users/:id", "/v1/clients/:id"} {
		if !slices.Contains(kept, path) {
			t.Errorf("%s is not kept: %q", path, kept)
		}
	}
	t.Logf("kept: %q", kept)
}

// TestNotModified: a record without persons answers 304 to its ETag, however the tag
// is written, and not to one of an earlier answer; its ETag serves as If-Match.
func TestNotModified(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As(t, "kepala.uren")
	token := c.Tokens().AccessToken
	users, err := c.Users(t.Context(), nil)
	if err != nil || len(users.Data) == 0 {
		t.Fatal(err)
	}
	path := "/v1/users/" + users.Data[0].ID
	st, head, _ := answered(t, s, "GET", path, token, nil)
	tag := head.Get("ETag")
	if st != 200 || tag == "" || head.Get("Cache-Control") != "private, no-cache" {
		t.Fatalf("%d %v", st, head)
	}
	for said, want := range map[string]int{tag: 304, "W/" + tag: 304, `"x", W/` + tag + `, "y"`: 304, "*": 304,
		`"x"`: 200, `"1-00000000"`: 200} {
		for _, method := range []string{"GET", "HEAD"} {
			st, head, body := answered(t, s, method, path, token, map[string]string{"If-None-Match": said})
			if st != want || st == 304 && (len(body) > 0 || head.Get("ETag") != tag) {
				t.Errorf("%s with If-None-Match %s: %d %q, want %d", method, said, st, head.Get("ETag"), want)
			}
		}
	}
	if _, head, _ := answered(t, s, "GET", path+"?fields=id", token, nil); head.Get("ETag") == tag {
		t.Error("other members have the same ETag")
	}
	// A person's record is always sent.
	k := s.As(t, "koordinator.uren")
	p := apitest.Register(t, k, "Orang Contoh", "")
	st, head, _ = answered(t, s, "GET", "/v1/patients/"+p.ID, k.Tokens().AccessToken,
		map[string]string{"If-None-Match": `"1"`})
	if st != 200 || head.Get("Cache-Control") != "no-store" {
		t.Errorf("a person's record: %d %v", st, head)
	}
}
