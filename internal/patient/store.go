package patient

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

const viewColumns = `p.id, p.name, p.sex, coalesce(p.birth_date::text, ''), p.birth_date_estimated, coalesce(p.village_code, ''), coalesce(v.name, ''), coalesce(p.household_id::text, ''),
	coalesce(p.deceased_on::text, ''), p.weak, coalesce(p.merged_into_id::text, ''), coalesce(p.voided_reason, ''), p.destroyed_at, p.created_at, p.updated_at, p.version, p.restricted_at is not null,
	array(select s.source from patient_source s where s.puskesmas_id = p.puskesmas_id and s.patient_id = p.id order by 1), p.key_wrapped, p.identity_sealed`

const selectViews = `select ` + viewColumns + ` from patient p left join village v on v.code = p.village_code `

// inUse leaves out who was merged, voided or destroyed.
const inUse = `p.merged_into_id is null and p.voided_reason is null and p.destroyed_at is null`

// collectViews reads rows of selectViews, masked; about as many as expected.
// It scans by hand: this is the hottest list, and matching columns to fields
// per row doubles its cost.
func collectViews(k crypt.Tenant, expected int) func(pgx.Rows) ([]homecare.Patient, error) {
	return func(rows pgx.Rows) ([]homecare.Patient, error) {
		defer rows.Close()
		out := make([]homecare.Patient, 0, expected)
		var wrapped, sealed pgtype.DriverBytes // no copy: valid until the next row
		for rows.Next() {
			var p homecare.Patient
			if err := rows.Scan(&p.ID, &p.Name, &p.Sex, &p.BirthDate, &p.BirthDateEstimated, &p.Village, &p.VillageName, &p.HouseholdID, &p.DeceasedOn, &p.Weak,
				&p.MergedInto, &p.VoidReason, &p.DestroyedAt, &p.CreatedAt, &p.UpdatedAt, &p.Version, &p.Restricted, &p.Sources, &wrapped, &sealed); err != nil {
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

// views is viewsIn in a single round trip of its own.
func (s *Service) views(ctx context.Context, expected int, where string, args ...any) ([]homecare.Patient, error) {
	who, _ := auth.From(ctx)
	if who.PuskesmasID == 0 {
		return pg.Tenant(ctx, s.db, func(pg.Tx) ([]homecare.Patient, error) { return nil, nil }) // says what is wrong
	}
	k, err := s.db.Keys().For(who.PuskesmasID)
	if err != nil { // the session may not be of that puskesmas: that is asked first
		return pg.Tenant(ctx, s.db, func(pg.Tx) ([]homecare.Patient, error) { return nil, err })
	}
	return pg.Read(ctx, s.db, selectViews+where, args, collectViews(k, expected))
}

// MaskedIn returns the persons with these ids as lists show them, by id;
// merged and voided ones too.
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

// QueueMaskedIn asks for the persons with these ids as MaskedIn returns them;
// put gets each once the batch was sent.
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

// nameKey is where a list by name stands: after this person. A cursor holds no
// name.
type nameKey struct {
	ID string `json:"i"`
}

// filter is what a list is narrowed by; empty fields narrow nothing.
type filter struct {
	village, sex, source, risk, bornFrom, bornTo string
	hideSensitive                                bool
	after                                        nameKey
	limit                                        int
}

func (f filter) where() (string, []any) {
	var w pg.Where
	w.And(inUse)
	// No coalesce around the sub-select: it would keep the keyset from the index.
	w.Given(`(p.name_search, p.id) > ((select name_search from patient where id = $), $)`, f.after.ID)
	w.Given(`p.village_code = $`, f.village)
	w.Given(`p.sex = $`, f.sex)
	w.Given(`exists (select from patient_source s where s.puskesmas_id = p.puskesmas_id and s.patient_id = p.id
		and s.source = $)`, f.source)
	w.Given(`p.birth_date >= $::text::date`, f.bornFrom)
	w.Given(`p.birth_date <= $::text::date`, f.bornTo)
	shown := ""
	if f.hideSensitive {
		shown = ` and not r.sensitive_risks @> array[$::text]`
	}
	w.Given(`exists (select from patient_score r where r.puskesmas_id = p.puskesmas_id and r.patient_id = p.id
		and r.risks @> array[$::text]`+shown+`)`, f.risk)
	// As text: for an unknown limit PostgreSQL guesses a tenth of the rows, finds
	// that plan dear and plans every call anew.
	return w.SQL() + ` order by p.name_search, p.id limit ` + strconv.Itoa(f.limit), w.Args
}

// found looks persons up, also by what a record said that was merged into
// theirs; name is a beginning.
func found(tx pg.Tx, column string, index []byte, name, birth string, limit int) ([]homecare.Patient, error) {
	said, args := `x.birth_date = $2::text::date`, []any{limit, birth}
	switch {
	case column != "":
		said, args = `x.`+column+` = $2`, []any{limit, index}
	case name != "":
		// A range over the index in C order; the end is above every letter.
		said = `x.name_search >= lower($3) and x.name_search < lower($3) || U&'\+10FFFF' and ($2 = '' or x.birth_date = nullif($2, '')::date)`
		args = append(args, name)
	}
	const inOrder = ` order by p.name_search, p.id limit $1`
	list, err := viewsIn(tx, `where `+strings.ReplaceAll(said, "x.", "p.")+` and `+inUse+inOrder, args...)
	if err != nil || len(list) == limit {
		return list, err
	}
	merged, err := viewsIn(tx, `where p.id in (select x.merged_into_id from patient x where x.merged_into_id is not null and `+said+`)
		and `+inUse+inOrder, args...)
	for _, m := range merged {
		if len(list) < limit && !slices.ContainsFunc(list, func(p homecare.Patient) bool { return p.ID == m.ID }) {
			list = append(list, m)
		}
	}
	return list, err
}

// householdOf returns the family with this index of the KK, made when new.
func householdOf(tx pg.Tx, kk []byte, village string) (string, error) {
	return pg.Scalar[string](tx, `insert into household (puskesmas_id, id, kk_index, village_code, created_at) values ($1, $2, $3, nullif($4, ''), $5)
		on conflict on constraint household_kk_uq do update set village_code = coalesce(household.village_code, excluded.village_code) returning id::text`,
		tx.Principal().PuskesmasID, uuid.Must(uuid.NewV7()).String(), kk, village, tx.Now())
}

// noOpenCase holds the person and returns ErrOpenCase when a case is open.
func noOpenCase(tx pg.Tx, id string) error {
	open, err := pg.Scalar[bool](tx, `select exists (select from care_case where patient_id = $1 and state in `+access.OpenCase+`)`, id)
	if err == nil && open {
		return ErrOpenCase
	}
	return err
}

func sourcesOf(tx pg.Tx, id, lang string) ([]homecare.PatientSource, error) {
	return pg.Rows[homecare.PatientSource](tx, `select s.source, source_label(s.source, $2) as label, s.first_seen, s.last_seen,
			coalesce(s.first_import_id::text, '') as first_import_id, coalesce(s.last_import_id::text, '') as last_import_id
		from patient_source s where s.patient_id = $1 order by s.first_seen, s.source`, id, lang)
}

// timeKey is where a timeline stands.
type timeKey struct {
	At time.Time `json:"a"`
	ID string    `json:"i"`
}

// timelineOf reads what is known of a person and of those merged into them.
// hide leaves out sensitive facts.
func timelineOf(tx pg.Tx, id string, hide bool, k timeKey, limit int) ([]homecare.TimelineEntry, error) {
	return pg.Rows[homecare.TimelineEntry](tx, `
		with me as (select id from patient where id = $1 or merged_into_id = $1),
		mine as (select c.id, c.programme_code, c.state, c.proposed_at from care_case c
			where c.patient_id in (select id from me) and `+access.Case("c")+`),
		entries as (
			select 'source:' || s.source as id, s.first_seen as at, 'source' as kind, s.source as code, '' as state, null::float8 as value, '' as text, '' as unit, s.source, false as undated
				from patient_source s where s.patient_id = $1
			union all
			select f.digest::text, coalesce(f.observed_at, f.recorded_at), 'fact', f.code, '', f.value, f.text, f.unit, f.source, f.observed_at is null
				from patient_fact f where f.patient_id = $1 and not (f.sensitive and $2)
			union all
			select id::text, proposed_at, 'case', programme_code, state, null, '', '', '', false from mine
			union all
			select v.id::text, coalesce(v.arrived_at, v.planned_for), 'visit', v.kind, v.state, null, '', '', '', false from visit v where v.case_id in (select id from mine))
		select * from entries where (at, id) < ($3, $4)
			order by at desc, id desc limit $5`, id, hide, k.At, k.ID, limit)
}
