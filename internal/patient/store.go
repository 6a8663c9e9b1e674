package patient

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

const viewColumns = `p.id, p.name, p.sex, coalesce(p.birth_date::text, ''), p.birth_date_estimated,
	coalesce(p.village_code, ''), coalesce(v.name, ''), coalesce(p.household_id::text, ''),
	coalesce(p.deceased_on::text, ''), p.weak, coalesce(p.merged_into_id::text, ''), coalesce(p.voided_reason, ''),
	p.destroyed_at, p.created_at, p.changed_at, p.version, p.restricted_at is not null,
	array(select s.source from patient_source s where s.puskesmas_id = p.puskesmas_id and s.patient_id = p.id
	order by 1), p.key_wrapped, p.identity_sealed`

const selectViews = `select ` + viewColumns + ` from patient p left join village v on v.code = p.village_code `

// inUse excludes merged, voided and destroyed persons.
const inUse = `p.merged_into_id is null and p.voided_reason is null and p.destroyed_at is null`

// collectViews reads rows of selectViews, masked; expected is the likely
// number. It scans by hand: this is the most used list, and matching columns to
// fields per row doubles its cost.
func collectViews(k crypt.Tenant, expected int) func(pgx.Rows) ([]homecare.Patient, error) {
	return func(rows pgx.Rows) ([]homecare.Patient, error) {
		defer rows.Close()
		out := make([]homecare.Patient, 0, expected)
		var wrapped, sealed pgtype.DriverBytes // no copy: valid until the next row
		for rows.Next() {
			var p homecare.Patient
			if err := rows.Scan(&p.ID, &p.Name, &p.Sex, &p.BirthDate, &p.BirthDateEstimated, &p.Village, &p.VillageName,
				&p.HouseholdID, &p.DeceasedOn, &p.Weak,
				&p.MergedInto, &p.VoidReason, &p.DestroyedAt, &p.CreatedAt, &p.UpdatedAt, &p.Version, &p.Restricted,
				&p.Sources, &wrapped, &sealed); err != nil {
				return nil, err
			}
			_, n, err := unseal(k, p.ID, wrapped, sealed)
			if err != nil {
				return nil, err
			}
			mask(&p, n)
			out = append(out, p)
		}
		return out, rows.Err()
	}
}

func viewsIn(tx pg.Tx, where string, args ...any) ([]homecare.Patient, error) {
	k, err := tx.Keys()
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(selectViews+where, args...)
	if err != nil {
		return nil, err
	}
	return collectViews(k, 8)(rows)
}

// views reads rows of selectViews in a separate round trip.
func (s *Service) views(ctx context.Context, expected int, query string, args ...any) ([]homecare.Patient, error) {
	who, _ := auth.From(ctx)
	if who.PuskesmasID == 0 {
		return pg.Tenant(ctx, s.db, func(pg.Tx) ([]homecare.Patient, error) { return nil, nil }) // says why
	}
	k, err := s.db.Keys().For(who.PuskesmasID)
	if err != nil { // the session may belong to another puskesmas: that error comes first
		return pg.Tenant(ctx, s.db, func(pg.Tx) ([]homecare.Patient, error) { return nil, err })
	}
	return pg.Read(ctx, s.db, query, args, collectViews(k, expected))
}

// MaskedIn returns the persons with these ids as lists show them, by id,
// including merged and voided ones.
func MaskedIn(tx pg.Tx, ids []string) (map[string]homecare.Patient, error) {
	list, err := viewsIn(tx, `where p.id = any($1::uuid[])`, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]homecare.Patient, len(list))
	for _, p := range list {
		byID[p.ID] = p
	}
	return byID, nil
}

// QueueMaskedIn queues the read of the persons with these ids as MaskedIn
// returns them. put receives each once the batch was sent.
func QueueMaskedIn(tx pg.Tx, b *pgx.Batch, ids []string, put func(homecare.Patient)) error {
	k, err := tx.Keys()
	if err != nil {
		return err
	}
	b.Queue(selectViews+`where p.id = any($1::uuid[])`, ids).Query(func(rows pgx.Rows) error {
		list, err := collectViews(k, len(ids))(rows)
		for _, p := range list {
			put(p)
		}
		return err
	})
	return nil
}

func oneIn(tx pg.Tx, id string) (homecare.Patient, error) {
	return first(viewsIn(tx, `where p.id = $1`, id))
}

func first(list []homecare.Patient, err error) (homecare.Patient, error) {
	if err == nil && len(list) == 0 {
		err = notFound
	}
	if err != nil {
		return homecare.Patient{}, err
	}
	return list[0], nil
}

// noOpenCase locks the person and returns ErrOpenCase when a case is open.
func noOpenCase(tx pg.Tx, id string) error {
	open, err := pg.Scalar[bool](tx, `select exists (select from care_case where patient_id = $1 and state in `+
		access.OpenCase+`)`, id)
	if err == nil && open {
		return ErrOpenCase
	}
	return err
}
