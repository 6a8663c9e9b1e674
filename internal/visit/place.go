package visit

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/visit/record"
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
		array(select m.account_id::text from stop_member m where m.puskesmas_id = s.puskesmas_id and m.stop_id = s.id)
		as members,
		exists (select from visit v where v.puskesmas_id = s.puskesmas_id and v.stop_id = s.id
		and v.state in ('planned', 'in_progress')) as active
		from stop s where s.id = $1 and `+access.Stop("s.id")+` for share of s`, id).Query(
		func(rows pgx.Rows) error { return fault.NotFoundAt(pg.Into(into)(rows), "/stop_id") })
}

// prepare loads case and stop and returns place, time and members of a planned
// visit.
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
		return c, stop{}, fault.NotFoundAt(err, "/case_id")
	}
	if err := mayPlan(c.Subject); err != nil {
		return c, stop{}, err
	}
	if in.StartsAt != nil && clock.Day(*in.StartsAt) < c.ProposedOn {
		return c, stop{}, fault.ErrInvalid.At(fault.Field{Pointer: "/starts_at", Code: "before_case",
			Args: map[string]any{"first": c.ProposedOn}, Text: fault.Text{
				ID: "Kasus ini baru diusulkan pada {first}. Isi waktu sesudahnya.",
				EN: "This case was proposed on {first}. Give a later time."}})
	}
	st, err := place(in, c, c.TeamNow, e, fallback)
	return c, st, err
}

// place returns place, time and members: those of the joined stop, else those
// in the request, else the patient's village and the case's team.
func place(in homecare.PlanVisit, c careCase, team []string, e *existing, fallback *stop) (stop, error) {
	st := stop{id: pg.NewID(""), programme: c.ProgrammeCode, village: in.Village, members: in.Members}
	if fallback != nil {
		st.village = fallback.village
		if len(st.members) == 0 {
			st.members = slices.DeleteFunc(slices.Clone(fallback.members), func(m string) bool {
				return !slices.Contains(team, m)
			})
		}
	}
	var check fault.Check
	for i, m := range in.Members {
		check.That(slices.Contains(team, strings.ToLower(m)), fmt.Sprintf("/members/%d", i), "team",
			"Bukan anggota tim kasus ini.", "Not a member of the case's team.")
	}
	if len(st.members) == 0 {
		st.members = team
	}
	check.That(len(st.members) > 0, "/members", "required", "Kasus ini belum mempunyai tim.",
		"The case has no team yet.")
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
	check.That(st.village != "", "/village", "required", "Isi desa; desa pasien belum tercatat.",
		"Give the village; the patient's is not known.")
	if in.StartsAt == nil {
		check.Add("/starts_at", "required", "Wajib diisi, kecuali kunjungan ini bergabung ke perhentian lain.",
			"This is required unless the visit joins another stop.")
		return st, check.Err()
	}
	st.startsAt = in.StartsAt.UTC().Truncate(time.Microsecond)
	st.endsAt = st.startsAt.Add(DefaultDuration)
	if in.DurationMinutes > 0 {
		st.endsAt = st.startsAt.Add(time.Duration(in.DurationMinutes) * time.Minute)
	}
	if in.EndsAt != nil {
		check.That(in.DurationMinutes == 0, "/duration_minutes", "both",
			"Isi waktu selesai atau lamanya, bukan keduanya.", "Give the end or the duration, not both.")
		st.endsAt = in.EndsAt.UTC().Truncate(time.Microsecond)
		check.That(st.endsAt.After(st.startsAt) && st.endsAt.Sub(st.startsAt) <= record.MaxStay, "/ends_at", "span",
			"Waktu selesai harus sesudah mulai, paling lama 12 jam.", "The end must follow the start, within 12 hours.")
	}
	return st, check.Err()
}
