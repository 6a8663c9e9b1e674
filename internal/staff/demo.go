package staff

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/signin"
)

// demoNamespace gives the demo accounts the same ids in every development
// database.
var demoNamespace = uuid.MustParse("b2f0c1c8-6d0e-4f5e-9b53-0c8a4f2d7e11")

func demoID(name string) string { return uuid.NewSHA1(demoNamespace, []byte(name)).String() }

// demoStaff are the demo accounts of one puskesmas. The people are invented.
var demoStaff = []struct {
	prefix, name, position, rank, profession string
	role                                     auth.Role
}{
	{"kepala", "Kepala Puskesmas (contoh)", "Kepala UPTD Puskesmas", "Penata Tk. I / III d", "", access.Kepala},
	{"koordinator", "Koordinator Homecare (contoh)", "Koordinator Program", "Penata / III c", "nurse",
		access.Koordinator},
	{"petugas1", "dr. Petugas Satu (contoh)", "Dokter Ahli Pertama", "Penata Muda Tk. I / III b", "physician",
		access.Petugas},
	{"petugas2", "Petugas Dua (contoh), S.Kep., Ns.", "Perawat Ahli Muda", "Penata / III c", "nurse", access.Petugas},
	{"petugas3", "Petugas Tiga (contoh), A.Md.Keb.", "Bidan Terampil", "Pengatur / II c", "midwife", access.Petugas},
}

// DemoSecret is the authenticator secret of every demo account whose role
// requires one. It is printed at the start and gives no access to production,
// which has no demo accounts.
var DemoSecret = []byte("homecare demo secret")

// DemoOTPAuth is DemoSecret as a URI for an authenticator app.
func DemoOTPAuth() string {
	address, err := signin.Otpauth("demo", DemoSecret)
	if err != nil {
		panic(err) // only without a name
	}
	return address
}

// DemoCode is the authenticator code of DemoSecret at t.
func DemoCode(t time.Time) string {
	code, err := signin.CodeAt(DemoSecret, t.Unix()/int64(signin.Period/time.Second))
	if err != nil {
		panic(err) // only for a secret that is not base32
	}
	return code
}

// ErrNotDemo is returned for a database with accounts none of which is a demo
// account: it is an installation's.
var ErrNotDemo = errors.New("this database has accounts, and no demo account: an installation's database gets none")

// SeedDemo creates the demo accounts of a development database: dinkes.admin,
// dinkes.analis, and kepala, koordinator and three petugas per puskesmas. All
// get the same password, and DemoSecret where their role requires a second
// factor. Existing accounts get them again. It returns the number of accounts.
// Errors: ErrNotDemo.
func SeedDemo(ctx context.Context, db *pg.DB, m *crypt.Master, h *auth.Hasher, password string) (int, error) {
	hash, err := h.Hash(ctx, password)
	if err != nil {
		return 0, err
	}
	sealing := m.Derive("totp")
	return pg.System(ctx, db, "demo accounts", func(tx pg.Tx) (int, error) {
		installed, err := pg.Scalar[bool](tx, `select exists (select from account) and not exists (
			select from account where id = $1)`, demoID("dinkes.admin"))
		if err != nil {
			return 0, err
		}
		if installed {
			return 0, ErrNotDemo
		}
		n := 0
		add := func(username, name, position, rank, nip, profession string, role auth.Role, puskesmas *int16) error {
			n++
			account := demoID(username)
			var secret []byte
			if signin.DemandsSecondFactor(string(role)) {
				secret = crypt.Seal(sealing, signin.TotpPlace(account), DemoSecret)
			}
			if _, err := tx.Exec(`insert into account (id, username, name, nip, rank, position, password_hash,
				totp_sealed) values ($1, $2, $3, nullif($4, ''), $5, $6, $7, $8)
				on conflict (id) do update set password_hash = excluded.password_hash,
				totp_sealed = excluded.totp_sealed`,
				account, username, name, nip, rank, position, hash, secret); err != nil {
				return err
			}
			_, err := tx.Exec(`insert into membership (id, account_id, puskesmas_id, role, profession)
				values ($1, $2, $3, $4, $5) on conflict do nothing`,
				demoID(username+"/membership"), account, puskesmas, string(role),
				profession)
			return err
		}
		if err := add("dinkes.admin", "Admin Dinkes (contoh)", "Pengelola Program", "", "", "", access.DinkesAdmin,
			nil); err != nil {
			return n, err
		}
		if err := add("dinkes.analis", "Analis Dinkes (contoh)", "Analis Data", "", "", "", access.DinkesAnalyst,
			nil); err != nil {
			return n, err
		}
		type tenant struct {
			ID   int16
			Slug string
		}
		tenants, err := pg.Rows[tenant](tx, `select id, slug from puskesmas order by id`)
		if err != nil {
			return n, err
		}
		for _, t := range tenants {
			for i, s := range demoStaff {
				nip := fmt.Sprintf("19900101201501%d%03d", 1+i%2, int(t.ID)*10+i)
				if err := add(s.prefix+"."+t.Slug, s.name, s.position, s.rank, nip, s.profession, s.role,
					&t.ID); err != nil {
					return n, err
				}
			}
		}
		return n, nil
	})
}
