//go:build sabotage

// Package forged_tokens measures: no forged access token is accepted. Every forgery is
// sent to real routes over HTTP. If the tested rule is not the signature, the forgery
// is signed with the server's own key, so that only that rule can refuse it.
package forged_tokens

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/sabotage"
)

// Promise is AUT-1.
var Promise = promise.Promise{ID: "AUT-1", Promised: "0 of >= 60 kinds of forged tokens and client assertions accepted",
	Measure: measure, Control: promise.Control{Measure: control}}

// routes that the good token may call: one as the system role, one as the
// application role, one that serves district and puskesmas, one that opens the
// puskesmas's keys, one whose answer needs no row.
var routes = []string{"/v1/me", "/v1/staff", "/v1/reports", "/v1/patients", "/v1/instruments"}

func measure(t *testing.T) promise.Result {
	w := newWorld(t)
	accepted, sent := map[string]bool{}, 0
	for _, f := range slices.Concat(w.signatures(), w.headers(), w.claims(), w.staleRights()) {
		for _, route := range routes {
			sent++
			if s := w.status(t, f.token, route); s != http.StatusUnauthorized && s != http.StatusForbidden {
				accepted[f.kind] = true
			}
		}
	}
	machineKinds, taken := w.machineForgeries(t)
	for _, kind := range taken {
		accepted[kind] = true
	}
	// After the forgeries the good token still works, so only the forgeries
	// were wrong.
	good := 0
	for _, route := range routes {
		if w.status(t, w.good, route) == http.StatusOK {
			good++
		}
	}
	kinds := sent/len(routes) + machineKinds
	names := slices.Sorted(maps.Keys(accepted))
	detail := ""
	if len(names) > 0 {
		detail = " (" + strings.Join(names[:min(3, len(names))], ", ") + ")"
	}
	return promise.Result{
		Measured: fmt.Sprintf("%d of %d kinds accepted%s, %d requests; the good token on %d of %d routes",
			len(accepted), kinds, detail, sent, good, len(routes)),
		Kept: len(accepted) == 0 && kinds >= 60 && good == len(routes),
	}
}

// control breaks one rule after the other. Each break must be found.
func control(t *testing.T) promise.Result {
	out := promise.Result{}
	var said []string
	for _, c := range []promise.Control{{Fault: "no_signature"}, {Fault: "machines_unbound"},
		{Fault: "assertions_again"}, {Fault: "scopes_as_asked"}} {
		sabotage.Set(c.Fault)
		broken := measure(t)
		sabotage.Set("")
		out.Kept = out.Kept || broken.Kept
		said = append(said, c.Fault+": "+broken.Measured)
	}
	out.Measured = strings.Join(said, "; ")
	return out
}

// forgery is a token that must not be accepted.
type forgery struct{ kind, token string }

// world is a server, a good token of koordinator.uren, and the server's keys.
type world struct {
	*apitest.Server
	good, refresh     string
	header, claim     map[string]any // of the good token
	own, alien        ed25519.PrivateKey
	retired           ed25519.PrivateKey // ours, but no longer
	retiredKID        string
	revoked, demoted  string         // tokens that were good once
	colleague, abroad map[string]any // claims of a kepala here and of a koordinator elsewhere
}

func newWorld(t *testing.T) *world {
	w := &world{Server: apitest.New(t)}
	tokens := func(name string) string { return w.As(t, name).Tokens().AccessToken }
	c := w.As(t, "koordinator.uren")
	w.good, w.refresh = c.Tokens().AccessToken, c.Tokens().RefreshToken
	w.header, w.claim = decode(t, w.good)
	_, w.colleague = decode(t, tokens("kepala.uren"))
	_, w.abroad = decode(t, tokens("koordinator.juai"))

	var kid string
	var sealed []byte
	w.Database.Row(t, `select kid, private_sealed from signing_key where retired_at is null`, nil, &kid, &sealed)
	sealing := w.App.Master.Derive("signing-key")
	seed, err := crypt.Open(sealing, "signing-key/"+kid, sealed)
	if err != nil {
		t.Fatal(err)
	}
	w.own = ed25519.NewKeyFromSeed(seed)
	_, w.alien, _ = ed25519.GenerateKey(nil)
	w.retire(t, sealing)

	gone := w.As(t, "koordinator.uren")
	w.revoked = gone.Tokens().AccessToken
	w.mustAccept(t, w.revoked)
	if err := gone.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.demoted = tokens("kepala.halong")
	w.mustAccept(t, w.demoted)
	w.Database.Exec(t, `update membership m set role = 'petugas' from account a where a.id = m.account_id
		and a.username = 'kepala.halong'`)
	w.mustAccept(t, w.good)
	// The forger signs correctly: a token made with the server's key and
	// without changes is accepted.
	w.mustAccept(t, w.sign(nil, nil))
	return w
}

// status is the status of a request with the token.
func (w *world) status(t *testing.T, token, route string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL+route, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode
}

func (w *world) mustAccept(t *testing.T, token string) {
	t.Helper()
	if s := w.status(t, token, routes[0]); s != http.StatusOK {
		t.Fatalf("a good token is answered %d", s)
	}
}

// retire adds a key whose tokens have all expired.
func (w *world) retire(t *testing.T, sealing []byte) {
	t.Helper()
	seed := crypt.NewKey()
	w.retired, w.retiredKID = ed25519.NewKeyFromSeed(seed), "retired"
	w.Database.Exec(t, `insert into signing_key (kid, public_key, private_sealed, created_at, retired_at)
		values ($1, $2, $3, now() - interval '90 days', now() - interval '21 minutes')`,
		w.retiredKID, []byte(w.retired.Public().(ed25519.PublicKey)), crypt.Seal(sealing, "signing-key/"+w.retiredKID,
			seed))
	if err := w.reload(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
}

func in(d time.Duration) int64 { return time.Now().Add(d).Unix() }
