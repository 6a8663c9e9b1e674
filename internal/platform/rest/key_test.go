package rest_test

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/test/apitest"
)

// TestKeyOfAChange: a client that lost the answer to a PATCH, PUT or DELETE
// sends it again with its Idempotency-Key and its old If-Match, and gets the
// first answer even after another change of the record.
func TestKeyOfAChange(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	id := s.AddPatient(t, "uren", apitest.Person{Name: "Noor Ainah", Sex: "female", BirthDate: "1951-03-02",
		Village: "6311072002"})
	koordinator, nurse := s.As(t, "koordinator.uren").Tokens().AccessToken,
		s.As(t, "petugas2.uren").Tokens().AccessToken
	change := func(body, key, tag string) sent {
		return sent{method: http.MethodPatch, path: "/v1/patients/" + id, body: body,
			headers: map[string]string{"If-Match": tag, "Idempotency-Key": key}}
	}
	rt := func(token string, c sent, status int, replayed, code string) []byte {
		t.Helper()
		res, b := send(t, s, token, c)
		if got := res.Header.Get("Idempotent-Replayed"); res.StatusCode != status || got != replayed {
			t.Errorf("%s %s: %d, replayed %q, want %d, %q: %s", c.method, c.path, res.StatusCode, got, status, replayed,
				b)
		} else if code != "" && problem(t, b).Code != code {
			t.Errorf("%s %s: %s, want %s", c.method, c.path, b, code)
		}
		return b
	}
	one := change(`{"name":"Noor Aina"}`, "kunci-perubahan-1", `"1"`)
	first := rt(koordinator, one, 200, "", "")
	if again := rt(koordinator, one, 200, "true", ""); !bytes.Equal(first, again) {
		t.Errorf("another answer: %s", again)
	}
	rt(koordinator, change(`{"name":"Noor Aina"}`, "", `"1"`), 412, "", "record.stale")
	rt(koordinator, change(`{"name":"Noor"}`, "kunci-perubahan-1", `"1"`), 422, "", "idempotency.key_reused")
	rt(koordinator, change(`{"name":"Noor Aina"}`, "kunci-perubahan-1", `"2"`), 422, "", "idempotency.key_reused")
	rt(nurse, one, 412, "", "record.stale") // keys are per account
	rt(koordinator, change(`{"name":"Noor Aina"}`, "pendek", `"2"`), 400, "", "idempotency.key_form")
	for _, c := range []struct{ method, path string }{{"PUT", "/v1/visits/" + id + "/vitals"},
		{"DELETE", "/v1/sessions/" + id}} {
		rt(koordinator, sent{method: c.method, path: c.path, headers: map[string]string{"If-Match": `"1"`,
			"Idempotency-Key": "pendek"}}, 400, "", "idempotency.key_form")
	}

	// A refused request is not stored: the same key works for the corrected
	// request.
	rt(koordinator, change(`{"name":"Noor Ainah"}`, "kunci-perubahan-2", `"1"`), 412, "", "record.stale")
	rt(koordinator, change(`{"name":"Noor Ainah"}`, "kunci-perubahan-2", `"2"`), 200, "", "")

	// Changes of one's own sessions run as the service itself; their answers
	// are stored too.
	other := s.As(t, "koordinator.uren")
	sessions, err := other.Sessions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	me, err := other.Me(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	path := "/v1/sessions/" + me.SessionID
	var version string
	for _, ses := range sessions.Data {
		if ses.ID == me.SessionID {
			version = rest.ETag(ses.Version)
		}
	}
	name := sent{method: http.MethodPatch, path: path, body: `{"device_name":"Ponsel"}`,
		headers: map[string]string{"If-Match": version, "Idempotency-Key": "kunci-perangkat"}}
	rt(koordinator, name, 200, "", "")
	rt(koordinator, name, 200, "true", "")
	end := sent{method: http.MethodDelete, path: path, headers: map[string]string{"Idempotency-Key": "kunci-keluar"}}
	rt(koordinator, end, 204, "", "")
	rt(koordinator, end, 204, "true", "")
	rt(koordinator, sent{method: http.MethodDelete, path: path}, 404, "", "record.not_found")
	dinkes := s.As(t, "dinkes.admin").Tokens().AccessToken
	me, err = s.As(t, "dinkes.admin").Me(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	end.path = "/v1/sessions/" + me.SessionID
	rt(dinkes, end, 204, "", "")
	rt(dinkes, end, 204, "true", "")
}
