package report

import (
	"fmt"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// figureSet computes one table of a report for a programme and the half-open
// range of days of a business month. The SQL returns code, label and one bigint
// per column. $1 is the programme, $2 and $3 the days, $4 the language.
type figureSet struct {
	columns columnHeads
	sql     string
	top     int // shows only the top rows; 0: all
}

// columnHeads holds column heads in both languages.
type columnHeads struct{ ID, EN []string }

// figureSets are the tables that a template's sections may name. Each fact
// counts on one day: visit.counts_on, the days of counted_case,
// counted_act.happened_on, education_session.held_on.
var figureSets = map[string]figureSet{
	"targets_by_source": {
		columns: columnHeads{[]string{"Sasaran"}, []string{"Targets"}},
		sql: `select s.source as code, source_label(s.source, $4) as label, array[count(distinct s.patient_id)] as
			values
			from patient_source s join patient p on p.puskesmas_id = s.puskesmas_id and p.id = s.patient_id
			where p.merged_into_id is null and p.voided_reason is null and $1 <> ''
			and (s.first_seen at time zone 'Asia/Makassar')::date < $3::text::date
				and (p.deceased_on is null or p.deceased_on >= $2::text::date)
			group by s.source order by s.source`,
	},
	"cases": {
		columns: columnHeads{[]string{"Jumlah"}, []string{"Number"}},
		// Where the SOP needs no approval there is no decision: the proposal is
		// the approval.
		sql: `with c as (select c.*, case when s.approval = 'none' then c.proposed_on else c.decided_on end as
			approved_on
				from counted_case c join sop_version s on s.id = c.sop_version_id where c.programme_code = $1)
			select * from (values
				('proposed', case when $4 = 'en' then 'Proposed' else 'Diusulkan' end, array[(select count(*) from c
				where proposed_on >= $2::text::date and proposed_on < $3::text::date)]),
				('approved', case when $4 = 'en' then 'Approved' else 'Disetujui' end, array[(select count(*) from c
				where approved_on >= $2::text::date and approved_on < $3::text::date and state <> 'rejected')]),
				('rejected', case when $4 = 'en' then 'Rejected' else 'Ditolak' end, array[(select count(*) from c
				where decided_on >= $2::text::date and decided_on < $3::text::date and state = 'rejected')]),
				('activated', case when $4 = 'en' then 'Care begun' else 'Mulai dilayani' end,
				array[(select count(*) from c where activated_on >= $2::text::date and activated_on < $3::text::date)]),
				('active', case when $4 = 'en' then 'In care at the end of the month' else 'Dilayani pada akhir bulan'
				end,
					array[(select count(*) from c where activated_on < $3::text::date
					and not (state = 'terminated' and ended_on < $3::text::date))])
			) v(code, label, values)`,
	},
	"visits_by_village": {
		columns: columnHeads{[]string{"Direncanakan", "Terlaksana", "Tidak bertemu", "Dibatalkan", "Dijadwal ulang"},
			[]string{"Planned", "Completed", "Missed", "Cancelled", "Rescheduled"}},
		sql: `select w.code, w.name as label, array[count(*) filter (where not v.unplanned
			and v.state <> 'rescheduled'), count(*) filter (where v.state = 'completed'),
			count(*) filter (where v.state = 'missed'),
				count(*) filter (where v.state = 'cancelled'), count(*) filter (where v.state = 'rescheduled')] as
				values
			from counted_visit v join stop s on s.puskesmas_id = v.puskesmas_id and s.id = v.stop_id
				join village w on w.code = s.village_code
			where v.programme_code = $1 and v.counts_on >= $2::text::date and v.counts_on < $3::text::date and $4 <> ''
			group by w.code, w.name order by w.name, w.code`,
	},
	"visits_by_service": {
		columns: columnHeads{[]string{"Kunjungan"}, []string{"Visits"}},
		sql: `select t.code, case when $4 = 'en' then t.label_en else t.label_id end as label, array[count(v.id)] as
			values
			from service_type t
			left join (visit_service vs join counted_visit v on v.puskesmas_id = vs.puskesmas_id
				and v.id = vs.visit_id and v.state = 'completed'
				and v.programme_code = $1 and v.counts_on >= $2::text::date and v.counts_on < $3::text::date) on vs.type
				= t.code
			group by t.code, t.label_id, t.label_en, t.sop_item order by t.sop_item`,
	},
	"patients_by_age": {
		columns: columnHeads{[]string{"Laki-laki", "Perempuan", "Tidak tercatat"},
			[]string{"Male", "Female", "Not recorded"}},
		sql: `with seen as (select p.id, p.sex, 
					min(case when v.counts_on >= p.birth_date then extract(year from age(v.counts_on, p.birth_date))
					end)::int as age
				from counted_visit v join patient p on p.puskesmas_id = v.puskesmas_id and p.id = v.patient_id
				where v.programme_code = $1 and v.state = 'completed' and v.counts_on >= $2::text::date
				and v.counts_on < $3::text::date group by p.id, p.sex),
			bands(code, label_id, label_en, low, high, sort) as (values ('y0_4', '0-4 tahun', '0-4 years', 0, 4, 1),
			('y5_14', '5-14 tahun', '5-14 years', 5, 14, 2),
				('y15_44', '15-44 tahun', '15-44 years', 15, 44, 3), ('y45_59', '45-59 tahun', '45-59 years', 45, 59,
				4), ('y60_up', '60 tahun ke atas', '60 years and over', 60, 200, 5),
				('unknown', 'Umur tidak diketahui', 'Age unknown', -1, -1, 6))
			select b.code, case when $4 = 'en' then b.label_en else b.label_id end as label,
				array[count(s.id) filter (where s.sex = 'male'), count(s.id) filter (where s.sex = 'female'),
				count(s.id) filter (where s.sex = 'unknown')] as values
			from bands b left join seen s on coalesce(s.age, -1) between b.low and b.high group by b.code, b.label_id,
			b.label_en, b.sort order by b.sort`,
	},
	"top_diagnoses": {
		columns: columnHeads{[]string{"Kunjungan"}, []string{"Visits"}},
		// Sensitive diagnoses (HIV, STI, mental) appear in no table with small
		// counts.
		sql: `select d.code, case when $4 = 'en' then c.name_en else c.name_id end as label, array[count(*)] as values
			from visit_diagnosis d join counted_visit v on v.puskesmas_id = d.puskesmas_id and v.id = d.visit_id
				join diagnosis_code c on c.code = d.code
			where v.programme_code = $1 and v.state = 'completed' and v.counts_on >= $2::text::date
			and v.counts_on < $3::text::date and not c.sensitive
			group by d.code, c.name_id, c.name_en order by count(*) desc, d.code`,
		top: 10,
	},
	"endings": {
		columns: columnHeads{[]string{"Kasus"}, []string{"Cases"}},
		sql: `select i.code, case when $4 = 'en' then i.label_en else i.label_id end as label,
				array[(select count(*) from counted_case c where c.programme_code = $1 and c.ending = i.code
					and c.state = 'terminated' and c.ended_on >= $2::text::date and c.ended_on < $3::text::date)] as
					values
			from reference_item i where i.list = 'termination_reason'
			and i.code not in ('merged', 'entered_in_error') order by i.sort`,
	},
	"follow_ups": {
		columns: columnHeads{[]string{"Jumlah"}, []string{"Number"}},
		sql: `select x.code, case when $4 = 'en' then x.label_en else x.label_id end as label, array[count(a.id)] as
			values
			from (values ('opened', 'Dibuat', 'Opened', 1), ('handed_over', 'Diserahkan ke unit lain',
			'Handed to another unit', 2),
				('taken_back', 'Ditarik kembali', 'Taken back', 3), ('answered', 'Dijawab', 'Answered', 4),
				('done', 'Selesai', 'Done', 5),
				('cancelled', 'Dibatalkan', 'Cancelled', 6)) x(code, label_id, label_en, sort)
			left join counted_act a on a.act = x.code and a.programme_code = $1 and a.happened_on >= $2::text::date
			and a.happened_on < $3::text::date
			group by x.code, x.label_id, x.label_en, x.sort order by x.sort`,
	},
	"visits_by_profession": {
		columns: columnHeads{[]string{"Kunjungan"}, []string{"Visits"}},
		sql: `select m.profession as code, coalesce(max(case when $4 = 'en' then i.label_en else i.label_id end),
			m.profession) as label, array[count(distinct v.id)] as values
			from counted_visit v join stop_member m on m.puskesmas_id = v.puskesmas_id and m.stop_id = v.stop_id
			left join reference_item i on i.list = 'profession' and i.code = m.profession
			where v.programme_code = $1 and v.state = 'completed' and v.counts_on >= $2::text::date
			and v.counts_on < $3::text::date and m.profession <> ''
			group by m.profession order by m.profession`,
	},
	"education": {
		columns: columnHeads{[]string{"Jumlah"}, []string{"Number"}},
		sql: `with e as (select participants from education_session where programme_code = $1
				and held_on >= $2::text::date and held_on < $3::text::date)
			select * from (values
				('sessions', case when $4 = 'en' then 'Sessions' else 'Kegiatan penyuluhan' end,
				array[(select count(*) from e)]),
				('participants', case when $4 = 'en' then 'Participants' else 'Peserta' end,
				array[(select coalesce(sum(participants), 0) from e)])
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
	out, err := computeAll(tx, t, programme, month, lang)
	for i, sec := range out.Sections {
		if top := figureSets[sec.Figures].top; top > 0 && len(sec.Rows) > top {
			out.Sections[i].Rows = sec.Rows[:top]
		}
	}
	return out, err
}

// computeAll is compute with all rows of the tables that show only the top
// ones.
func computeAll(tx pg.Tx, t template, programme, month, lang string) (homecare.ReportFigures, error) {
	from, to, err := clock.MonthBounds(month)
	if err != nil {
		return homecare.ReportFigures{}, err
	}
	out := homecare.ReportFigures{Title: pick(lang, t.TitleID, t.TitleEN), Sections: []homecare.ReportSection{}}
	for _, sec := range t.Sections {
		set, ok := figureSets[sec.Figures]
		if !ok {
			return out, fmt.Errorf("report template %s names the unknown figures %q", t.TemplateCode, sec.Figures)
		}
		rows, err := pg.Rows[homecare.ReportRow](tx, set.sql, programme, clock.Day(from), clock.Day(to), lang)
		if err != nil {
			return out, fmt.Errorf("figures %s: %w", sec.Figures, err)
		}
		columns := set.columns.ID
		if lang == "en" {
			columns = set.columns.EN
		}
		out.Sections = append(out.Sections, homecare.ReportSection{Figures: sec.Figures,
			Title: pick(lang, sec.TitleID, sec.TitleEN), Columns: columns, Rows: rows})
	}
	return out, nil
}

func pick(lang, id, en string) string {
	if lang == "en" {
		return en
	}
	return id
}
