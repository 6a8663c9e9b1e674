// Package machine manages machine clients, with scopes, networks and an expiry, and
// issues their tokens at the OAuth 2.0 token endpoint (RFC 6749, RFC 7523).
//
//	Create    create_client.go  ErrClientName, ErrClientTaken
//	Client    get_client.go     fault.ErrNotFound
//	List      list_clients.go
//	Change    change_client.go  ErrClientRevoked
//	Rotate    rotate_client.go  ErrClientRevoked
//	Revoke    revoke_client.go  ErrClientRevoked
//	Usage     client_usage.go   fault.ErrNotFound
//	Token     issue_token.go    the errors of RFC 6749 section 5.2 (oauth.go)
//	Metadata  oauth.go
package machine

import (
	"context"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/signin"
	"github.com/balangan/homecare/pkg/homecare"
)

// Service is the use cases of machine clients (ADR 19): their owners manage
// them, and the token endpoint serves them. A client's id is also the id of its
// account and membership (migration 6).
type Service struct {
	db        *pg.DB
	tokens    *auth.Tokens
	trail     *audit.Trail
	sealer    *page.Sealer
	attempts  signin.Attempts
	secretKey []byte
	issuer    string // address of the API; the token endpoint is below it

	scopes map[string][]access.Permission // the routes that each scope opens
	scope  map[string]string              // of a permission

	mu   sync.Mutex
	used map[usageOf]usageCount
}

// NewService returns the use cases over db; issuer is the public address.
func NewService(db *pg.DB, tokens *auth.Tokens, trail *audit.Trail, sealer *page.Sealer, m *crypt.Master,
	limits signin.Limits, issuer string) *Service {
	return &Service{db: db, tokens: tokens, trail: trail, sealer: sealer, secretKey: m.Derive("client-secret"),
		attempts: signin.NewAttempts(m.Derive("client-attempt"), limits), issuer: strings.TrimRight(issuer, "/"),
		used: map[usageOf]usageCount{}}
}

// Limits of a machine client.
const (
	maxClientDays = 366 // a credential that is not renewed expires within a year
	maxOverlap    = 168 * time.Hour
)

// The faults of machine clients.
var (
	ErrClientName = fault.Define(fault.Conflict, "client.name_taken",
		"Sudah ada klien dengan nama ini. Bila jawabannya dulu tidak sampai, putar kredensialnya.",
		"A client of this name exists already. If the answer was lost, rotate its credential.").About("/name").
		Hint("POST /v1/clients/{id}/rotate")
	ErrClientRevoked = fault.Define(fault.Conflict, "client.revoked",
		"Klien ini sudah dicabut. Buat yang baru.", "This client was revoked. Create a new one.").
		Hint("POST /v1/clients")
	ErrClientTaken = fault.Define(fault.Conflict, "client.id_taken",
		"Nomor ini sudah dipakai klien lain. Pakai nomor lain, atau kosongkan.",
		"Another client has this number. Give another, or leave it out.").
		About("/id")
)

func init() {
	pg.Explain(map[string]error{"machine_client_name_uq": ErrClientName, "machine_client_pk": ErrClientTaken,
		"account_pk": ErrClientTaken})
}

// SetPermissions sets the routes that each scope opens.
func (s *Service) SetPermissions(all []access.Permission) {
	s.scopes, s.scope = map[string][]access.Permission{}, map[string]string{}
	for _, p := range all {
		if p.Scope != "" {
			s.scopes[p.Scope] = append(s.scopes[p.Scope], p)
			s.scope[p.Name] = p.Scope
		}
	}
}

// machineRole is the role of an owner's clients.
func machineRole(owner auth.Role) auth.Role {
	if access.OfDistrict(owner) {
		return access.DinkesAnalyst
	}
	return access.Integrator
}

// grantable says whether an owner may grant a scope: the owner and the owner's
// machines may call every route it opens.
func (s *Service) grantable(owner auth.Role, scope string) bool {
	routes := s.scopes[scope]
	return len(routes) > 0 && !slices.ContainsFunc(routes, func(p access.Permission) bool {
		return !slices.Contains(p.By, owner) || !slices.Contains(p.By, machineRole(owner))
	})
}

// ownedBy runs f as the owner: Kepala in their own puskesmas, the admin of
// Dinkes among Dinkes's clients. Row-level security enforces the same.
func ownedBy[T any](ctx context.Context, s *Service, f func(pg.Tx) (T, error)) (T, error) {
	if p, _ := auth.From(ctx); p.District() {
		return pg.DistrictWrite(ctx, s.db, f)
	}
	return pg.Tenant(ctx, s.db, f)
}

func (s *Service) checkScopes(check *fault.Check, owner auth.Role, scopes []string) {
	for i, name := range scopes {
		check.That(s.grantable(owner, name), "/scopes/"+strconv.Itoa(i), "beyond_rights",
			"Cakupan ini tidak ada atau melampaui hak Anda sendiri.",
			"This scope does not exist or goes beyond your own rights.").Hint("docs/roles.md lists the scopes")
	}
}

// checkExpiry returns the time at which a last day ends.
func checkExpiry(check *fault.Check, day string) time.Time {
	_, end, err := clock.DayBounds(day)
	now := time.Now()
	check.That(err == nil && day >= clock.Day(now) && day <= clock.Day(now.AddDate(0, 0, maxClientDays)), "/expires_on",
		"range",
		"Paling cepat hari ini, paling lama 366 hari lagi.", "Today at the earliest, 366 days from now at the latest.")
	return end
}

// networks parses addresses and networks, and returns them in one notation.
func networks(check *fault.Check, ips []string) []string {
	out := []string{}
	for i, ip := range ips {
		p, err := netip.ParsePrefix(ip)
		if a, aerr := netip.ParseAddr(ip); aerr == nil && a.Zone() == "" {
			p, err = netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), nil
		}
		check.That(err == nil && !p.Addr().Is4In6(), "/ips/"+strconv.Itoa(i), "cidr",
			"Harus alamat atau jaringan (CIDR), misalnya 203.0.113.0/24.",
			"This must be an address or a network (CIDR), such as 203.0.113.0/24.")
		if err == nil {
			out = append(out, p.Masked().String())
		}
	}
	return out
}

// recorded reads a client and records the event about it.
func (s *Service) recorded(tx pg.Tx, id string, e audit.Event) (homecare.MachineClient, error) {
	c, err := clientIn(tx, id)
	if err != nil {
		return c, err
	}
	e.SubjectKind, e.SubjectID, e.After = "client", id, c
	return c, s.trail.Record(tx, e)
}

type clientID struct {
	ID string `param:"id" json:"-"`
}
