package patient

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/sentmonth"
	"github.com/balangan/homecare/pkg/homecare"
)

// ErrOpenCase: a death or a mistake is recorded where the open case is.
var ErrOpenCase = fault.Define(fault.Conflict, "patient.open_case",
	"Orang ini masih punya kasus terbuka. Akhiri kasusnya dulu (POST /v1/cases/{id}/end), termasuk karena meninggal.",
	"This person has an open case. End the case first (POST /v1/cases/{id}/end), also because of death.")

// ErrVillage: the village code is not in the list.
var ErrVillage = fault.Define(fault.Invalid, "patient.village_unknown",
	"Kode desa ini tidak dikenal. Lihat GET /v1/villages.", "No such village code. See GET /v1/villages.")

var unknownVillage = ErrVillage.At(fault.Field{Pointer: "/village", Code: "unknown", Text: ErrVillage.Detail})

func init() {
	pg.Explain(map[string]error{
		"patient_nik_uq":       ErrNIKTaken,
		"patient_village_fk":   unknownVillage,
		"household_village_fk": unknownVillage,
	})
}

// Service is the use cases of the registry.
type Service struct {
	db     *pg.DB
	sealer *page.Sealer
	trail  *audit.Trail
	// Touched runs in the same transaction after persons were registered,
	// changed or merged: matching keys, likely duplicates, scores.
	Touched []func(tx pg.Tx, ids []string) error
	// Merging and Merged run in the transaction that joins a duplicate to the
	// record that stays: before the catalogue moves the rows, and after.
	Merging, Merged []func(tx pg.Tx, fromID, toID string) error
	// Died ends the open cases of a person of whom a merge tells the death.
	Died func(tx pg.Tx, patientID, date string) error
	// Parted runs in the transaction that undoes a merge, once the rows are back,
	// and names those that it could not leave as they were.
	Parted []func(tx pg.Tx, p Parting) ([]homecare.MergedRecord, error)
	// Voided runs in the transaction that takes a person out of use: nothing
	// lists or counts them from then on.
	Voided []func(tx pg.Tx, id string) error
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, sealer *page.Sealer, trail *audit.Trail) *Service {
	return &Service{db: db, sealer: sealer, trail: trail}
}

func (s *Service) touched(tx pg.Tx, ids ...string) error {
	for _, f := range s.Touched {
		if err := f(tx, ids); err != nil {
			return err
		}
	}
	return nil
}

// Register adds a person who came without a file (SOP KP A: staff get a
// patient who needs the service). Errors: fault.ErrInvalid, ErrConfirm,
// ErrNIKTaken.
func (s *Service) Register(ctx context.Context, in homecare.NewPatient) (homecare.Patient, error) {
	d, err := details{Name: in.Name, Sex: in.Sex, BirthDate: in.BirthDate, BirthEstimated: in.BirthDateEstimated, Village: in.Village, confirm: in.Confirm,
		Numbers: Numbers{NIK: in.NIK, KK: in.KK, BPJSCard: in.BPJSCard, Phone: in.Phone, Address: in.Address, MotherNIK: in.MotherNIK}}.clean(clock.Today(ctx))
	if err != nil {
		return homecare.Patient{}, err
	}
	if in.Source == "" {
		in.Source = "walk_in"
	}
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Patient, error) {
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
}

func (r *Record) take(d details) {
	r.Name, r.Sex, r.BirthDate, r.Village, r.DeceasedOn, r.Numbers = d.Name, d.Sex, d.BirthDate, d.Village, d.DeceasedOn, d.Numbers
	r.BirthEstimated = d.BirthEstimated
	r.Weak = r.weak()
}

// confirmed is what the audit keeps of a confirmation.
func confirmed(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return "confirm: " + strings.Join(list, " ")
}

func (r *Record) details() details {
	return details{Name: r.Name, Sex: r.Sex, BirthDate: r.BirthDate, BirthEstimated: r.BirthEstimated, Village: r.Village, DeceasedOn: r.DeceasedOn, Numbers: r.Numbers}
}

// house puts r into the family of its KK.
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

// answer reads the person and records the event about them, masked. It tells which
// months with a report were changed.
func (s *Service) answer(tx pg.Tx, id string, e audit.Event) (homecare.Patient, error) {
	p, err := oneIn(tx, id)
	if err != nil {
		return p, err
	}
	if p.Warnings, err = sentmonth.WarningsIn(tx); err != nil {
		return p, err
	}
	e.SubjectKind, e.SubjectID, e.After = "patient", id, p
	return p, s.trail.Record(tx, e)
}

type idParams struct {
	ID string `param:"id" json:"-"`
}

// Get returns one person. Error: fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, in idParams) (homecare.Patient, error) {
	return first(s.views(ctx, 1, `where p.id = $1`, in.ID))
}

type changeParams struct {
	ID string `param:"id" json:"-"`
	homecare.PatientChange
}

// Change changes a person. Errors: fault.ErrNotFound, fault.ErrStale, ErrGone,
// ErrOpenCase (a death), ErrDeathByCase, ErrVisitAfterEnd,
// ErrVisitedBeforeBirth, ErrOutcomeAfterDeath, ErrNIKTaken, fault.ErrInvalid, ErrConfirm (what changes
// contradicts the NIK).
func (s *Service) Change(ctx context.Context, in changeParams) (homecare.Patient, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Patient, error) {
		before, err := s.lock(tx, in.ID)
		if err != nil {
			return homecare.Patient{}, err
		}
		r := *before
		d := r.details()
		for to, o := range map[*string]homecare.Opt[string]{&d.Name: in.Name, &d.Sex: in.Sex, &d.BirthDate: in.BirthDate, &d.NIK: in.NIK, &d.KK: in.KK,
			&d.BPJSCard: in.BPJSCard, &d.Phone: in.Phone, &d.Address: in.Address, &d.MotherNIK: in.MotherNIK, &d.Village: in.Village, &d.DeceasedOn: in.DeceasedOn} {
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
			d.confirm = []string{"nik_sex", "nik_birth_date"} // answered before
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
		if err := UpdateIn(tx, []*Record{&r}); err != nil {
			return homecare.Patient{}, err
		}
		if err := s.touched(tx, r.ID); err != nil {
			return homecare.Patient{}, err
		}
		return s.answer(tx, r.ID, audit.Event{Action: "patient.change", Reason: confirmed(in.Confirm), Before: before.Masked()})
	})
}

// lock returns a person that If-Match names and that is still in use.
func (s *Service) lock(tx pg.Tx, id string) (*Record, error) {
	r, err := lockIn(tx, id)
	if err != nil {
		return nil, err
	}
	if r.Gone { // told before the version, which a merge raised too
		return nil, r.gone()
	}
	return r, tx.Stale(r.Version)
}

type revealParams struct {
	ID string `param:"id" json:"-"`
	homecare.Reveal
}

// Reveal returns a person's numbers in full and records for what purpose.
// Error: fault.ErrNotFound.
func (s *Service) Reveal(ctx context.Context, in revealParams) (homecare.RevealedNumbers, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.RevealedNumbers, error) {
		i, err := IdentityIn(tx, in.ID)
		if err != nil {
			return homecare.RevealedNumbers{}, err
		}
		return homecare.RevealedNumbers{PatientID: in.ID, NIK: i.NIK, KK: i.KK, BPJSCard: i.BPJSCard, Phone: i.Phone, Address: i.Address, MotherNIK: i.MotherNIK},
			s.trail.Record(tx, audit.Event{Action: "patient.reveal", SubjectKind: "patient", SubjectID: in.ID, Reason: in.Purpose})
	})
}

type whyParams struct {
	ID string `param:"id" json:"-"`
	homecare.Why
}

// Void takes a person registered by mistake out of use; nothing is deleted and
// the NIK is free again. Errors: fault.ErrNotFound, fault.ErrStale, ErrGone,
// ErrOpenCase, ErrHoldsMerged.
func (s *Service) Void(ctx context.Context, in whyParams) (homecare.Patient, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Patient, error) {
		before, err := s.lock(tx, in.ID)
		if err != nil {
			return homecare.Patient{}, err
		}
		if err := noOpenCase(tx, in.ID); err != nil {
			return homecare.Patient{}, err
		}
		if err := holdsNobody(tx, in.ID); err != nil {
			return homecare.Patient{}, err
		}
		if _, err := tx.Exec(`update patient set voided_reason = $2, nik_index = null, updated_at = $3, version = version + 1 where id = $1`, in.ID, in.Reason, tx.Now()); err != nil {
			return homecare.Patient{}, err
		}
		for _, f := range s.Voided {
			if err := f(tx, in.ID); err != nil {
				return homecare.Patient{}, err
			}
		}
		return s.answer(tx, in.ID, audit.Event{Action: "patient.void", Reason: in.Reason, Before: before.Masked()})
	})
}

type mergeParams struct {
	ID string `param:"id" json:"-"`
	homecare.MergePatient
}

// Merge joins a person into another. Errors: fault.ErrNotFound,
// fault.ErrStale, ErrGone, ErrSelf, ErrTwoNIKs, ErrMergeDeath.
func (s *Service) Merge(ctx context.Context, in mergeParams) (homecare.Patient, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Patient, error) {
		if err := LockCommits(tx); err != nil {
			return homecare.Patient{}, err
		}
		before, err := s.lock(tx, in.ID)
		if err != nil {
			return homecare.Patient{}, err
		}
		stood, err := oneIn(tx, in.IntoID)
		if err != nil {
			return homecare.Patient{}, err
		}
		if _, err := s.MergeIn(tx, in.ID, in.IntoID, in.Reason); err != nil {
			return homecare.Patient{}, err
		}
		if _, err := s.answer(tx, in.ID, audit.Event{Action: "patient.merge", Reason: in.Reason, Before: before.Masked()}); err != nil {
			return homecare.Patient{}, err
		}
		return s.answer(tx, in.IntoID, audit.Event{Action: "patient.merge", Reason: in.Reason, Before: stood})
	})
}
