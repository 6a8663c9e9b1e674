package patient

import (
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// view is a person as lists read it, numbers still sealed.
type view struct {
	row
	VillageName, MergedInto, VoidReason string
	Sources                             []string
	CreatedAt, UpdatedAt                *time.Time
}

const viewColumns = `p.id, p.name, p.sex, coalesce(p.birth_date::text, '') as birth_date, coalesce(p.birth_weight_g, 0) as birth_weight, coalesce(p.village_code, '') as village,
	coalesce(v.name, '') as village_name, coalesce(p.household_id::text, '') as household_id, coalesce(p.deceased_on::text, '') as deceased_on, p.weak,
	coalesce(p.merged_into_id::text, '') as merged_into, coalesce(p.voided_reason, '') as void_reason, p.created_at, p.updated_at, p.version, p.key_wrapped, p.identity_sealed,
	array(select s.source from patient_source s where s.puskesmas_id = p.puskesmas_id and s.patient_id = p.id order by 1) as sources`

const viewFrom = ` from patient p left join village v on v.code = p.village_code `

// inUse leaves out who was merged or voided.
const inUse = `p.merged_into_id is null and p.voided_reason is null`

func viewsIn(tx pg.Tx, where string, args ...any) ([]homecare.Patient, error) {
	rows, err := pg.Rows[view](tx, `select `+viewColumns+viewFrom+where, args...)
	if err != nil {
		return nil, err
	}
	k, err := tx.Keys()
	if err != nil {
		return nil, err
	}
	out := make([]homecare.Patient, len(rows))
	for i, w := range rows {
		r, err := w.open(k)
		if err != nil {
			return nil, err
		}
		p := r.Masked()
		p.VillageName, p.MergedInto, p.VoidReason, p.Sources, p.CreatedAt, p.UpdatedAt = w.VillageName, w.MergedInto, w.VoidReason, w.Sources, w.CreatedAt, w.UpdatedAt
		out[i] = p
	}
	return out, nil
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

func oneIn(tx pg.Tx, id string) (homecare.Patient, error) {
	list, err := viewsIn(tx, `where p.id = $1`, id)
	if err == nil && len(list) == 0 {
		err = notFound
	}
	if err != nil {
		return homecare.Patient{}, err
	}
	return list[0], nil
}

// nameKey is where a list by name stands: after this person.
type nameKey struct {
	ID string `json:"i"`
}

func listed(tx pg.Tx, in listParams, bornFrom, bornTo string, k nameKey) ([]homecare.Patient, error) {
	return viewsIn(tx, `where (p.name_search, p.id) > (coalesce((select name_search from patient where id = $1), ''), $1) and `+inUse+`
		and ($2 = '' or p.village_code = $2) and ($3 = '' or p.sex = $3)
		and ($4 = '' or exists (select from patient_source s where s.puskesmas_id = p.puskesmas_id and s.patient_id = p.id and s.source = $4))
		and ($5 = '' or p.birth_date >= nullif($5, '')::date) and ($6 = '' or p.birth_date <= nullif($6, '')::date)
		and ($7 = '' or exists (select from patient_score r where r.puskesmas_id = p.puskesmas_id and r.patient_id = p.id and r.risks @> array[$7::text] and not ($8 and r.sensitive_risks @> array[$7::text])))
		order by p.name_search, p.id limit $9`, k.ID, in.Village, in.Sex, in.Source, bornFrom, bornTo, in.Risk, HidesSensitive(tx), in.Rows())
}

// found looks persons up; name is a beginning.
func found(tx pg.Tx, column string, index []byte, name, birth string, limit int) ([]homecare.Patient, error) {
	if column != "" {
		return viewsIn(tx, `where p.`+column+` = $1 and `+inUse+` order by p.name_search, p.id limit $2`, index, limit)
	}
	if name == "" {
		return viewsIn(tx, `where p.birth_date = $1::text::date and `+inUse+` order by p.name_search, p.id limit $2`, birth, limit)
	}
	// A range over the index in C order; the end is above every letter.
	return viewsIn(tx, `where p.name_search >= lower($1) and p.name_search < lower($1) || U&'\+10FFFF' and ($2 = '' or p.birth_date = nullif($2, '')::date) and `+inUse+`
		order by p.name_search, p.id limit $3`, name, birth, limit)
}

// householdOf returns the family with this index of the KK, made when new.
func householdOf(tx pg.Tx, kk []byte, village string) (string, error) {
	return pg.Scalar[string](tx, `insert into household (puskesmas_id, id, kk_index, village_code, created_at) values ($1, $2, $3, nullif($4, ''), $5)
		on conflict on constraint household_kk_uq do update set village_code = coalesce(household.village_code, excluded.village_code) returning id::text`,
		tx.Principal().PuskesmasID, uuid.Must(uuid.NewV7()).String(), kk, village, tx.Now())
}

// noOpenCase holds the person and returns ErrOpenCase when a case is open.
func noOpenCase(tx pg.Tx, id string) error {
	open, err := pg.Scalar[bool](tx, `select exists (select from care_case where patient_id = $1 and state in ('proposed', 'approved', 'active', 'terminating'))`, id)
	if err == nil && open {
		return ErrOpenCase
	}
	return err
}

func sourcesOf(tx pg.Tx, id, lang string) ([]homecare.PatientSource, error) {
	return pg.Rows[homecare.PatientSource](tx, `select s.source, coalesce(case when $2 = 'en' then i.label_en else i.label_id end,
			case when s.source <> 'walk_in' then s.source when $2 = 'en' then 'Came without a file' else 'Datang langsung' end) as label, s.first_seen, s.last_seen,
			coalesce(s.first_import_id::text, '') as first_import_id, coalesce(s.last_import_id::text, '') as last_import_id
		from patient_source s left join reference_item i on i.list = 'data_source' and i.code = s.source
		where s.patient_id = $1 order by s.first_seen, s.source`, id, lang)
}

// timeKey is where a timeline stands.
type timeKey struct {
	At time.Time `json:"a"`
	ID string    `json:"i"`
}

// timelineOf reads what is known of a person and of those merged into them.
// viewer narrows cases and visits to the teams of a petugas; hide leaves out
// sensitive facts.
func timelineOf(tx pg.Tx, id string, viewer *string, hide bool, k timeKey, limit int) ([]homecare.TimelineEntry, error) {
	return pg.Rows[homecare.TimelineEntry](tx, `
		with me as (select id from patient where id = $1 or merged_into_id = $1),
		mine as (select c.id, c.programme_code, c.state, c.proposed_at from care_case c where c.patient_id in (select id from me)
			and ($2::uuid is null or exists (select from team_member m where m.puskesmas_id = c.puskesmas_id and m.team_id = c.team_id and m.account_id = $2 and m.left_at is null))),
		entries as (
			select 'source:' || s.source as id, s.first_seen as at, 'source' as kind, s.source as code, '' as state, null::float8 as value, '' as text, '' as unit, s.source, false as undated
				from patient_source s where s.patient_id = $1
			union all
			select f.digest::text, coalesce(f.observed_at, f.recorded_at), 'fact', f.code, '', f.value, f.text, f.unit, f.source, f.observed_at is null
				from patient_fact f where f.patient_id = $1 and not (f.sensitive and $3)
			union all
			select id::text, proposed_at, 'case', programme_code, state, null, '', '', '', false from mine
			union all
			select v.id::text, coalesce(v.arrived_at, v.planned_for), 'visit', v.kind, v.state, null, '', '', '', false from visit v where v.case_id in (select id from mine))
		select * from entries where (at, id) < ($4, $5) order by at desc, id desc limit $6`, id, viewer, hide, k.At, k.ID, limit)
}
