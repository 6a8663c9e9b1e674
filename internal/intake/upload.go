package intake

import (
	"context"
	"encoding/hex"
	"errors"
	"time"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/source"
	"github.com/balangan/homecare/pkg/homecare"
)

// Upload reads a file for preview and changes nothing in the registry (SOP HS
// 5a). Uploading the same file again returns the existing import. Errors: ErrFileRefused,
// fault.ErrInvalid, pg.ErrBusy.
func (s *Service) Upload(ctx context.Context, in uploadParams) (homecare.Import, error) {
	asOf := clock.Now(ctx)
	if in.AsOf != "" && in.AsOf != clock.Day(asOf) {
		day, _, err := clock.DayBounds(in.AsOf)
		if err != nil || day.After(asOf) {
			return homecare.Import{}, fault.ErrInvalid.At(fault.Field{Pointer: "/as_of", Code: "future",
				Text: fault.Text{ID: "Tidak boleh di masa depan.", EN: "This must not be in the future."}})
		}
		asOf = day.Add(12 * time.Hour)
	}
	if in.DataSource == "" {
		in.DataSource = dataSource(source.Code(in.Source))
	}
	who, _ := auth.From(ctx)
	if who.PuskesmasID == 0 {
		return pg.Tenant(ctx, s.db, func(pg.Tx) (homecare.Import, error) { return homecare.Import{}, nil }) // says why
	}
	k, err := s.db.Keys().For(who.PuskesmasID)
	if err != nil {
		return homecare.Import{}, err
	}
	hash := fileHash(k, in.NewImport)
	file, err := s.parse(ctx, who.PuskesmasID, in.NewImport, asOf, hash)
	if err != nil {
		return homecare.Import{}, err
	}
	in.File = nil // the file is read; this frees its bytes
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Import, error) {
		// Two uploads of one file wait for each other here.
		if _, err := tx.Exec(`select pg_advisory_xact_lock(hashtextextended($1, 0))`,
			hex.EncodeToString(hash)); err != nil {
			return homecare.Import{}, err
		}
		id, err := pg.Scalar[string](tx, `select id::text `+sameFile, hash)
		if err == nil {
			before, err := importIn(tx, id)
			before.AlreadyImported = true
			return before, err
		}
		if !errors.Is(err, fault.ErrNotFound) {
			return homecare.Import{}, err
		}
		if file == nil { // the earlier import was discarded at the same time
			return homecare.Import{}, pg.ErrBusy
		}
		return s.preview(tx, k, in.NewImport, file, asOf, hash)
	})
}
