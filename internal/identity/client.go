package identity

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Clients is the use cases of machine clients (ADR 19): those who own them
// manage them, and the token endpoint serves them. A client's id is also the
// id of its account and membership (migration 6).
type Clients struct {
	db        *pg.DB
	tokens    *auth.Tokens
	trail     *audit.Trail
	sealer    *page.Sealer
	attempts  attempts
	secretKey []byte
	issuer    string // address of the API; the token endpoint is below it

	scopes map[string][]access.Permission // the routes that each scope opens
	scope  map[string]string              // of a permission

	mu   sync.Mutex
	used map[usageOf]usageCount
}

// NewClients returns the use cases over db; issuer is the public address.
func NewClients(db *pg.DB, tokens *auth.Tokens, trail *audit.Trail, sealer *page.Sealer, m *crypt.Master, limits Limits, issuer string) *Clients {
	return &Clients{db: db, tokens: tokens, trail: trail, sealer: sealer, secretKey: m.Derive("client-secret"),
		attempts: attempts{m.Derive("client-attempt"), limits.orDefault()}, issuer: strings.TrimRight(issuer, "/"), used: map[usageOf]usageCount{}}
}

// Limits of a machine client.
const (
	maxClientDays = 366 // a credential that nobody renews ends within a year
	maxOverlap    = 168 * time.Hour
)

// The faults of machine clients.
var (
	ErrClientName = fault.Define(fault.Conflict, "client.name_taken",
		"Sudah ada klien dengan nama ini. Bila jawabannya dulu tidak sampai, putar kredensialnya dengan POST /v1/clients/{id}/rotate.",
		"There is a client of this name already. If the answer got lost, rotate its credential with POST /v1/clients/{id}/rotate.")
	ErrClientRevoked = fault.Define(fault.Conflict, "client.revoked",
		"Klien ini sudah dicabut. Buat yang baru dengan POST /v1/clients.", "This client was revoked. Make a new one with POST /v1/clients.")
	ErrClientTaken = fault.Define(fault.Conflict, "client.id_taken",
		"Id ini sudah dipakai. Kirim id lain, atau kosongkan.", "This id is taken. Send another, or leave it out.")
)

func init() {
	pg.Explain(map[string]error{"machine_client_name_uq": ErrClientName, "machine_client_pk": ErrClientTaken, "account_pk": ErrClientTaken})
}

// SetPermissions tells which routes each scope opens.
func (s *Clients) SetPermissions(all []access.Permission) {
	s.scopes, s.scope = map[string][]access.Permission{}, map[string]string{}
	for _, p := range all {
		if p.Scope != "" {
			s.scopes[p.Scope] = append(s.scopes[p.Scope], p)
			s.scope[p.Name] = p.Scope
		}
	}
}

// machineRole is the role of the clients of an owner.
func machineRole(owner auth.Role) auth.Role {
	if access.OfDistrict(owner) {
		return access.DinkesAnalyst
	}
	return access.Integrator
}

// grantable says whether an owner may give a scope: every route it opens is
// one that the owner may call, and one that the owner's machines may call.
func (s *Clients) grantable(owner auth.Role, scope string) bool {
	routes := s.scopes[scope]
	return len(routes) > 0 && !slices.ContainsFunc(routes, func(p access.Permission) bool {
		return !slices.Contains(p.By, owner) || !slices.Contains(p.By, machineRole(owner))
	})
}

// ownedBy runs f as the owner: Kepala in the own puskesmas, the admin of Dinkes
// among Dinkes's own clients. Row-level security holds the same line.
func ownedBy[T any](ctx context.Context, s *Clients, f func(pg.Tx) (T, error)) (T, error) {
	if p, _ := auth.From(ctx); p.District() {
		return pg.DistrictWrite(ctx, s.db, f)
	}
	return pg.Tenant(ctx, s.db, f)
}

func (s *Clients) checkScopes(check *fault.Check, owner auth.Role, scopes []string) {
	for _, name := range scopes {
		check.That(s.grantable(owner, name), "/scopes", "beyond_rights", "Cakupan ini tidak ada atau melampaui hak Anda sendiri. Lihat docs/roles.md.",
			"This scope does not exist or goes beyond your own rights. See docs/roles.md.")
	}
}

// checkExpiry returns the moment at which a last day ends.
func checkExpiry(check *fault.Check, day string) time.Time {
	_, end, err := clock.DayBounds(day)
	now := time.Now()
	check.That(err == nil && day >= clock.Day(now) && day <= clock.Day(now.AddDate(0, 0, maxClientDays)), "/expires_on", "range",
		"Paling cepat hari ini, paling lama 366 hari lagi.", "Today at the earliest, 366 days from now at the latest.")
	return end
}

// networks reads addresses and networks, and returns them in one spelling.
func networks(check *fault.Check, ips []string) []string {
	out := []string{}
	for _, ip := range ips {
		p, err := netip.ParsePrefix(ip)
		if a, aerr := netip.ParseAddr(ip); aerr == nil && a.Zone() == "" {
			p, err = netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), nil
		}
		check.That(err == nil && !p.Addr().Is4In6(), "/ips", "cidr", "Harus alamat atau jaringan (CIDR), misalnya 203.0.113.0/24.",
			"This must be an address or a network (CIDR), such as 203.0.113.0/24.")
		if err == nil {
			out = append(out, p.Masked().String())
		}
	}
	return out
}

// newCredential is what a credential is made of; secret is empty for keys.
type newCredential struct {
	secret string
	hash   []byte
	keys   []clientKey
}

// credential makes a secret of 256 random bits, or reads the keys.
func (s *Clients) credential(check *fault.Check, kind string, in homecare.ClientKeys) newCredential {
	if kind == "secret" {
		check.That(in.JWKS == nil && in.PublicKey == "", "/jwks", "unexpected", "Klien dengan rahasia tidak memakai kunci publik.", "A client with a secret has no public keys.")
		var b [32]byte
		_, _ = rand.Read(b[:])
		secret := base64.RawURLEncoding.EncodeToString(b[:])
		return newCredential{secret: secret, hash: s.hashSecret(secret)}
	}
	return newCredential{keys: readKeys(check, in)}
}

// hashSecret is what stands for a secret in the database. The secret is
// random, so a fast keyed hash is enough (unlike a password).
func (s *Clients) hashSecret(secret string) []byte { return crypt.MAC(s.secretKey, []byte(secret)) }

// Create makes a client with its first credential. Errors: fault.ErrInvalid,
// ErrClientName, ErrClientTaken.
func (s *Clients) Create(ctx context.Context, in homecare.NewMachineClient) (homecare.IssuedClient, error) {
	return ownedBy(ctx, s, func(tx pg.Tx) (homecare.IssuedClient, error) {
		var none homecare.IssuedClient
		p := tx.Principal()
		var check fault.Check
		s.checkScopes(&check, p.Role, in.Scopes)
		end := checkExpiry(&check, in.ExpiresOn)
		from := networks(&check, in.IPs)
		made := s.credential(&check, in.Auth, in.ClientKeys)
		if err := check.Err(); err != nil {
			return none, err
		}
		if in.ID == "" {
			in.ID = uuid.Must(uuid.NewV7()).String()
		}
		if err := insertClient(tx, in, from); err != nil {
			return none, err
		}
		if err := insertCredential(tx, in.ID, made, end); err != nil {
			return none, err
		}
		c, err := s.recorded(tx, in.ID, audit.Event{Action: "client.create"})
		return homecare.IssuedClient{Client: c, ClientSecret: made.secret}, err
	})
}

// recorded reads a client and records the event about it.
func (s *Clients) recorded(tx pg.Tx, id string, e audit.Event) (homecare.MachineClient, error) {
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

// Client returns one client. Error: fault.ErrNotFound.
func (s *Clients) Client(ctx context.Context, in clientID) (homecare.MachineClient, error) {
	return ownedBy(ctx, s, func(tx pg.Tx) (homecare.MachineClient, error) { return clientIn(tx, in.ID) })
}

// clientFilter narrows the list of clients.
type clientFilter struct {
	// Revoked lists those that were revoked instead of the others.
	Revoked bool `query:"revoked" json:"-"`
	page.Request
}

// List lists the owner's clients by id, oldest first.
func (s *Clients) List(ctx context.Context, f clientFilter) (homecare.Page[homecare.MachineClient], error) {
	list := "clients"
	if f.Revoked {
		list += "?revoked"
	}
	after := uuid.Nil.String()
	if _, err := s.sealer.Open(ctx, list, f.Request, &after); err != nil {
		return homecare.Page[homecare.MachineClient]{}, err
	}
	p, err := ownedBy(ctx, s, func(tx pg.Tx) (page.Page[homecare.MachineClient], error) {
		rows, err := listClients(tx, f, after)
		if err != nil {
			return page.Page[homecare.MachineClient]{}, err
		}
		return page.Cut(ctx, s.sealer, list, f.Request, rows, func(c homecare.MachineClient) any { return c.ID })
	})
	return homecare.Page[homecare.MachineClient]{Data: p.Items, NextCursor: p.Next}, err
}

type clientChangeParams struct {
	ID string `param:"id" json:"-"`
	homecare.MachineClientChange
}

// Change changes name, scopes, networks or last day. Other scopes or networks
// end the tokens given out before. Errors: fault.ErrNotFound, fault.ErrStale,
// ErrClientRevoked, fault.ErrInvalid, ErrClientName.
func (s *Clients) Change(ctx context.Context, in clientChangeParams) (homecare.MachineClient, error) {
	return ownedBy(ctx, s, func(tx pg.Tx) (homecare.MachineClient, error) {
		before, err := lockClient(tx, in.ID)
		if err != nil {
			return before, err
		}
		after := before
		var check fault.Check
		if in.Name != "" {
			after.Name = in.Name
		}
		if in.Scopes != nil {
			s.checkScopes(&check, tx.Principal().Role, in.Scopes)
			after.Scopes = in.Scopes
		}
		if in.IPs != nil {
			after.IPs = networks(&check, *in.IPs)
		}
		if in.ExpiresOn != "" {
			checkExpiry(&check, in.ExpiresOn)
			after.ExpiresOn = in.ExpiresOn
		}
		if err := check.Err(); err != nil {
			return before, err
		}
		if err := updateClient(tx, after); err != nil {
			return before, err
		}
		if !slices.Equal(before.Scopes, after.Scopes) || !slices.Equal(before.IPs, after.IPs) {
			if err := renewSessions(tx, in.ID); err != nil {
				return before, err
			}
		}
		return s.recorded(tx, in.ID, audit.Event{Action: "client.change", Before: before})
	})
}

type clientRotationParams struct {
	ID string `param:"id" json:"-"`
	homecare.ClientRotation
}

// Rotate gives a client a new secret or new keys; those before work on for the
// overlap. Errors: fault.ErrNotFound, fault.ErrStale, ErrClientRevoked,
// fault.ErrInvalid.
func (s *Clients) Rotate(ctx context.Context, in clientRotationParams) (homecare.IssuedClient, error) {
	return ownedBy(ctx, s, func(tx pg.Tx) (homecare.IssuedClient, error) {
		var none homecare.IssuedClient
		before, err := lockClient(tx, in.ID)
		if err != nil {
			return none, err
		}
		var check fault.Check
		end := checkExpiry(&check, before.ExpiresOn) // an expired client first gets a new last day
		made := s.credential(&check, before.Auth, in.ClientKeys)
		if err := check.Err(); err != nil {
			return none, err
		}
		if err := endCredentials(tx, in.ID, min(time.Duration(in.OverlapHours)*time.Hour, maxOverlap)); err != nil {
			return none, err
		}
		if err := insertCredential(tx, in.ID, made, end); err != nil {
			return none, err
		}
		if _, err := tx.Exec(`update machine_client set version = version + 1 where id = $1`, in.ID); err != nil {
			return none, err
		}
		c, err := s.recorded(tx, in.ID, audit.Event{Action: "client.rotate", Before: before})
		return homecare.IssuedClient{Client: c, ClientSecret: made.secret}, err
	})
}

type clientRevokeParams struct {
	ID string `param:"id" json:"-"`
	homecare.Why
}

// Revoke ends a client for good; its next request is refused. Errors:
// fault.ErrNotFound, fault.ErrStale, ErrClientRevoked.
func (s *Clients) Revoke(ctx context.Context, in clientRevokeParams) (homecare.MachineClient, error) {
	return ownedBy(ctx, s, func(tx pg.Tx) (homecare.MachineClient, error) {
		before, err := lockClient(tx, in.ID)
		if err != nil {
			return before, err
		}
		if _, err := tx.Exec(`update machine_client set revoked_at = now(), revoked_reason = $2, version = version + 1 where id = $1`, in.ID, in.Reason); err != nil {
			return before, err
		}
		return s.recorded(tx, in.ID, audit.Event{Action: "client.revoke", Reason: in.Reason, Before: before})
	})
}
