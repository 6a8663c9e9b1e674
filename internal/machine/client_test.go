package machine_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

func inDays(n int) string { return clock.Day(time.Now().AddDate(0, 0, n)) }

// newClient creates a client with a secret.
func newClient(t *testing.T, owner *homecare.Client, scopes ...string) homecare.IssuedClient {
	t.Helper()
	c, err := owner.CreateClient(t.Context(), homecare.NewMachineClient{Name: "Mesin " + uuid.NewString(),
		Scopes: scopes, ExpiresOn: inDays(30), Auth: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// machine signs in as a client.
func machine(t *testing.T, s *apitest.Server, c homecare.IssuedClient) *homecare.Client {
	t.Helper()
	m := s.Visitor(t)
	if _, err := m.ClientCredentials(t.Context(), homecare.Credentials{ID: c.Client.ID, Secret: c.ClientSecret}); err !=
		nil {
		t.Fatal(err)
	}
	return m
}

// token requests a token as a strict OAuth library does: form in, JSON out.
func token(t *testing.T, s *apitest.Server, form url.Values, change ...func(*http.Request)) (status int, answer struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"`
	Scope, Code string
	Error       string
	Description string `json:"error_description"`
}) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/oauth/token",
		strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, f := range change {
		f(req)
	}
	res, err := s.HTTP(t).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil || json.Unmarshal(b, &answer) != nil {
		t.Fatalf("%s, %v", b, err)
	}
	if kind := res.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") ||
		res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("content type %q, %q", kind, res.Header.Get("Cache-Control"))
	}
	if res.StatusCode == 401 && !strings.HasPrefix(res.Header.Get("WWW-Authenticate"), "Basic ") {
		t.Errorf("WWW-Authenticate: %q", res.Header.Get("WWW-Authenticate"))
	}
	if (res.StatusCode >= 400) != (answer.Error != "" && answer.Description != "" && answer.Code != "") {
		t.Errorf("%d: %s", res.StatusCode, b)
	}
	return res.StatusCode, answer
}

func TestTokenEndpoint(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := newClient(t, s.As(t, "kepala.uren"), "reference.read", "patients.read")
	id, secret := c.Client.ID, c.ClientSecret
	if len(secret) != 43 {
		t.Errorf("a secret of %d characters", len(secret))
	}
	with := func(kv ...string) url.Values {
		form := url.Values{"grant_type": {"client_credentials"}}
		for i := 0; i < len(kv); i += 2 {
			form.Add(kv[i], kv[i+1])
		}
		return form
	}
	basic := func(id, secret string) func(*http.Request) {
		return func(r *http.Request) { r.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret)) }
	}
	post := with("client_id", id, "client_secret", secret)
	for _, x := range []struct {
		what   string
		form   url.Values
		change []func(*http.Request)
		status int
		want   string // error, or scope
	}{
		{"post", post, nil, 200, "reference.read patients.read"},
		{"basic", with(), []func(*http.Request){basic(id, secret)}, 200, "reference.read patients.read"},
		{"fewer scopes", with("client_id", id, "client_secret", secret, "scope", "patients.read"), nil, 200,
			"patients.read"},
		{"another's scope", with("client_id", id, "client_secret", secret, "scope", "patients.read visits.write"), nil,
			400, "invalid_scope"},
		{"an unknown scope", with("client_id", id, "client_secret", secret, "scope", "*"), nil, 400, "invalid_scope"},
		{"wrong secret", with("client_id", id, "client_secret", secret[:42]+"!"), nil, 401, "invalid_client"},
		{"empty secret", with("client_id", id, "client_secret", ""), nil, 401, "invalid_client"},
		{"unknown client", with("client_id", uuid.NewString(), "client_secret", secret), nil, 401, "invalid_client"},
		{"no uuid", with("client_id", "' or true --", "client_secret", secret), nil, 401, "invalid_client"},
		{"nobody", with(), nil, 401, "invalid_client"},
		{"two ways", post, []func(*http.Request){basic(id, secret)}, 400, "invalid_request"},
		{"two ids", with("client_id", uuid.NewString()), []func(*http.Request){basic(id, secret)}, 401,
			"invalid_client"},
		{"a parameter twice", with("client_id", id, "client_id", id, "client_secret", secret), nil, 400,
			"invalid_request"},
		{"no grant", url.Values{"client_id": {id}}, nil, 400, "invalid_request"},
		{"another grant", url.Values{"grant_type": {"password"}, "username": {"x"}}, nil, 400,
			"unsupported_grant_type"},
		{"JSON", post, []func(*http.Request){
			func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }}, 415, "invalid_request"},
		{"in the address", post, []func(*http.Request){func(r *http.Request) { r.URL.RawQuery = "client_secret=x" }},
			422, "invalid_request"},
	} {
		st, a := token(t, s, x.form, x.change...)
		if st != x.status || a.Error+a.Scope != x.want || st == 200 && (a.TokenType != "Bearer" || a.ExpiresIn < 60 ||
			a.ExpiresIn > 900 || a.AccessToken == "") {
			t.Errorf("%s: %d %+v", x.what, st, a)
		}
	}
	// Guessing is limited, and clients at other addresses are not locked out.
	last := 0
	for range 12 {
		last, _ = token(t, s, with("client_id", id, "client_secret", "guess"))
	}
	if last != 429 {
		t.Errorf("after many guesses: %d", last)
	}
	res, err := http.Get(s.URL + "/.well-known/oauth-authorization-server")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var m homecare.OAuthMetadata
	if err := json.NewDecoder(res.Body).Decode(&m); err != nil || m.Issuer != "http://homecare.test" ||
		m.TokenEndpoint != m.Issuer+"/oauth/token" || !slices.Contains(m.Scopes, "visits.write") {
		t.Errorf("%+v, %v", m, err)
	}
}

// TestMachineRights: a scope opens only its routes, and a removed right takes
// effect on the client's next request.
func TestMachineRights(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	kepala := s.As(t, "kepala.uren")
	c := newClient(t, kepala, "patients.read", "reference.read")
	m := machine(t, s, c)
	patients := func() string { _, err := m.Patients(ctx, nil); return apitest.Code(err) }
	if got := patients(); got != "" {
		t.Fatalf("its own scope: %q", got)
	}
	for what, call := range map[string]func() error{
		"another scope's route": func() error { _, err := m.Visits(ctx, nil); return err },
		"who am I":              func() error { _, err := m.Me(ctx); return err },
		"reveal": func() error {
			return m.Do(ctx, homecare.Call{Method: "POST", Path: "/v1/patients/" + uuid.NewString() + "/reveal",
				Body: struct{}{}})
		},
		"making clients": func() error {
			_, err := m.CreateClient(ctx, homecare.NewMachineClient{})
			return err
		},
		"signing out everywhere": func() error { return m.SignOutEverywhere(ctx) },
		"another role's route":   func() error { _, err := m.AuditEvents(ctx, nil); return err },
		"writing with a read scope": func() error {
			return m.Do(ctx, homecare.Call{Method: "POST", Path: "/v1/patients", Body: struct{}{}})
		},
		"Dinkes's figures": func() error {
			return m.Do(ctx, homecare.Call{Method: "GET", Path: "/v1/dashboards/district"})
		},
		"the withheld may be looked": func() error { _, err := m.Permissions(ctx); return err },
	} {
		if got := apitest.Code(call()); got != "auth.forbidden" && got != "auth.scope" {
			t.Errorf("%s: %q", what, got)
		}
	}
	// Kepala withholds from machines what the route table allows.
	w := homecare.Withhold{Role: "integrator", Permission: "GET /v1/patients", Reason: "Sedang diperiksa"}
	if _, err := kepala.WithholdPermission(ctx, w); err != nil {
		t.Fatal(err)
	}
	if got := patients(); got != "auth.withheld" {
		t.Errorf("withheld: %q", got)
	}
	if err := kepala.RestorePermission(ctx, homecare.Restore{Role: w.Role, Permission: w.Permission}); err != nil {
		t.Fatal(err)
	}
	// Fewer scopes: earlier tokens end, and the SDK gets a new one.
	old := m.Tokens()
	changed, err := kepala.ChangeClient(ctx, c.Client.ID, c.Client.Version,
		homecare.MachineClientChange{Scopes: []string{"reference.read"}})
	if err != nil || !slices.Equal(changed.Scopes, []string{"reference.read"}) || changed.Version != 2 {
		t.Fatalf("%+v, %v", changed, err)
	}
	stale := s.Visitor(t)
	stale.SetTokens(old)
	if _, err := stale.Patients(ctx, nil); apitest.Code(err) != "auth.session_ended" {
		t.Errorf("a token of the old scopes: %v", err)
	}
	if got := patients(); got != "auth.scope" {
		t.Errorf("the new scopes: %q", got)
	}
	if _, err := m.AllPuskesmas(ctx); err != nil {
		t.Errorf("what is left: %v", err)
	}
	// Rotation: both work, then only the new one.
	next, err := kepala.RotateClient(ctx, c.Client.ID, changed.Version, homecare.ClientRotation{OverlapHours: 24})
	if err != nil || next.ClientSecret == c.ClientSecret || len(next.Client.Credentials) != 2 {
		t.Fatalf("%+v, %v", next, err)
	}
	machine(t, s, c)
	m = machine(t, s, next)
	if next, err = kepala.RotateClient(ctx, c.Client.ID, next.Client.Version, homecare.ClientRotation{}); err != nil ||
		len(next.Client.Credentials) != 1 {
		t.Fatalf("%+v, %v", next, err)
	}
	if _, err := m.AllPuskesmas(ctx); apitest.Code(err) != "oauth.client" && apitest.Code(err) != "auth.session_ended" {
		t.Errorf("the replaced secret: %v", err)
	}
	if _, err := s.Visitor(t).ClientCredentials(ctx, homecare.Credentials{ID: c.Client.ID,
		Secret: c.ClientSecret}); apitest.Code(err) != "oauth.client" {
		t.Errorf("the first secret: %v", err)
	}
	m = machine(t, s, next)
	revoked, err := kepala.RevokeClient(ctx, c.Client.ID, next.Client.Version, homecare.Why{Reason: "Kontrak berakhir"})
	if err != nil || revoked.RevokedAt == nil || len(revoked.Credentials) != 0 {
		t.Fatalf("%+v, %v", revoked, err)
	}
	if _, err := m.AllPuskesmas(ctx); apitest.Code(err) == "" {
		t.Error("a revoked client goes on")
	}
	if _, err := kepala.RotateClient(ctx, c.Client.ID, revoked.Version,
		homecare.ClientRotation{}); apitest.Code(err) != "client.revoked" {
		t.Errorf("rotating a revoked one: %v", err)
	}
	// Machines are in no list of staff, and are not accounts of persons.
	users, err := kepala.Users(ctx, nil)
	staff, serr := kepala.Staff(ctx)
	if err != nil || serr != nil || slices.ContainsFunc(users.Data, func(u homecare.User) bool {
		return u.ID == c.Client.ID
	}) ||
		slices.ContainsFunc(staff.Data, func(x homecare.StaffMember) bool { return x.AccountID == c.Client.ID }) {
		t.Errorf("%v %v %+v", err, serr, staff)
	}
	if _, err := s.As(t, "dinkes.admin").User(ctx, c.Client.ID); apitest.Code(err) != "record.not_found" {
		t.Errorf("its account: %v", err)
	}
	usage, err := kepala.ClientUsage(ctx, c.Client.ID)
	i := slices.IndexFunc(usage.Days, func(d homecare.ClientUsageDay) bool {
		return d.Permission == "GET /v1/patients"
	})
	if err != nil || i < 0 || usage.Days[i].Scope != "patients.read" || usage.Days[i].Requests != 5 ||
		usage.Days[i].Errors != 4 {
		t.Errorf("%+v, %v", usage, err)
	}
}

func TestClientOwners(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	kepala, dinkes := s.As(t, "kepala.uren"), s.As(t, "dinkes.admin")
	good := homecare.NewMachineClient{Name: "SIMPUS", Scopes: []string{"patients.read"}, ExpiresOn: inDays(30),
		Auth: "secret"}
	change := func(f func(*homecare.NewMachineClient)) homecare.NewMachineClient { in := good; f(&in); return in }
	for _, x := range []struct {
		what string
		by   *homecare.Client
		in   homecare.NewMachineClient
		want string
	}{
		{"good", kepala, good, ""},
		{"the same name", kepala, good, "client.name_taken"},
		{"the same name elsewhere", s.As(t, "kepala.juai"), good, ""},
		{"Dinkes reads persons", dinkes, good, "request.invalid"},
		{"Dinkes reads visits", dinkes,
			change(func(in *homecare.NewMachineClient) { in.Scopes = []string{"visits.write"} }), "request.invalid"},
		{"Dinkes reads figures", dinkes, change(func(in *homecare.NewMachineClient) {
			in.Scopes = []string{"rollups.read", "reports.read", "reference.read"}
		}), ""},
		{"Kepala reads the district", kepala, change(func(in *homecare.NewMachineClient) {
			in.Name, in.Scopes = "x",
				[]string{"rollups.read"}
		}), "request.invalid"},
		{"no such scope", kepala, change(func(in *homecare.NewMachineClient) {
			in.Name, in.Scopes = "x",
				[]string{"admin"}
		}), "request.invalid"},
		{"for ever", kepala, change(func(in *homecare.NewMachineClient) { in.Name, in.ExpiresOn = "x", inDays(400) }),
			"request.invalid"},
		{"yesterday", kepala, change(func(in *homecare.NewMachineClient) { in.Name, in.ExpiresOn = "x", inDays(-1) }),
			"request.invalid"},
		{"no network", kepala, change(func(in *homecare.NewMachineClient) {
			in.Name, in.IPs = "x",
				[]string{"10.0.0.0/33"}
		}), "request.invalid"},
		{"keys with a secret", kepala, change(func(in *homecare.NewMachineClient) { in.Name, in.PublicKey = "x", "x" }),
			"request.invalid"},
		{"no keys", kepala, change(func(in *homecare.NewMachineClient) { in.Name, in.Auth = "x", "private_key_jwt" }),
			"request.invalid"},
		{"koordinator", s.As(t, "koordinator.uren"), good, "auth.forbidden"},
		{"analyst", s.As(t, "dinkes.analis"), good, "auth.forbidden"},
	} {
		if _, err := x.by.CreateClient(ctx, x.in); apitest.Code(err) != x.want {
			t.Errorf("%s: %v, want %q", x.what, err, x.want)
		}
	}
	mine, err := kepala.Clients(ctx, nil)
	if err != nil || len(mine.Data) != 1 || mine.Data[0].Puskesmas != "uren" {
		t.Fatalf("%+v, %v", mine, err)
	}
	for who, c := range map[string]*homecare.Client{"another puskesmas": s.As(t, "kepala.juai"), "Dinkes": dinkes} {
		if _, err := c.MachineClient(ctx, mine.Data[0].ID); apitest.Code(err) != "record.not_found" {
			t.Errorf("%s reads it: %v", who, err)
		}
		if _, err := c.RevokeClient(ctx, mine.Data[0].ID, 1,
			homecare.Why{Reason: "x y"}); apitest.Code(err) != "record.not_found" {
			t.Errorf("%s revokes it: %v", who, err)
		}
		if _, err := c.ClientUsage(ctx, mine.Data[0].ID); apitest.Code(err) != "record.not_found" {
			t.Errorf("%s reads its usage: %v", who, err)
		}
	}
	// Dinkes's machine sees the district and no person.
	all, err := dinkes.Clients(ctx, nil)
	if err != nil || len(all.Data) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	issued, err := dinkes.RotateClient(ctx, all.Data[0].ID, 1, homecare.ClientRotation{OverlapHours: 1})
	if err != nil {
		t.Fatal(err)
	}
	m := machine(t, s, issued)
	if _, err := m.Reports(ctx, nil); err != nil {
		t.Errorf("reports: %v", err)
	}
	if _, err := m.Patients(ctx, nil); apitest.Code(err) != "auth.forbidden" {
		t.Errorf("patients: %v", err)
	}
	usage, err := dinkes.ClientUsage(ctx, all.Data[0].ID)
	if err != nil || len(usage.Days) != 2 || usage.LastUsedAt == nil {
		t.Fatalf("%+v, %v", usage, err)
	}
	for _, d := range usage.Days {
		if d.Requests != 1 || (d.Permission == "GET /v1/patients") != (d.Errors == 1) || d.Day != inDays(0) {
			t.Errorf("%+v", d)
		}
	}
	s.Database.Exec(t, `update session set stepped_up_at = now() - interval '11 minutes'`)
	if _, err := kepala.CreateClient(ctx, good); apitest.Code(err) != "auth.step_up" {
		t.Errorf("without a recent proof: %v", err)
	}
}

func TestNetworks(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	kepala := s.As(t, "kepala.uren")
	c := newClient(t, kepala, "reference.read")
	m := machine(t, s, c)
	far := []string{"203.0.113.0/24", "2001:db8::/32"}
	changed, err := kepala.ChangeClient(ctx, c.Client.ID, 1, homecare.MachineClientChange{IPs: &far})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.AllPuskesmas(ctx); apitest.Code(err) != "auth.session_ended" && apitest.Code(err) != "oauth.client" {
		t.Errorf("from an address that is not listed: %v", err)
	}
	if st, a := token(t, s, url.Values{"grant_type": {"client_credentials"}, "client_id": {c.Client.ID},
		"client_secret": {c.ClientSecret}}); st != 401 || a.Error != "invalid_client" {
		t.Errorf("a token from there: %d %+v", st, a)
	}
	here := []string{"127.0.0.1"}
	if changed, err = kepala.ChangeClient(ctx, c.Client.ID, changed.Version,
		homecare.MachineClientChange{IPs: &here}); err != nil || changed.IPs[0] != "127.0.0.1/32" {
		t.Fatalf("%+v, %v", changed, err)
	}
	if _, err := machine(t, s, c).AllPuskesmas(ctx); err != nil {
		t.Error(err)
	}
}

// assertion is the client's assertion, with changes.
func assertion(t *testing.T, key crypto.PrivateKey, method jwt.SigningMethod, id string, change jwt.MapClaims) string {
	t.Helper()
	now := time.Now()
	c := jwt.MapClaims{"iss": id, "sub": id, "aud": "http://homecare.test/oauth/token", "jti": uuid.NewString(),
		"iat": now.Unix(), "exp": now.Add(time.Minute).Unix()}
	for k, v := range change {
		c[k] = v
		if v == nil {
			delete(c, k)
		}
	}
	out, err := jwt.NewWithClaims(method, c).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPrivateKeyJWT(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := t.Context()
	kepala := s.As(t, "kepala.uren")
	b64 := base64.RawURLEncoding.EncodeToString
	ed, edKey, _ := ed25519.GenerateKey(rand.Reader)
	ecKey, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	rsaKey, _ := rsa.GenerateKey(rand.Reader, 2048)
	weak, _ := rsa.GenerateKey(rand.Reader, 1024)
	point, err := ecKey.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	der, _ := x509.MarshalPKIXPublicKey(&rsaKey.PublicKey)
	for _, x := range []struct {
		what   string
		keys   homecare.ClientKeys
		key    crypto.PrivateKey
		method jwt.SigningMethod
	}{
		{"EdDSA", homecare.ClientKeys{JWKS: &homecare.JWKSet{Keys: []homecare.PublicJWK{{KTY: "OKP", CRV: "Ed25519",
			X: b64(ed), KID: "a"}}}}, edKey, jwt.SigningMethodEdDSA},
		{"ES256", homecare.ClientKeys{JWKS: &homecare.JWKSet{Keys: []homecare.PublicJWK{{KTY: "OKP", CRV: "Ed25519",
			X: b64(ed)}, {KTY: "EC", CRV: "P-256", X: b64(point[1:33]), Y: b64(point[33:])}}}}, ecKey,
			jwt.SigningMethodES256},
		{"RS256 in PEM",
			homecare.ClientKeys{PublicKey: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))},
			rsaKey, jwt.SigningMethodRS256},
	} {
		c, err := kepala.CreateClient(ctx, homecare.NewMachineClient{Name: x.what, Scopes: []string{"reference.read"},
			ExpiresOn: inDays(1), Auth: "private_key_jwt", ClientKeys: x.keys})
		if err != nil || c.ClientSecret != "" {
			t.Fatalf("%s: %+v, %v", x.what, c, err)
		}
		m := s.Visitor(t)
		if _, err := m.ClientCredentials(ctx, homecare.Credentials{ID: c.Client.ID, Assert: func() (string, error) {
			return assertion(t, x.key, x.method, c.Client.ID, nil), nil
		}}); err != nil {
			t.Errorf("%s: %v", x.what, err)
		}
		if _, err := m.AllPuskesmas(ctx); err != nil {
			t.Errorf("%s: %v", x.what, err)
		}
		once := assertion(t, x.key, x.method, c.Client.ID, nil)
		now := time.Now()
		for i, a := range []struct {
			what, raw string
			want      int
		}{
			{"once", once, 200},
			{"twice", once, 401},
			{"another audience", assertion(t, x.key, x.method, c.Client.ID,
				jwt.MapClaims{"aud": "http://other.test/oauth/token"}), 401},
			{"two audiences", assertion(t, x.key, x.method, c.Client.ID,
				jwt.MapClaims{"aud": []string{"http://homecare.test/oauth/token", "http://other.test"}}), 401},
			{"expired", assertion(t, x.key, x.method, c.Client.ID,
				jwt.MapClaims{"iat": now.Add(-3 * time.Minute).Unix(), "exp": now.Add(-time.Minute).Unix()}), 401},
			{"an hour", assertion(t, x.key, x.method, c.Client.ID, jwt.MapClaims{"exp": now.Add(time.Hour).Unix()}),
				401},
			{"no jti", assertion(t, x.key, x.method, c.Client.ID, jwt.MapClaims{"jti": nil}), 401},
			{"no exp", assertion(t, x.key, x.method, c.Client.ID, jwt.MapClaims{"exp": nil}), 401},
			{"another subject", assertion(t, x.key, x.method, c.Client.ID, jwt.MapClaims{"sub": uuid.NewString()}),
				401},
		} {
			if i > 6 {
				s.Database.Exec(t, `delete from sign_in_attempt`) // not what is tested here
			}
			if st, got := token(t, s, url.Values{"grant_type": {"client_credentials"}, "client_id": {c.Client.ID},
				"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
				"client_assertion":      {a.raw}}); st != a.want {
				t.Errorf("%s, %s: %d %+v", x.what, a.what, st, got)
			}
		}
	}
	for what, j := range map[string]homecare.PublicJWK{
		"a short RSA key":      {KTY: "RSA", N: b64(weak.N.Bytes()), E: "AQAB"},
		"a point off the line": {KTY: "EC", CRV: "P-256", X: b64(make([]byte, 32)), Y: b64(make([]byte, 32))},
		"half a key":           {KTY: "OKP", CRV: "Ed25519", X: "AAAA"},
		"mixed kinds":          {KTY: "RSA", CRV: "Ed25519", X: b64(ed)},
	} {
		if _, err := kepala.CreateClient(ctx, homecare.NewMachineClient{Name: what, Scopes: []string{"reference.read"},
			ExpiresOn: inDays(1), Auth: "private_key_jwt",
			ClientKeys: homecare.ClientKeys{JWKS: &homecare.JWKSet{Keys: []homecare.PublicJWK{j}}}}); apitest.Code(
			err) != "request.invalid" {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestMachineAccess: the access log has the persons that a machine was shown.
func TestMachineAccess(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ctx := context.WithoutCancel(t.Context())
	koordinator, kepala := s.As(t, "koordinator.uren"), s.As(t, "kepala.uren")
	p, err := koordinator.RegisterPatient(ctx, homecare.NewPatient{Name: "Aminah Contoh", Sex: "female",
		BirthDate: "1950-01-02"})
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, kepala, "patients.read")
	if _, err := machine(t, s, c).Patient(ctx, p.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.App.Access.Close(ctx); err != nil {
		t.Fatal(err)
	}
	var role, permission string
	s.Database.Row(t, `select e.role, e.permission from access_event e join session s on s.id = e.session_id
		where e.account_id = $1 and s.account_id = $1`, []any{c.Client.ID}, &role, &permission)
	if role != "integrator" || permission != "GET /v1/patients/{id}" {
		t.Errorf("%s %s", role, permission)
	}
}
