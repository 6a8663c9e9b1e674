package visit

import (
	"context"
	"fmt"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/sentmonth"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/pkg/homecare"
)

// educationSession is a row of the table.
type educationSession struct {
	pg.Created
	ID, ProgrammeCode, VillageCode, HeldOn, Method, Note string
	Topics                                               []string `gorm:"serializer:json"`
	Participants                                         int
	ConductedBy                                          pg.Array
	homecare.EducationResult
}

// AddEducationSession records a group session that took place (SOP HS 2c, KP
// 2). Error: fault.ErrInvalid (a programme that the puskesmas does not run, an
// unknown village, a day in the future, an account that is not on the staff).
func (s *Service) AddEducationSession(ctx context.Context, in homecare.NewEducationSession) (homecare.EducationSession,
	error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.EducationSession, error) {
		var none homecare.EducationSession
		if err := checkSession(tx, in); err != nil {
			return none, err
		}
		id := pg.NewID(in.ID)
		if err := pg.Insert(tx, educationSession{Created: tx.Created(), ID: id, ProgrammeCode: in.Programme,
			VillageCode: in.Village, HeldOn: in.HeldOn, Topics: in.Topics, Method: in.Method,
			Participants: in.Participants, ConductedBy: in.ConductedBy, Note: in.Note,
			EducationResult: in.EducationResult}); err != nil {
			return none, err
		}
		e, err := pg.Row[homecare.EducationSession](tx, selectSessions+` where e.id = $1`, id)
		if err != nil {
			return none, err
		}
		if e.Warnings, err = sentmonth.WarningsIn(tx); err != nil {
			return none, err
		}
		return e, s.trail.Record(tx, audit.Event{Action: "education_session.add", SubjectKind: "education_session",
			SubjectID: id, After: e})
	})
}

func checkSession(tx pg.Tx, in homecare.NewEducationSession) error {
	type known struct{ Programme, Village bool }
	k, err := pg.Row[known](tx, `select exists (select from puskesmas_programme where puskesmas_id = $1
		and programme_code = $2) as programme,
		exists (select from village where code = $3) as village`, tx.Principal().PuskesmasID, in.Programme, in.Village)
	if err != nil {
		return err
	}
	var check fault.Check
	check.That(k.Programme, "/programme", "unknown",
		"Puskesmas ini tidak menjalankan program tersebut. Pilih dari daftar program.",
		"This puskesmas does not run that programme. Choose one from the list.").
		Hint("GET /v1/programmes")
	check.That(k.Village, "/village", "unknown",
		"Desa ini tidak dikenal. Pilih dari daftar desa.", "This village is not known. Choose one from the list.").
		Hint("GET /v1/villages")
	check.That(in.HeldOn <= tx.Today(), "/held_on", "future",
		"Tanggal ini belum terjadi. Catat penyuluhan setelah dilaksanakan.",
		"That day is yet to come. Record a session once it was held.")
	for i, id := range in.ConductedBy {
		if err := staff.CheckStaffOn(tx, &check, fmt.Sprintf("/conducted_by/%d", i), "unknown", id,
			in.HeldOn); err != nil {
			return err
		}
	}
	return check.Err()
}
