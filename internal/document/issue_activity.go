package document

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/document/paper"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/pkg/homecare"
)

// IssueActivity issues the laporan kegiatan of a day (SOP HS 8): how many
// stops and visits in which villages and by whom, and the group sessions. It
// reads no patient and counts in one snapshot. An earlier report of the same day,
// programme and village becomes void. Errors: fault.ErrInvalid,
// patient.ErrIdentifies, ErrNoActivity, ErrNoHead.
func (s *Service) IssueActivity(ctx context.Context, in homecare.NewActivityReport) (homecare.Document, error) {
	return pg.Snapshot(ctx, s.db, func(tx pg.Tx) (homecare.Document, error) {
		var none homecare.Document
		report, err := activityOf(tx, in)
		if err != nil {
			return none, err
		}
		// The activity has no record of its own: its id is a hash of its key.
		subject := uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "activity/%d/%s/%s/%s", tx.Principal().PuskesmasID,
			in.Programme, in.Village, in.Date)).String()
		if err := s.VoidIn(tx, ActivityReport, subject, replacedText.In(call.Of(ctx).Language, nil)); err != nil {
			return none, err
		}
		return s.IssueIn(tx, Draft{Kind: ActivityReport, SubjectKind: "activity", SubjectID: subject,
			Paper: func(i paper.Issue) (any, error) { report.Issue = i; return report, nil }})
	})
}

func activityOf(tx pg.Tx, in homecare.NewActivityReport) (paper.ActivityReport, error) {
	var none paper.ActivityReport
	day, version, err := checkActivity(tx, in)
	if err != nil {
		return none, err
	}
	people, err := staff.ServingIn(tx)
	if err != nil {
		return none, err
	}
	head, err := headOf(tx, people)
	if err != nil {
		return none, err
	}
	then, err := staff.ServedOnIn(tx, in.Date) // staff of that day may have left since
	if err != nil {
		return none, err
	}
	law, err := sopIn(tx, version.ID)
	if err != nil {
		return none, err
	}
	lang := tx.Call().Language
	named := map[string]any{"programme": version.ProgrammeName}
	r := paper.ActivityReport{Activity: activityText.In(lang, named), LegalBasis: law.basis(lang),
		Period:  paper.Period{Start: paper.Date(in.Date), End: paper.Date(in.Date)},
		Purpose: purposeText.In(lang, named), Target: targetText.In(lang, named), Obstacles: in.Obstacles,
		FollowUp: in.FollowUp,
		Head:     head, Coordinator: coordinatorOf(tx, people), Distribution: law.Distribution}
	var completed, planned int64
	visits := paper.Section{Title: visitsText.In(lang, nil), Columns: columnsOf(lang, stopsText, visitsText,
		completedText, missedText)}
	for _, v := range day.Villages {
		if !slices.Contains(r.Villages, v.Name) {
			r.Villages = append(r.Villages, v.Name)
		}
		if v.Visits > 0 {
			visits.Rows = append(visits.Rows, paper.Row{Code: strconv.Itoa(len(visits.Rows) + 1), Label: v.Name,
				Values: []int64{v.Stops, v.Visits, v.Completed, v.Missed}})
		}
		completed, planned = completed+v.Completed, planned+v.Visits
	}
	r.Results = resultText.In(lang, map[string]any{"completed": completed, "visits": planned,
		"villages": len(r.Villages), "sessions": day.sessions(), "participants": day.participants()})
	if len(visits.Rows) > 0 {
		r.Sections = append(r.Sections, visits)
	}
	if day.sessions() > 0 {
		taught := paper.Section{Title: taughtText.In(lang, nil), Columns: columnsOf(lang, sessionsText,
			participantsText)}
		for _, v := range day.Villages {
			if v.Sessions > 0 {
				taught.Rows = append(taught.Rows, paper.Row{Code: strconv.Itoa(len(taught.Rows) + 1), Label: v.Name,
					Values: []int64{v.Sessions, v.Participants}})
			}
		}
		r.Sections = append(r.Sections, taught)
	}
	for _, m := range then {
		if slices.Contains(day.Staff, m.AccountID) && !slices.ContainsFunc(r.Members, func(p paper.Member) bool {
			return p.Name == m.Name && p.NIP == m.NIP
		}) {
			r.Members = append(r.Members, paper.Member{Name: m.Name, NIP: m.NIP, Rank: m.Rank, Position: m.Position,
				Profession: homecare.LabelOf("profession", m.Profession, lang)})
		}
	}
	return r, nil
}

// checkActivity checks the request and reads the day.
func checkActivity(tx pg.Tx, in homecare.NewActivityReport) (activityDay, inForce, error) {
	version, err := sopInForce(tx, in.Programme, in.Date)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return activityDay{}, version, err
	}
	known, unruled := true, err != nil
	if unruled {
		if known, err = pg.Scalar[bool](tx, `select exists (select from programme where code = $1)`,
			in.Programme); err != nil {
			return activityDay{}, version, err
		}
	}
	var check fault.Check
	check.That(known, "/programme", "unknown",
		"Program ini tidak dikenal. Pilih dari daftar program.",
		"This programme is not known. Choose one from the list.").
		Hint("GET /v1/programmes")
	check.That(!known || !unruled, "/date", "before_sop",
		"Pada tanggal itu belum ada SOP program ini yang berlaku. Periksa tanggalnya.",
		"No SOP of this programme was in force on that day. Check the date.").Hint("GET /v1/sops")
	check.That(in.Date <= clock.Day(tx.Now()), "/date", "future", "Tanggal ini belum terjadi.",
		"That day is yet to come.")
	if in.Village != "" {
		names, err := villageNames(tx, []string{in.Village})
		if err != nil {
			return activityDay{}, version, err
		}
		check.That(names[0] != "", "/village", "unknown",
			"Desa ini tidak dikenal. Pilih dari daftar desa.", "This village is not known. Choose one from the list.").
			Hint("GET /v1/villages")
	}
	if err := check.Err(); err != nil {
		return activityDay{}, version, err
	}
	if err := patient.AnonymousIn(tx, patient.Text{Pointer: "/obstacles", Text: in.Obstacles},
		patient.Text{Pointer: "/follow_up", Text: in.FollowUp}); err != nil {
		return activityDay{}, version, err
	}
	day, err := activityIn(tx, in)
	if err == nil && len(day.Villages) == 0 {
		err = ErrNoActivity.InField("/date", "no_activity")
	}
	return day, version, err
}

// coordinatorOf is the koordinator who reports: the caller, if they are one, or else one of
// the puskesmas.
func coordinatorOf(tx pg.Tx, people []homecare.StaffMember) paper.Signatory {
	account := ""
	for _, m := range people {
		if m.Role == string(access.Koordinator) && (account == "" || m.AccountID == tx.Principal().UserID) {
			account = m.AccountID
		}
	}
	return signatory(people, account)
}

// activityDay is what was done on a day, by village, and by whom.
type activityDay struct {
	Villages []activityVillage
	Staff    []string
}

type activityVillage struct {
	Code, Name                                               string
	Stops, Visits, Completed, Missed, Sessions, Participants int64
}

func (d activityDay) sessions() (n int64) {
	for _, v := range d.Villages {
		n += v.Sessions
	}
	return n
}

func (d activityDay) participants() (n int64) {
	for _, v := range d.Villages {
		n += v.Participants
	}
	return n
}

// activityIn counts a day. A visit belongs to the day on which the team
// arrived, else for which it was planned, as in the monthly report; what was
// cancelled or rescheduled does not count. The staff are those of the stops at
// which somebody arrived.
func activityIn(tx pg.Tx, in homecare.NewActivityReport) (activityDay, error) {
	from, to, err := clock.DayBounds(in.Date)
	if err != nil {
		return activityDay{}, err
	}
	const done = `with v as (select v.stop_id, v.state, v.arrived_at, s.village_code from counted_visit v
		join stop s on s.puskesmas_id = v.puskesmas_id and s.id = v.stop_id
			where v.programme_code = $1 and coalesce(v.arrived_at, v.planned_for) >= $2
			and coalesce(v.arrived_at, v.planned_for) < $3
			  and v.state not in ('cancelled', 'rescheduled') and ($4 = '' or s.village_code = $4)),
		e as (select village_code, participants, conducted_by from education_session where programme_code = $1
		and held_on = $5::text::date and ($4 = '' or village_code = $4)) `
	args := []any{in.Programme, from, to, in.Village, in.Date}
	var d activityDay
	if d.Villages, err = pg.Rows[activityVillage](tx, done+`select w.code, w.name, coalesce(x.stops, 0) as stops,
		coalesce(x.visits, 0) as visits, coalesce(x.completed, 0) as completed,
			coalesce(x.missed, 0) as missed, coalesce(y.sessions, 0) as sessions, coalesce(y.participants, 0) as
			participants
		from village w
		left join (select village_code, count(distinct stop_id) as stops, count(*) as visits,
		count(*) filter (where state = 'completed') as completed,
			count(*) filter (where state = 'missed') as missed from v group by village_code) x on x.village_code =
			w.code
		left join (select village_code, count(*) as sessions, sum(participants) as participants from e
		group by village_code) y on y.village_code = w.code
		where x.visits > 0 or y.sessions > 0 order by w.name, w.code`, args...); err != nil {
		return d, err
	}
	type who struct{ ID string }
	went, err := pg.Rows[who](tx, done+`select m.account_id::text as id from v
		join stop_member m on m.stop_id = v.stop_id where v.arrived_at is not null
		union select unnest(e.conducted_by)::text from e`, args...)
	for _, w := range went {
		d.Staff = append(d.Staff, w.ID)
	}
	return d, err
}

func columnsOf(lang string, texts ...fault.Text) []string {
	var out []string
	for _, t := range texts {
		out = append(out, t.In(lang, nil))
	}
	return out
}

// The fixed words of the laporan kegiatan.
var (
	activityText = fault.Text{ID: "Kunjungan rumah dan penyuluhan program {programme}",
		EN: "Home visits and education of the programme {programme}"}
	targetText = fault.Text{ID: "Sasaran program {programme}",
		EN: "The target group of the programme {programme}"}
	visitsText       = fault.Text{ID: "Kunjungan", EN: "Visits"}
	stopsText        = fault.Text{ID: "Perhentian", EN: "Stops"}
	completedText    = fault.Text{ID: "Terlaksana", EN: "Completed"}
	missedText       = fault.Text{ID: "Tidak bertemu", EN: "Missed"}
	taughtText       = fault.Text{ID: "Penyuluhan kelompok", EN: "Group education"}
	sessionsText     = fault.Text{ID: "Kegiatan", EN: "Sessions"}
	participantsText = fault.Text{ID: "Peserta", EN: "Participants"}
	resultText       = fault.Text{
		ID: "{completed} dari {visits} kunjungan terlaksana dan {sessions} penyuluhan kelompok dengan {participants} peserta, di {villages} desa.",
		EN: "{completed} of {visits} visits completed and {sessions} group education sessions with {participants} participants, in {villages} villages."}
)
