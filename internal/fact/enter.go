package fact

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/reference"
	"github.com/balangan/homecare/pkg/homecare"
)

type enterParams struct {
	PatientID string `param:"id" json:"-"`
	homecare.NewFact
}

// Enter records a fact by hand. Errors: fault.ErrNotFound, fault.ErrInvalid, ErrDeceased,
// patient.ErrGone.
func (s *Service) Enter(ctx context.Context, in enterParams) (homecare.Fact, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Fact, error) {
		var none homecare.Fact
		if err := patient.UseIn(tx, in.PatientID); err != nil {
			return none, err
		}
		p, err := pg.Row[subject](tx, `select birth_date, deceased_on is not null as deceased from patient
			where id = $1`, in.PatientID)
		if err != nil {
			return none, err
		}
		if p.Deceased {
			return none, ErrDeceased
		}
		at, code, err := in.check(tx, p)
		if err != nil {
			return none, err
		}
		sensitive, err := in.sensitive(tx, code)
		if err != nil {
			return none, err
		}
		id := pg.NewID("")
		if _, err := tx.Exec(`insert into patient_fact (puskesmas_id, patient_id, digest, source, code, value, text,
			unit, observed_at, sensitive, recorded_at, recorded_by)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, tx.Principal().PuskesmasID, in.PatientID,
			id, Staff, in.Code, in.Value, in.Text, code.Unit, at, sensitive, tx.Now(),
			tx.Principal().UserID); err != nil {
			return none, err
		}
		f := []homecare.Fact{{ID: id, Code: in.Code, Value: in.Value, Text: in.Text, ObservedAt: &at, Source: Staff,
			RecordedAt: tx.Now().UTC(), Sensitive: sensitive}}
		inWords(tx.Call().Language, f)
		return f[0], s.trail.Record(tx, audit.Event{Action: "fact.enter", SubjectKind: "patient",
			SubjectID: in.PatientID, After: f[0]})
	})
}

// subject is what bounds a fact of a person.
type subject struct {
	BirthDate *time.Time
	Deceased  bool
}

// check judges the fact and returns its time and code.
func (in *enterParams) check(tx pg.Tx, p subject) (time.Time, *reference.FactCode, error) {
	var check fault.Check
	code := reference.FactByCode(in.Code)
	check.That(code != nil && code.ByHand, "/code", "unknown",
		"Kode fakta ini tidak dapat dicatat dengan tangan. Pilih dari daftar kode fakta.",
		"This code of a fact cannot be entered by hand. Choose one from the list of fact codes.")
	if err := check.Err(); err != nil {
		return time.Time{}, nil, err
	}
	at := tx.Now()
	switch {
	case in.ObservedAt != nil:
		at = *in.ObservedAt
	case in.ObservedOn != "":
		day, err := time.Parse(time.DateOnly, in.ObservedOn)
		if err != nil {
			return at, code, err
		}
		at = day
	}
	at = at.UTC().Truncate(time.Microsecond)
	pointer := "/observed_at"
	if in.ObservedOn != "" {
		pointer = "/observed_on"
	}
	check.That(in.ObservedAt == nil || in.ObservedOn == "", "/observed_on", "either",
		"Sebutkan waktu atau hari, bukan keduanya.", "Say the time or the day, not both.")
	check.That(!at.After(tx.Now().Add(clock.Skew)) && clock.Day(at) <= tx.Today(), pointer, "future",
		"Hari ini belum terjadi. Periksa tanggalnya.", "This day is yet to come. Check the date.")
	check.That(p.BirthDate == nil || clock.Day(at) >= p.BirthDate.Format(time.DateOnly), pointer, "before_birth",
		"Tanggal ini sebelum orang itu lahir.", "This date is before the person was born.")
	in.checkUnit(&check, code)
	in.checkValue(&check, code)
	if err := in.checkText(tx, &check, code); err != nil {
		return at, code, err
	}
	return at, code, check.Err()
}

func (in *enterParams) checkUnit(check *fault.Check, code *reference.FactCode) {
	switch {
	case in.Unit == "" || in.Unit == code.Unit:
	case code.Unit == "":
		check.Add("/unit", "unit", "Fakta ini tidak memakai satuan. Kosongkan satuannya.",
			"This fact has no unit. Leave the unit out.")
	default:
		check.Put(fault.Field{Pointer: "/unit", Code: "unit", Text: otherUnit, Args: map[string]any{"unit": code.Unit}})
	}
}

var otherUnit = fault.Text{ID: "Satuan ini tidak cocok dengan kode fakta. Ubah nilainya ke satuan {unit}.",
	EN: "This unit does not fit the code of the fact. Convert the value to {unit}."}

func (in *enterParams) checkValue(check *fault.Check, code *reference.FactCode) {
	switch {
	case code.IsNumber():
		check.That(in.Value != nil, "/value", "required", "Isi nilainya.", "Give the value.")
		if in.Value != nil {
			check.That((code.Min == nil || *in.Value >= *code.Min) && (code.Max == nil || *in.Value <= *code.Max),
				"/value", "impossible", "Nilai ini tidak mungkin. Periksa angka dan satuannya.",
				"This value is impossible. Check the number and its unit.")
		}
	case code.Kind == "flag":
		if in.Value == nil {
			in.Value = new(1.0)
		}
		check.That(*in.Value == 0 || *in.Value == 1, "/value", "flag", "Isi 1 untuk ya atau 0 untuk tidak.",
			"Give 1 for yes or 0 for no.")
	default:
		check.That(in.Value == nil, "/value", "not_a_number", "Fakta ini bukan angka. Kosongkan nilainya.",
			"This fact is not a number. Leave the value out.")
	}
}

func (in *enterParams) checkText(tx pg.Tx, check *fault.Check, code *reference.FactCode) error {
	switch code.Kind {
	case "coded":
		check.That(code.TextLabel(in.Text, "id") != "", "/text", "unknown",
			"Pilihan ini tidak ada untuk fakta tersebut.", "This fact has no such value.")
	case "diagnosis":
		known, err := pg.Scalar[bool](tx, `select exists (select from diagnosis_code where code = $1)`, in.Text)
		if err != nil {
			return err
		}
		check.That(known, "/text", "unknown", "Kode ICD-10 ini tidak ada dalam daftar.",
			"This ICD-10 code is not in the list.").Hint("GET /v1/diagnosis-codes")
	case "text":
		check.That(in.Text != "", "/text", "required", "Isi teksnya.", "Give the text.")
	default:
		check.That(in.Text == "", "/text", "not_a_text", "Fakta ini tidak memakai teks. Kosongkan teksnya.",
			"This fact has no text. Leave the text out.")
	}
	return nil
}

func (in *enterParams) sensitive(tx pg.Tx, code *reference.FactCode) (bool, error) {
	if code.Kind != "diagnosis" {
		return code.Sensitive, nil
	}
	return pg.Scalar[bool](tx, `select sensitive from diagnosis_code where code = $1`, in.Text)
}
