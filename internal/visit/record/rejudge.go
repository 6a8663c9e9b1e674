package record

import (
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/alert"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
)

// judged is a measurement of a visit with the input of its level.
type judged struct {
	VisitID, CaseID, PatientID string
	ArrivedAt                  *time.Time
	Pregnant                   bool
	BirthDate                  *time.Time
	Part                       string // vital or lab
	N                          int16
	Code                       string
	Value                      float64
	Unit, Level                string
}

// measurements are the measurements with limits of the visits $1.
const measurements = `select v.id::text as visit_id, v.case_id::text, v.patient_id::text, v.arrived_at,
		v.pregnant, p.birth_date, m.part, m.n, m.code, m.value, m.unit, m.level
	from visit v join patient p on p.puskesmas_id = v.puskesmas_id and p.id = v.patient_id
	join lateral (
		select 'vital' as part, x.n, x.code, x.value, x.unit, x.level from visit_vital x
			where x.puskesmas_id = v.puskesmas_id and x.visit_id = v.id
		union all
		select 'lab', x.n, x.code, x.value, x.unit, x.level from visit_lab x
			where x.puskesmas_id = v.puskesmas_id and x.visit_id = v.id and x.value is not null) m on true
	where v.id = any($1::text[]::uuid[]) and m.code in (select code from vital_range) order by v.id, m.part, m.n`

// RejudgeIn recomputes the levels of the measurements of these persons' visits
// after a change of their birth dates. A value that became dangerous raises an
// alert; an open alert of a value that is no longer dangerous becomes
// corrected. The measurements stay, also of completed visits; stored revisions
// keep what they showed. For the registry's hook.
func (s *Service) RejudgeIn(tx pg.Tx, patients []string) error {
	// A concurrent request that writes vital signs holds the visit, and reads the new
	// birth date.
	type visit struct{ ID string }
	visits, err := pg.Rows[visit](tx, `select id::text from visit where patient_id = any($1::text[]::uuid[])
		and arrived_at is not null order by id for update`, patients)
	if err != nil || len(visits) == 0 {
		return err
	}
	ids := make([]string, len(visits))
	for i, v := range visits {
		ids[i] = v.ID
	}
	r := ranges{}
	var all []judged
	var ask pgx.Batch
	ask.Queue(measurements, ids).Query(func(rows pgx.Rows) error {
		all, err = pg.Collect[judged](rows)
		return err
	})
	r.queue(&ask, nil)
	if err := tx.Send(&ask); err != nil {
		return err
	}
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].VisitID == all[0].VisitID {
			n++
		}
		if err := s.rejudge(tx, r, all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// relevel changes the level of one value in the part that contains it.
var relevel = map[string]string{
	"vital": `update visit_vital set level = $3 where visit_id = $1 and n = $2`,
	"lab":   `update visit_lab set level = $3 where visit_id = $1 and n = $2`,
}

// rejudge recomputes the levels of one visit.
func (s *Service) rejudge(tx pg.Tx, r ranges, of []judged) error {
	v := of[0]
	before, after := []alert.Danger{}, []alert.Danger{}
	ds := map[string][]alert.Danger{"vital": {}, "lab": {}}
	touched := map[string]bool{}
	var b pgx.Batch
	for _, m := range of {
		// A value that is implausible at this age stays as measured.
		_, level := r.judge(m.Code, m.Value, "", ageDays(m.BirthDate, *m.ArrivedAt),
			m.Part == "vital" && m.Pregnant, "", new([]fault.Field))
		now := alert.Danger{Code: m.Code, Value: m.Value, Unit: m.Unit, Level: level}
		if level == LevelAlert || level == LevelCritical {
			d := now
			d.ID = pg.NewID("")
			ds[m.Part] = append(ds[m.Part], d)
		}
		if level == m.Level {
			continue
		}
		touched[m.Part] = true
		b.Queue(relevel[m.Part], m.VisitID, m.N, level)
		was := now
		was.Level = m.Level
		before, after = append(before, was), append(after, now)
	}
	if len(touched) == 0 {
		return nil
	}
	for part := range touched {
		alert.QueueRaise(tx, &b, alert.Visit{ID: v.VisitID, CaseID: v.CaseID, PatientID: v.PatientID}, part, ds[part])
	}
	if err := tx.Send(&b); err != nil {
		return err
	}
	return s.trail.Record(tx, audit.Event{Action: "visit.rejudge", SubjectKind: "visit", SubjectID: v.VisitID,
		Before: map[string]any{"levels": before}, After: map[string]any{"levels": after}})
}
