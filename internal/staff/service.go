package staff

import (
	"context"
	"slices"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/mail"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/signin"
	"github.com/balangan/homecare/pkg/homecare"
)

// Service is the use cases of managing staff, and of passwords and the links
// that set them. Kepala manages the own puskesmas, Dinkes everybody; row-level
// security holds the same line (migration 5).
type Service struct {
	db       *pg.DB
	hasher   *auth.Hasher
	trail    *audit.Trail
	sealer   *page.Sealer
	attempts signin.Attempts
	linkKey  []byte

	// Mail sends mail to people; nil answers ErrNoMail.
	Mail mail.Sender
	// Policy is the rules of new passwords.
	Policy signin.Policy
	// Page is the address that a link in a mail opens.
	Page string

	// LeftBehind counts what still waits for an account that leaves the staff of
	// the puskesmas.
	LeftBehind func(tx pg.Tx, accountID string) (homecare.LeftBehind, error)

	permissions []access.Permission
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, hasher *auth.Hasher, trail *audit.Trail, sealer *page.Sealer, m *crypt.Master) *Service {
	return &Service{db: db, hasher: hasher, trail: trail, sealer: sealer, linkKey: m.Derive("account-link"),
		Policy:   signin.NIST,
		attempts: signin.NewAttempts(m.Derive("password-attempt"), signin.Limits{})}
}

// The faults of managing staff.
var (
	ErrBeyond = fault.Define(fault.Forbidden, "membership.beyond_rights",
		"Kepala puskesmas memberi peran koordinator dan petugas di puskesmasnya sendiri; peran lain diberikan oleh Dinkes.",
		"The head of a puskesmas gives the roles koordinator and petugas in the own puskesmas; Dinkes gives the others.")
	ErrShared = fault.Define(fault.Forbidden, "account.beyond_rights",
		"Akun ini juga bertugas di tempat lain atau memegang peran lain. Minta Dinkes mengubahnya.",
		"This account also works elsewhere or holds another role. Ask Dinkes to change it.")
	ErrMembershipExists = fault.Define(fault.Conflict, "membership.exists",
		"Akun ini sudah memegang peran itu di puskesmas tersebut.",
		"This account already holds that role in that puskesmas.").About("/role")
	ErrMembershipEnded = fault.Define(fault.Conflict, "membership.ended",
		"Keanggotaan ini sudah berakhir. Buat keanggotaan baru.",
		"This membership has ended. Create a new one.").Hint("POST /v1/memberships")
	ErrLastAdmin = fault.Define(fault.Conflict, "account.last_admin",
		"Ini admin Dinkes yang terakhir. Angkat admin lain dahulu.",
		"This is the last admin of Dinkes. Appoint another one first.")
)

func init() {
	pg.Explain(map[string]error{"membership_open_uq": ErrMembershipExists})
}

// managed runs f as the manager: Kepala in their own puskesmas, Dinkes over
// all.
func managed[T any](ctx context.Context, s *Service, f func(pg.Tx) (T, error)) (T, error) {
	if p, _ := auth.From(ctx); p.District() {
		return pg.DistrictWrite(ctx, s.db, f)
	}
	return pg.Tenant(ctx, s.db, f)
}

// kepalaGrants are the roles that Kepala may give.
var kepalaGrants = []auth.Role{access.Koordinator, access.Petugas}

// grant checks that the caller may give role at the puskesmas with this slug
// and returns the puskesmas's id; nil for a role of Dinkes. Errors: ErrBeyond,
// fault.ErrInvalid.
func grant(tx pg.Tx, role auth.Role, slug string) (*int16, error) {
	p := tx.Principal()
	if !p.District() {
		if !slices.Contains(kepalaGrants, role) || slug != "" && slug != p.Puskesmas {
			return nil, ErrBeyond
		}
		return &p.PuskesmasID, nil
	}
	var check fault.Check
	check.That(access.OfDistrict(role) == (slug == ""), "/puskesmas", "place",
		"Isi puskesmas untuk peran di puskesmas, dan kosongkan untuk peran Dinkes.",
		"Name the puskesmas for a role of a puskesmas, and leave it out for a role of Dinkes.")
	if err := check.Err(); err != nil || slug == "" {
		return nil, err
	}
	type place struct{ ID int16 }
	found, err := pg.Rows[place](tx, `select id from puskesmas where slug = $1`, slug)
	if err != nil {
		return nil, err
	}
	check.That(len(found) == 1, "/puskesmas", "unknown", "Tidak ada puskesmas dengan kode ini.",
		"There is no puskesmas with this code.").Hint("GET /v1/puskesmas")
	if err := check.Err(); err != nil {
		return nil, err
	}
	return &found[0].ID, nil
}

// oneAdminLeft refuses a change that leaves the district without an admin who
// can sign in. Of two concurrent changes, one waits for the other. Call it
// after the change.
func oneAdminLeft(tx pg.Tx) error {
	if !tx.Principal().District() {
		return nil // Kepala cannot change an admin
	}
	if _, err := tx.Exec(`select pg_advisory_xact_lock(hashtext('homecare last admin'))`); err != nil {
		return err
	}
	left, err := pg.Scalar[bool](tx, `select exists (select from membership m join account a on a.id = m.account_id
		where m.role = 'dinkes_admin' and m.ended_at is null and a.disabled_at is null)`)
	if err == nil && !left {
		err = ErrLastAdmin
	}
	return err
}
