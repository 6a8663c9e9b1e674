package patient

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type changeParams struct {
	ID string `param:"id" json:"-"`
	homecare.PatientChange
}

// Change changes a person. Errors: fault.ErrNotFound, fault.ErrStale, ErrGone, ErrOpenCase (a death),
// ErrDeathByCase, ErrVisitAfterEnd, ErrVisitedBeforeBirth, ErrOutcomeAfterDeath, ErrNIKTaken,
// fault.ErrInvalid, ErrConfirm (a change contradicts the NIK).
func (s *Service) Change(ctx context.Context, in changeParams) (homecare.Patient, error) {
	var numbers Numbers
	changed, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Patient, error) {
		before, err := s.lock(tx, in.ID)
		if err != nil {
			return homecare.Patient{}, err
		}
		r := *before
		d := r.details()
		for to, o := range map[*string]homecare.Opt[string]{&d.Name: in.Name, &d.Sex: in.Sex,
			&d.BirthDate: in.BirthDate, &d.NIK: in.NIK, &d.KK: in.KK,
			&d.BPJSCard: in.BPJSCard, &d.Phone: in.Phone, &d.Address: in.Address, &d.MotherNIK: in.MotherNIK,
			&d.Village: in.Village, &d.DeceasedOn: in.DeceasedOn} {
			if o.Set {
				*to = o.V // empty for null
			}
		}
		if in.BirthDate.Set {
			d.BirthEstimated = false
		}
		if in.BirthDateEstimated.Set {
			d.BirthEstimated = in.BirthDateEstimated.V
		}
		d.confirm = in.Confirm
		if !in.NIK.Set && !in.Sex.Set && !in.BirthDate.Set {
			d.confirm = []string{"nik_sex", "nik_birth_date"} // confirmed earlier
		}
		if d, err = d.clean(clock.Day(tx.Now())); err != nil {
			return homecare.Patient{}, err
		}
		r.take(d)
		if r.KK != before.KK {
			r.HouseholdID = ""
			if err := r.house(tx); err != nil {
				return homecare.Patient{}, err
			}
		}
		if err := mayDie(tx, r.ID, before.DeceasedOn, r.DeceasedOn); err != nil {
			return homecare.Patient{}, err
		}
		if (in.BirthDate.Set || in.BirthDateEstimated.Set) && !r.BirthEstimated {
			if err := bornBy(tx, r.ID, r.BirthDate); err != nil {
				return homecare.Patient{}, err
			}
		}
		numbers = r.Numbers
		if err := UpdateIn(tx, []*Record{&r}); err != nil {
			return homecare.Patient{}, err
		}
		if err := s.touched(tx, r.ID); err != nil {
			return homecare.Patient{}, err
		}
		return s.answer(tx, r.ID, audit.Event{Action: "patient.change", Reason: confirmed(in.Confirm),
			Before: before.Masked()})
	})
	return changed, s.inTheWay(ctx, err, numbers)
}
