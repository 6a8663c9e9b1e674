// Package privacy is what UU 27/2022 asks beyond the walls: break-glass with
// review, requests of persons about their data, and the register of
// breaches with its clock.
package privacy

import (
	"context"
	"strconv"
	"time"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/mail"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Notice is how long there is to answer a person and to tell of a breach: 3x24
// hours (UU 27/2022 art. 6-11, 46).
const Notice = 72 * time.Hour

// Faults of persons whose data must not be used further.
var (
	ErrRestricted = fault.Define(fault.Conflict, "patient.restricted",
		"Pemrosesan data orang ini dibatasi atas permintaannya; kasus dan kunjungan baru tidak dapat dibuat. Lihat permintaan subjek datanya.",
		"Processing of this person's data is restricted at their request; no new case or visit can be made. See their data-subject request.")
	ErrPuskesmas = fault.Define(fault.Invalid, "privacy.puskesmas_unknown",
		"Puskesmas ini tidak dikenal. Pilih dari daftar puskesmas.",
		"This puskesmas is not known. Choose one from the list.").
		Hint("GET /v1/puskesmas")
)

func init() {
	pg.Explain(map[string]error{"patient_restricted": ErrRestricted})
}

// Service is the use cases.
type Service struct {
	db     *pg.DB
	trail  *audit.Trail
	sealer *page.Sealer
	// Mail, when set, tells Kepala of a break-glass; the list tells it anyway.
	Mail mail.Sender
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, trail *audit.Trail, sealer *page.Sealer) *Service {
	return &Service{db: db, trail: trail, sealer: sealer}
}

// ours runs f in the caller's puskesmas, or for Dinkes over its own tables.
func ours[T any](ctx context.Context, db *pg.DB, f func(pg.Tx) (T, error)) (T, error) {
	if p, ok := auth.From(ctx); ok && p.District() {
		return pg.DistrictWrite(ctx, db, f)
	}
	return pg.Tenant(ctx, db, f)
}

func ofDinkes(tx pg.Tx) bool { return tx.Principal().District() }

// bySlug returns the id of a puskesmas. Error: ErrPuskesmas.
func bySlug(tx pg.Tx, slug string) (int16, error) {
	type row struct{ ID int16 }
	found, err := pg.Rows[row](tx, `select id from puskesmas where slug = $1`, slug)
	if err == nil && len(found) == 0 {
		err = ErrPuskesmas
	}
	if err != nil {
		return 0, err
	}
	return found[0].ID, nil
}

type idParams struct {
	ID string `param:"id" json:"-"`
}

// PuskesmasOf reads whose persons an event is about: Dinkes's own events carry
// no tenant.
func PuskesmasOf(body map[string]string) int16 {
	n, _ := strconv.ParseInt(body["puskesmas"], 10, 16) // 0: none
	return int16(n)
}
