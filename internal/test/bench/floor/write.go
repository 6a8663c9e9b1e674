package main

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// bundle is the part of a visit bundle that the floor reads, with what the
// product looks up itself: patient, village and team.
type bundle struct {
	Visit struct {
		CaseID string `json:"case_id"`
	} `json:"visit"`
	ArrivedAt  time.Time       `json:"arrived_at"`
	DepartedAt time.Time       `json:"departed_at"`
	Anamnesis  json.RawMessage `json:"anamnesis"`
	Vitals     struct {
		Vitals []struct {
			Code  string  `json:"code"`
			Value float64 `json:"value"`
		} `json:"vitals"`
	} `json:"vitals"`
	Services struct {
		Services []map[string]json.RawMessage `json:"services"`
	} `json:"services"`
	PlanJSON json.RawMessage `json:"plan"`
}

type plan struct {
	FollowUps []struct {
		What  string `json:"what"`
		Owner string `json:"owner_account_id"`
		DueOn string `json:"due_on"`
	} `json:"follow_ups"`
	NextVisit struct {
		Date            string    `json:"date"`
		StartsAt        time.Time `json:"starts_at"`
		DurationMinutes int       `json:"duration_minutes"`
	} `json:"next_visit"`
}

// bundle writes the business rows of a visit, its plan and the next visit in
// one transaction of one round trip, after one round trip to read the case.
func (s *server) bundle(w http.ResponseWriter, r *http.Request) {
	tenant, _, err := s.tenant(r)
	var in bundle
	if err == nil {
		err = json.NewDecoder(r.Body).Decode(&in)
	}
	var p plan
	if err == nil {
		err = json.Unmarshal(in.PlanJSON, &p)
	}
	var person, programme, village string
	var team []string
	if err == nil {
		err = s.pool.QueryRow(r.Context(), `select c.patient_id::text, c.programme_code, p.village_code,
			array(select m.account_id::text from team_member m
			where m.puskesmas_id = c.puskesmas_id and m.team_id = c.team_id and m.left_at is null) from care_case c
			join patient p on p.puskesmas_id = c.puskesmas_id and p.id = c.patient_id where c.puskesmas_id = $1
			and c.id = $2`,
			tenant, in.Visit.CaseID).Scan(&person, &programme, &village, &team)
	}
	if err != nil {
		answer(w, 0, nil, err)
		return
	}
	id, stop, next, nextStop := newID(), newID(), newID(), newID()
	me, now := team[0], time.Now()
	var b pgx.Batch
	b.Queue("begin")
	addStop := func(id string, from, to time.Time, active bool) {
		b.Queue(`insert into stop (puskesmas_id, id, programme_code, village_code, starts_at, ends_at, created_by)
			values ($1, $2, $3, $4, $5, $6, $7)`, tenant, id, programme, village, from, to, me)
		b.Queue(`insert into stop_member (puskesmas_id, stop_id, account_id, during, active) select $1, $2, m,
			tstzrange($3, $4), $6 from unnest($5::text[]::uuid[]) m`, tenant, id, from, to, team, active)
	}
	addStop(nextStop, p.NextVisit.StartsAt,
		p.NextVisit.StartsAt.Add(time.Duration(p.NextVisit.DurationMinutes)*time.Minute), true)
	b.Queue(`insert into visit (puskesmas_id, id, stop_id, case_id, patient_id, programme_code, state, planned_for,
		created_by) values ($1, $2, $3, $4, $5, $6, 'planned', $7, $8)`,
		tenant, next, nextStop, in.Visit.CaseID, person, programme, p.NextVisit.StartsAt, me)
	addStop(stop, in.ArrivedAt, in.DepartedAt, false)
	b.Queue(`insert into visit (puskesmas_id, id, stop_id, case_id, patient_id, programme_code, state, planned_for,
		kind, unplanned, arrived_at, arrived_recorded_at, departed_at, completed_at, completed_by,
		anamnesis, plan, next_visit_id, created_by) values ($1, $2, $3, $4, $5, $6, 'completed', $7, 'on_request', true,
		$7, $8, $9, $8, $10, $11, $12, $13, $10)`,
		tenant, id, stop, in.Visit.CaseID, person, programme, in.ArrivedAt, now, in.DepartedAt, me, in.Anamnesis,
		in.PlanJSON, next)
	var codes []string
	var values []float64
	for _, v := range in.Vitals.Vitals {
		codes, values = append(codes, v.Code), append(values, v.Value)
	}
	b.Queue(`insert into visit_vital (puskesmas_id, visit_id, n, code, value, unit, level, taken_at)
		select $1, $2, n, code, value, 'unit', 'normal', $5 from unnest($3::text[], $4::float8[]) with ordinality as u
		(code, value, n)`, tenant, id, codes, values, in.ArrivedAt)
	var types []string
	var data []string
	for _, x := range in.Services.Services {
		var kind string
		_ = json.Unmarshal(x["type"], &kind)
		types, data = append(types, kind), append(data, string(x["data"]))
	}
	b.Queue(`insert into visit_service (puskesmas_id, visit_id, type, data) select $1, $2, t, d::jsonb
		from unnest($3::text[], $4::text[]) as u (t, d)`, tenant, id, types, data)
	b.Queue(`insert into visit_due (puskesmas_id, case_id, due_on, visit_id, set_at)
		values ($1, $2, $3::text::date, $4, $5)
		on conflict on constraint visit_due_pk do update set due_on = excluded.due_on, visit_id = excluded.visit_id,
		set_at = excluded.set_at`, tenant, in.Visit.CaseID, p.NextVisit.Date, id, now)
	for _, f := range p.FollowUps {
		b.Queue(`insert into follow_up (puskesmas_id, id, case_id, visit_id, what, owner_account_id, due_on, state,
			created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7::text::date, 'open', $8, $9)`,
			tenant, newID(), in.Visit.CaseID, id, f.What, f.Owner, f.DueOn, now, me)
	}
	b.Queue("commit")
	if err := s.pool.SendBatch(r.Context(), &b).Close(); err != nil {
		answer(w, 0, nil, err)
		return
	}
	out := append(append([]byte(`{"id":"`), id...), `","case_id":"`...)
	out = append(append(out, in.Visit.CaseID...), `","anamnesis":`...)
	out = append(append(out, in.Anamnesis...), `,"plan":`...)
	answer(w, http.StatusCreated, append(append(out, in.PlanJSON...), '}'), nil)
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }
