package visit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// existing is a stop that a visit joins.
type existing struct {
	ID          string
	VillageCode string
	StartsAt    time.Time
	EndsAt      time.Time
	Members     []string
	Active      bool
}

func queueStopRead(b *pgx.Batch, id string, into *existing) {
	b.Queue(`select s.id, s.village_code, s.starts_at, s.ends_at,
		array(select m.account_id::text from stop_member m where m.puskesmas_id = s.puskesmas_id and m.stop_id = s.id) as members,
		exists (select from visit v where v.puskesmas_id = s.puskesmas_id and v.stop_id = s.id and v.state in ('planned', 'in_progress')) as active
		from stop s where s.id = $1 and `+access.Stop("s.id")+` for share of s`, id).Query(pg.Into(into))
}

// Plan plans a visit, or opens an unplanned one (SOP step 7).
func (s *Service) Plan(ctx context.Context, in homecare.PlanVisit) (homecare.Visit, error) {
	return unlessTaken(ctx, func() (homecare.Visit, error) {
		return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) { return s.PlanIn(tx, in) })
	})
}

// PlanIn is Plan inside a transaction: the generated schedule uses it. A visit that
// nobody had planned starts at once: it is an act, judged as of its time.
func (s *Service) PlanIn(tx pg.Tx, in homecare.PlanVisit) (homecare.Visit, error) {
	var v homecare.Visit
	if in.Unplanned {
		return s.beginIn(tx, in)
	}
	c, st, err := s.prepare(tx, in, nil)
	if err != nil {
		return v, err
	}
	var b pgx.Batch
	id := pg.NewID(in.ID)
	queueStopFor(tx, &b, st)
	queueVisit(tx, &b, st, visitRow{id: id, caseID: c.ID, patientID: c.PatientID, programme: c.ProgrammeCode, kind: in.Kind})
	queueRead(tx, &b, id, &v)
	if err := tx.Send(&b); err != nil {
		return v, err
	}
	return v, s.trail.Record(tx, audit.Event{Action: "visit.plan", SubjectKind: "visit", SubjectID: id, After: v})
}

// beginIn opens a visit that nobody had planned; the team is there.
func (s *Service) beginIn(tx pg.Tx, in homecare.PlanVisit) (homecare.Visit, error) {
	at := tx.Now()
	if in.StartsAt != nil {
		at = *in.StartsAt
	}
	r, err := s.fresh(tx, in, did(tx, in.PerformedBy, at), parts{}, "/starts_at")
	if err != nil {
		return homecare.Visit{}, err
	}
	if err := r.arrive(in.Position); err != nil {
		return r.v, err
	}
	return r.save(audit.Event{Action: "visit.plan", After: in})
}

// prepare loads case and stop and says where, when and with whom a planned visit
// would be.
func (s *Service) prepare(tx pg.Tx, in homecare.PlanVisit, fallback *stop) (careCase, stop, error) {
	var c careCase
	var e *existing
	var b pgx.Batch
	queueCase(tx, &b, in.CaseID, &c)
	if in.StopID != "" {
		e = &existing{}
		queueStopRead(&b, in.StopID, e)
	}
	if err := tx.Send(&b); err != nil {
		return c, stop{}, err
	}
	if err := c.mayPlan(); err != nil {
		return c, stop{}, err
	}
	if in.StartsAt != nil && clock.Day(*in.StartsAt) < c.ProposedOn {
		return c, stop{}, fault.ErrInvalid.At(fault.Field{Pointer: "/starts_at", Code: "before_case", Args: map[string]any{"first": c.ProposedOn}, Text: fault.Text{
			ID: "Kasus ini baru diusulkan pada {first}. Isi waktu sesudahnya.", EN: "This case was proposed on {first}. Give a later time."}})
	}
	st, err := place(in, c, c.TeamNow, e, fallback)
	return c, st, err
}

// place says where, when and with whom: those of the joined stop, else those
// asked for, else the patient's village and the case's team.
func place(in homecare.PlanVisit, c careCase, team []string, e *existing, fallback *stop) (stop, error) {
	st := stop{id: pg.NewID(""), programme: c.ProgrammeCode, village: in.Village, members: in.Members}
	if fallback != nil {
		st.village = fallback.village
		if len(st.members) == 0 {
			st.members = slices.DeleteFunc(slices.Clone(fallback.members), func(m string) bool { return !slices.Contains(team, m) })
		}
	}
	var check fault.Check
	for i, m := range in.Members {
		check.That(slices.Contains(team, strings.ToLower(m)), fmt.Sprintf("/members/%d", i), "team", "Bukan anggota tim kasus ini.", "Not a member of the case's team.")
	}
	if len(st.members) == 0 {
		st.members = team
	}
	check.That(len(st.members) > 0, "/members", "required", "Kasus ini belum mempunyai tim.", "The case has no team yet.")
	if e != nil {
		if !e.Active {
			return st, ErrStopOver
		}
		st.id, st.village, st.startsAt, st.endsAt, st.joined = e.ID, e.VillageCode, e.StartsAt, e.EndsAt, true
		return st, check.Err()
	}
	if st.village == "" && c.Village != nil {
		st.village = *c.Village
	}
	check.That(st.village != "", "/village", "required", "Isi desa; desa pasien belum tercatat.", "Give the village; the patient's is not known.")
	if in.StartsAt == nil {
		check.Add("/starts_at", "required", "Wajib diisi, kecuali stop_id diberikan.", "This is required unless stop_id is given.")
		return st, check.Err()
	}
	st.startsAt = in.StartsAt.UTC().Truncate(time.Microsecond)
	st.endsAt = st.startsAt.Add(DefaultDuration)
	if in.DurationMinutes > 0 {
		st.endsAt = st.startsAt.Add(time.Duration(in.DurationMinutes) * time.Minute)
	}
	if in.EndsAt != nil {
		check.That(in.DurationMinutes == 0, "/duration_minutes", "both", "Isi ends_at atau duration_minutes, bukan keduanya.", "Give ends_at or duration_minutes, not both.")
		st.endsAt = in.EndsAt.UTC().Truncate(time.Microsecond)
		check.That(st.endsAt.After(st.startsAt) && st.endsAt.Sub(st.startsAt) <= maxStay, "/ends_at", "span",
			"Waktu selesai harus sesudah mulai, paling lama 12 jam.", "The end must follow the start, within 12 hours.")
	}
	return st, check.Err()
}

// visitRow is a visit about to be made.
type visitRow struct {
	id, caseID, patientID, programme, kind, rescheduledFrom string
	unplanned                                               bool
	position                                                *homecare.Position

	// Of a visit that took place.
	arrived      *time.Time
	by, recorder string
	late         bool

	// Of a visit that is recorded whole.
	done     *closing
	docs     [5]*string // see documents
	pregnant bool
	absent   *string
}

// queueVisit makes the visit's row.
func queueVisit(tx pg.Tx, b *pgx.Batch, st stop, v visitRow) {
	now := tx.Now()
	state, recorded := string(Planned), (*time.Time)(nil)
	if v.arrived != nil {
		state, recorded = string(InProgress), &now
	}
	kind := v.kind
	if kind == "" {
		kind = "follow_up"
		if v.unplanned {
			kind = "on_request"
		}
	}
	var departed, completed *time.Time
	var by, next *string
	version := 1
	if v.done != nil {
		state, departed, completed, by, next, version = string(Completed), &v.done.departed, &now, &v.recorder, v.done.nextID, 2
	}
	lat, lng, acc := coordinates(v.position)
	b.Queue(`insert into visit (puskesmas_id, id, stop_id, case_id, patient_id, programme_code, state, planned_for, kind, unplanned, arrived_at, arrived_recorded_at,
		latitude, longitude, accuracy_m, rescheduled_from_id, created_at, created_by, departed_at, completed_at, completed_by, next_visit_id,
		anamnesis, examination, education, plan, consumables, pregnant, vitals_absent_reason, version, performed_by, late)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, `+nextMade("$22")+`,
			$23::text::jsonb, $24::text::jsonb, $25::text::jsonb, $26::text::jsonb, $27::text::jsonb, $28, $29, $30, nullif($31, '')::uuid, $32)`,
		tx.Principal().PuskesmasID, v.id, st.id, v.caseID, v.patientID, v.programme, state, st.startsAt, kind, v.unplanned, v.arrived, recorded,
		lat, lng, acc, pg.Null(v.rescheduledFrom), now, tx.Principal().UserID, departed, completed, by, next,
		v.docs[0], v.docs[1], v.docs[2], v.docs[3], v.docs[4], v.pregnant, v.absent, version, v.by, v.late)
}

// Reschedule moves a visit to another time: a new visit that links back; the
// old one stays as rescheduled, so its history is kept (SOP step 7).
func (s *Service) Reschedule(ctx context.Context, id string, in homecare.RescheduleVisit) (homecare.Visit, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Visit, error) {
		v, _, err := lockVisit(tx, id)
		if err != nil {
			return v, err
		}
		if err := tx.Stale(v.Version); err != nil {
			return v, err
		}
		if _, err := after(v, DoReschedule, act{}); err != nil {
			return v, refused(tx, v, err)
		}
		c, st, err := s.prepare(tx, homecare.PlanVisit{CaseID: v.CaseID, StopID: in.StopID, StartsAt: in.StartsAt, EndsAt: in.EndsAt,
			DurationMinutes: in.DurationMinutes, Members: in.Members}, &stop{village: v.Village, members: accounts(v.Members)})
		if err != nil {
			return v, err
		}
		var b pgx.Batch
		b.Queue(`update visit set state = 'rescheduled', reason = $2, version = version + 1 where id = $1`, id, in.Reason)
		queueRelease(&b, v.StopID)
		next := pg.NewID(in.ID)
		queueStopFor(tx, &b, st)
		queueVisit(tx, &b, st, visitRow{id: next, caseID: c.ID, patientID: c.PatientID, programme: c.ProgrammeCode, kind: v.Kind, rescheduledFrom: id})
		var made homecare.Visit
		queueRead(tx, &b, next, &made)
		if err := tx.Send(&b); err != nil {
			return v, err
		}
		return made, s.trail.Record(tx, audit.Event{Action: "visit.reschedule", SubjectKind: "visit", SubjectID: id, Reason: in.Reason,
			Before: map[string]any{"state": v.State, "planned_for": v.PlannedFor}, After: map[string]any{"state": Rescheduled, "new_visit_id": next, "planned_for": made.PlannedFor}})
	})
}

func accounts(ms []homecare.VisitMember) []string {
	out := make([]string, len(ms))
	for i, m := range ms {
		out[i] = m.AccountID
	}
	return out
}
