package patient

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Register adds a person without a file (SOP KP A: staff receive a patient who
// needs the service). Errors: fault.ErrInvalid, ErrConfirm, ErrNIKTaken.
func (s *Service) Register(ctx context.Context, in homecare.NewPatient) (homecare.Patient, error) {
	d, err := details{Name: in.Name, Sex: in.Sex, BirthDate: in.BirthDate, BirthEstimated: in.BirthDateEstimated,
		Village: in.Village, confirm: in.Confirm,
		Numbers: Numbers{NIK: in.NIK, KK: in.KK, BPJSCard: in.BPJSCard, Phone: in.Phone, Address: in.Address,
			MotherNIK: in.MotherNIK}}.clean(clock.Today(ctx))
	if err != nil {
		return homecare.Patient{}, err
	}
	if in.Source == "" {
		in.Source = "walk_in"
	}
	made, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Patient, error) {
		k, err := tx.Keys()
		if err != nil {
			return homecare.Patient{}, err
		}
		r := New(k)
		if in.ID != "" {
			r.ID = strings.ToLower(uuid.MustParse(in.ID).String())
			r.key, r.wrapped = k.NewPerson(r.ID)
		}
		r.take(d)
		if err := r.house(tx); err != nil {
			return homecare.Patient{}, err
		}
		if err := InsertIn(tx, []*Record{r}); err != nil {
			return homecare.Patient{}, err
		}
		if err := SawIn(tx, []Seen{{PatientID: r.ID, Source: in.Source, At: tx.Now()}}); err != nil {
			return homecare.Patient{}, err
		}
		if err := s.touched(tx, r.ID); err != nil {
			return homecare.Patient{}, err
		}
		return s.answer(tx, r.ID, audit.Event{Action: "patient.register", Reason: confirmed(in.Confirm)})
	})
	return made, s.inTheWay(ctx, err, d.Numbers)
}

// inTheWay is err, and where it is ErrNIKTaken, with the person of the caller's puskesmas who
// has the NIK of n. The search for the NIK shows the same.
func (s *Service) inTheWay(ctx context.Context, err error, n Numbers) error {
	if !errors.Is(err, ErrNIKTaken) {
		return err
	}
	p, _ := auth.From(ctx)
	k, unknown := s.db.Keys().For(p.PuskesmasID)
	if unknown != nil {
		return err // the conflict is the answer
	}
	who, unknown := pg.Read(ctx, s.db, `select id from patient where nik_index = $1`, []any{IndexesOf(k, n).NIK},
		func(rows pgx.Rows) (string, error) {
			row, err := pg.CollectOne[struct{ ID string }](rows)
			return row.ID, err
		})
	if unknown != nil {
		return err
	}
	return fault.From(err).Extend("patient_id", who)
}

func (r *Record) take(d details) {
	r.Name, r.Sex, r.BirthDate, r.Village, r.DeceasedOn, r.Numbers = d.Name, d.Sex, d.BirthDate, d.Village,
		d.DeceasedOn, d.Numbers
	r.BirthEstimated = d.BirthEstimated
	r.Weak = r.weak()
}

// confirmed is the part of a confirmation that the audit trail keeps.
func confirmed(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return "confirm: " + strings.Join(list, " ")
}

func (r *Record) details() details {
	return details{Name: r.Name, Sex: r.Sex, BirthDate: r.BirthDate, BirthEstimated: r.BirthEstimated,
		Village: r.Village, DeceasedOn: r.DeceasedOn, Numbers: r.Numbers}
}

// house adds r to the household of its KK.
func (r *Record) house(tx pg.Tx) error {
	if r.KK == "" {
		return nil
	}
	k, err := tx.Keys()
	if err != nil {
		return err
	}
	r.HouseholdID, err = householdOf(tx, IndexesOf(k, r.Numbers).KK, r.Village)
	return err
}
