package visit

import (
	"cmp"
	"context"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// StopFilter is the day of a round.
type StopFilter struct {
	// The business day (WITA): today or tomorrow; absent: today.
	Date string `query:"date" json:"-" validate:"omitempty,date"`
}

// stopRow is a visit of a stop, with the sealed numbers of its person.
type stopRow struct {
	StopID, Village, VillageName string
	StartsAt, EndsAt             time.Time
	Members                      []string
	homecare.StopVisit
	KeyWrapped, IdentitySealed []byte
}

// Stops returns the stops of a day to which the caller goes, or of cases of a team to
// which the caller belongs, with the telephone numbers and addresses of the persons.
// Whoever sets out needs both without a proof of identity for each person, so only
// today and tomorrow can be read.
func (s *Service) Stops(ctx context.Context, f StopFilter) (homecare.Page[homecare.Stop], error) {
	out := homecare.Page[homecare.Stop]{Data: []homecare.Stop{}}
	now := clock.Now(ctx)
	day := cmp.Or(f.Date, clock.Day(now))
	var check fault.Check
	check.That(day == clock.Day(now) || day == clock.Day(now.Add(24*time.Hour)), "query/date", "outside",
		"Nomor telepon dan alamat hanya untuk kunjungan hari ini dan besok. Untuk hari lain, lihat kalender.",
		"Telephone numbers and addresses are for the visits of today and tomorrow. See the calendar for other days.")
	if err := check.Err(); err != nil {
		return out, err
	}
	from, to, err := clock.DayBounds(day)
	if err != nil {
		return out, err
	}
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Stop], error) {
		keys, err := tx.Keys()
		if err != nil {
			return out, err
		}
		rows, err := pg.Rows[stopRow](tx, selectStops, from, to, tx.Principal().UserID)
		for _, r := range rows {
			contact, err := patient.ContactOf(keys, r.PatientID, r.KeyWrapped, r.IdentitySealed)
			if err != nil {
				return out, err
			}
			r.Phone, r.Address = contact.Phone, contact.Address
			if n := len(out.Data); n == 0 || out.Data[n-1].ID != r.StopID {
				out.Data = append(out.Data, homecare.Stop{ID: r.StopID, StartsAt: r.StartsAt, EndsAt: r.EndsAt,
					Village: r.Village, VillageName: r.VillageName, Members: r.Members})
			}
			last := &out.Data[len(out.Data)-1]
			last.Visits = append(last.Visits, r.StopVisit)
		}
		return out, err
	})
}

var selectStops = `select s.id as stop_id, s.starts_at, s.ends_at, s.village_code as village, vi.name as village_name,
	array(select m.account_id::text from stop_member m
		where m.puskesmas_id = s.puskesmas_id and m.stop_id = s.id order by m.account_id) as members,
	v.id, v.case_id, v.patient_id, p.name as patient_name, p.sex, coalesce(p.birth_date::text, '') as birth_date,
	v.programme_code as programme, v.kind, v.state, v.version, p.key_wrapped, p.identity_sealed
	from stop s
	join visit v on v.puskesmas_id = s.puskesmas_id and v.stop_id = s.id
		and v.state in ('planned', 'in_progress', 'completed')
	join care_case c on c.puskesmas_id = v.puskesmas_id and c.id = v.case_id
	join patient p on p.puskesmas_id = v.puskesmas_id and p.id = v.patient_id
	join village vi on vi.code = s.village_code
	where s.starts_at >= $1 and s.starts_at < $2 and ` + access.Listed("c") + `
		and (` + access.OwnTeam("c", "$3") + ` or exists (select from stop_member m
			where m.puskesmas_id = s.puskesmas_id and m.stop_id = s.id and m.account_id = $3))
	order by s.starts_at, s.id, v.id`
