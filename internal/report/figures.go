package report

import (
	"fmt"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// figureSet computes one table of a report for a programme and the half-open
// range of a business month. The SQL gives code, label and one bigint per
// column; $1 programme, $2 and $3 the range, $4 the language.
type figureSet struct {
	columns columnHeads
	sql     string
}

// columnHeads holds column heads in both languages.
type columnHeads struct{ ID, EN []string }

// figureSets are what a template's sections may name. A visit belongs to the
// month in which the team arrived, else for which it was planned.
var figureSets = map[string]figureSet{
	"targets_by_source": {
		columns: columnHeads{[]string{"Sasaran"}, []string{"Targets"}},
		sql: `select s.source as code, coalesce(max(case when $4 = 'en' then i.label_en else i.label_id end), s.source) as label, array[count(distinct s.patient_id)] as values
			from patient_source s join patient p on p.puskesmas_id = s.puskesmas_id and p.id = s.patient_id
			left join reference_item i on i.list = 'data_source' and i.code = s.source
			where p.merged_into_id is null and p.voided_reason is null and $1 <> '' and s.first_seen < $3 and $2::timestamptz is not null
			group by s.source order by s.source`,
	},
	"cases": {
		columns: columnHeads{[]string{"Jumlah"}, []string{"Number"}},
		sql: `with c as (select * from counted_case where programme_code = $1)
			select * from (values
				('proposed', case when $4 = 'en' then 'Proposed' else 'Diusulkan' end, array[(select count(*) from c where proposed_at >= $2 and proposed_at < $3)]),
				('approved', case when $4 = 'en' then 'Approved' else 'Disetujui' end, array[(select count(*) from c where decided_at >= $2 and decided_at < $3 and state <> 'rejected')]),
				('rejected', case when $4 = 'en' then 'Rejected' else 'Ditolak' end, array[(select count(*) from c where decided_at >= $2 and decided_at < $3 and state = 'rejected')]),
				('activated', case when $4 = 'en' then 'Care begun' else 'Mulai dilayani' end, array[(select count(*) from c where activated_at >= $2 and activated_at < $3)]),
				('active', case when $4 = 'en' then 'In care at the end of the month' else 'Dilayani pada akhir bulan' end,
					array[(select count(*) from c where activated_at < $3 and (terminated_at is null or terminated_at >= $3))])
			) v(code, label, values)`,
	},
	"visits_by_village": {
		columns: columnHeads{[]string{"Direncanakan", "Terlaksana", "Tidak bertemu", "Dibatalkan", "Dijadwal ulang"}, []string{"Planned", "Completed", "Missed", "Cancelled", "Rescheduled"}},
		sql: `select w.code, w.name as label, array[count(*) filter (where not v.unplanned), count(*) filter (where v.state = 'completed'), count(*) filter (where v.state = 'missed'),
				count(*) filter (where v.state = 'cancelled'), count(*) filter (where v.state = 'rescheduled')] as values
			from counted_visit v join stop s on s.puskesmas_id = v.puskesmas_id and s.id = v.stop_id
				join village w on w.code = s.village_code
			where v.programme_code = $1 and coalesce(v.arrived_at, v.planned_for) >= $2 and coalesce(v.arrived_at, v.planned_for) < $3 and $4 <> ''
			group by w.code, w.name order by w.name, w.code`,
	},
	"visits_by_service": {
		columns: columnHeads{[]string{"Kunjungan"}, []string{"Visits"}},
		sql: `select t.code, case when $4 = 'en' then t.label_en else t.label_id end as label, array[count(v.id)] as values
			from service_type t
			left join (visit_service vs join counted_visit v on v.puskesmas_id = vs.puskesmas_id
				and v.id = vs.visit_id and v.state = 'completed'
				and v.programme_code = $1 and v.arrived_at >= $2 and v.arrived_at < $3) on vs.type = t.code
			group by t.code, t.label_id, t.label_en, t.sop_item order by t.sop_item`,
	},
	"patients_by_age": {
		columns: columnHeads{[]string{"Laki-laki", "Perempuan", "Tidak tercatat"}, []string{"Male", "Female", "Not recorded"}},
		sql: `with seen as (select p.id, p.sex, min(extract(year from age((v.arrived_at at time zone 'Asia/Makassar')::date, p.birth_date)))::int as age
				from counted_visit v join patient p on p.puskesmas_id = v.puskesmas_id and p.id = v.patient_id
				where v.programme_code = $1 and v.state = 'completed' and v.arrived_at >= $2 and v.arrived_at < $3 group by p.id, p.sex),
			bands(code, label_id, label_en, low, high, sort) as (values ('y0_4', '0-4 tahun', '0-4 years', 0, 4, 1), ('y5_14', '5-14 tahun', '5-14 years', 5, 14, 2),
				('y15_44', '15-44 tahun', '15-44 years', 15, 44, 3), ('y45_59', '45-59 tahun', '45-59 years', 45, 59, 4), ('y60_up', '60 tahun ke atas', '60 years and over', 60, 200, 5),
				('unknown', 'Umur tidak diketahui', 'Age unknown', -1, -1, 6))
			select b.code, case when $4 = 'en' then b.label_en else b.label_id end as label,
				array[count(s.id) filter (where s.sex = 'male'), count(s.id) filter (where s.sex = 'female'), count(s.id) filter (where s.sex = 'unknown')] as values
			from bands b left join seen s on coalesce(s.age, -1) between b.low and b.high group by b.code, b.label_id, b.label_en, b.sort order by b.sort`,
	},
	"top_diagnoses": {
		columns: columnHeads{[]string{"Kunjungan"}, []string{"Visits"}},
		// Sensitive diagnoses (HIV, STI, mental) stand in no table of small counts.
		sql: `select d.code, case when $4 = 'en' then c.name_en else c.name_id end as label, array[count(*)] as values
			from visit_diagnosis d join counted_visit v on v.puskesmas_id = d.puskesmas_id and v.id = d.visit_id
				join diagnosis_code c on c.code = d.code
			where v.programme_code = $1 and v.state = 'completed' and v.arrived_at >= $2 and v.arrived_at < $3 and not c.sensitive
			group by d.code, c.name_id, c.name_en order by count(*) desc, d.code limit 10`,
	},
	"endings": {
		columns: columnHeads{[]string{"Kasus"}, []string{"Cases"}},
		sql: `select i.code, case when $4 = 'en' then i.label_en else i.label_id end as label,
				array[(select count(*) from counted_case c where c.programme_code = $1 and c.ending = i.code
					and c.state = 'terminated' and c.terminated_at >= $2 and c.terminated_at < $3)] as values
			from reference_item i where i.list = 'termination_reason' and i.code <> 'administrative' order by i.sort`,
	},
	"follow_ups": {
		columns: columnHeads{[]string{"Jumlah"}, []string{"Number"}},
		sql: `with f as (select f.*, v.arrived_at from follow_up f
			join counted_visit v on v.puskesmas_id = f.puskesmas_id and v.id = f.visit_id
				where v.programme_code = $1 and v.arrived_at >= $2 and v.arrived_at < $3)
			select * from (values
				('opened', case when $4 = 'en' then 'Opened' else 'Dibuat' end, array[(select count(*) from f)]),
				('handed_over', case when $4 = 'en' then 'Handed to another unit' else 'Diserahkan ke unit lain' end, array[(select count(*) from f where state in ('handed_over', 'answered'))]),
				('done', case when $4 = 'en' then 'Done' else 'Selesai' end, array[(select count(*) from f where state = 'done')])
			) x(code, label, values)`,
	},
	"visits_by_profession": {
		columns: columnHeads{[]string{"Kunjungan"}, []string{"Visits"}},
		sql: `select m.profession as code, coalesce(max(case when $4 = 'en' then i.label_en else i.label_id end), m.profession) as label, array[count(*)] as values
			from counted_visit v join care_case c on c.puskesmas_id = v.puskesmas_id and c.id = v.case_id
			join stop_member sm on sm.puskesmas_id = v.puskesmas_id and sm.stop_id = v.stop_id
			join team_member m on m.puskesmas_id = c.puskesmas_id and m.team_id = c.team_id and m.account_id = sm.account_id
			left join reference_item i on i.list = 'profession' and i.code = m.profession
			where v.programme_code = $1 and v.state = 'completed' and v.arrived_at >= $2 and v.arrived_at < $3
			group by m.profession order by m.profession`,
	},
	"education": {
		columns: columnHeads{[]string{"Jumlah"}, []string{"Number"}},
		sql: `with e as (select participants from education_session where programme_code = $1
				and held_on >= ($2::timestamptz at time zone 'Asia/Makassar')::date and held_on < ($3::timestamptz at time zone 'Asia/Makassar')::date)
			select * from (values
				('sessions', case when $4 = 'en' then 'Sessions' else 'Kegiatan penyuluhan' end, array[(select count(*) from e)]),
				('participants', case when $4 = 'en' then 'Participants' else 'Peserta' end, array[(select coalesce(sum(participants), 0) from e)])
			) x(code, label, values)`,
	},
}

// section is one entry of a template.
type section struct {
	Figures string `json:"figures"`
	TitleID string `json:"title_id"`
	TitleEN string `json:"title_en"`
}

// compute fills a template's tables from the records of a month.
func compute(tx pg.Tx, t template, programme, month, lang string) (homecare.ReportFigures, error) {
	from, to, err := clock.MonthBounds(month)
	if err != nil {
		return homecare.ReportFigures{}, err
	}
	out := homecare.ReportFigures{Title: pick(lang, t.TitleID, t.TitleEN), Sections: []homecare.ReportSection{}}
	for _, sec := range t.Sections {
		set, ok := figureSets[sec.Figures]
		if !ok {
			return out, fmt.Errorf("report template %s names the unknown figures %q", t.Code, sec.Figures)
		}
		rows, err := pg.Rows[homecare.ReportRow](tx, set.sql, programme, from, to, lang)
		if err != nil {
			return out, fmt.Errorf("figures %s: %w", sec.Figures, err)
		}
		columns := set.columns.ID
		if lang == "en" {
			columns = set.columns.EN
		}
		out.Sections = append(out.Sections, homecare.ReportSection{Figures: sec.Figures, Title: pick(lang, sec.TitleID, sec.TitleEN), Columns: columns, Rows: rows})
	}
	return out, nil
}

func pick(lang, id, en string) string {
	if lang == "en" {
		return en
	}
	return id
}
