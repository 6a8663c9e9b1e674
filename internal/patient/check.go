package patient

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/balangan/homecare/internal/patient/number"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/visible"
)

// The faults of the registry.
var (
	// ErrNIKTaken: the NIK belongs to another person of this puskesmas.
	ErrNIKTaken = fault.Define(fault.Conflict, "patient.nik_taken",
		"NIK ini sudah terdaftar untuk sasaran lain di puskesmas Anda. Cari orangnya lebih dulu.",
		"Another person of your puskesmas is registered with this NIK. Search for that person first.").About("/nik").
		Hint("POST /v1/patients/search")
	// ErrConfirm: the NIK implies another sex or birth date. Extra holds confirm:
	// nik_sex, nik_birth_date. A request that repeats them in confirm is
	// accepted: a NIK keeps what was entered when it was issued.
	ErrConfirm = fault.Define(fault.Invalid, "patient.confirm",
		"NIK ini tidak cocok dengan isian yang ditandai. Periksa KTP atau KK; bila memang begitu, nyatakan benar, lalu kirim lagi.",
		"This NIK does not agree with the marked fields. Check the card; if it is right so, confirm it and send again.").
		Hint("errors names the fields; send again with what confirm lists")
	// ErrGone: the person was merged into another or voided.
	ErrGone = fault.Define(fault.Conflict, "patient.gone",
		"Data orang ini sudah digabung atau dibatalkan. Pakai data penggantinya, bila ada.",
		"This person was merged into another or voided. Use the record that stands for them, if there is one.").
		Hint("merged_into_id names the record that stands for the person").About("/patient_id")
	// ErrHoldsMerged: voiding a record would void a merged one too.
	ErrHoldsMerged = fault.Define(fault.Conflict, "patient.holds_merged",
		"Ke data ini digabung data lain. Batalkan penggabungan itu lebih dulu, agar data itu tidak ikut hilang.",
		"Another record is merged into this one. Undo that merge first, so that it is not lost with it.").
		Hint("patient_id names the merged record")
	// ErrSelf: a person cannot be merged with themselves.
	ErrSelf = fault.Define(fault.Conflict, "patient.merge_self",
		"Orang yang sama tidak dapat digabung dengan dirinya sendiri. Pilih orang lain.",
		"A person cannot be merged with themselves. Choose another.").About("/into_id")
	// ErrTwoNIKs: two different valid NIKs belong to two people.
	ErrTwoNIKs = fault.Define(fault.Conflict, "patient.merge_two_niks",
		"Keduanya punya NIK yang berbeda, jadi dua orang yang berbeda. Perbaiki NIK yang salah dulu bila memang orang yang sama.",
		"The two have different NIKs, so they are two people. Correct the wrong NIK first if they are one.")
)

// details are a person's data as entered, before validation.
type details struct {
	Name, Sex, BirthDate, Village, DeceasedOn string
	BirthEstimated                            bool
	Numbers
	confirm []string // contradictions to the NIK that the caller confirms
}

// clean normalises d's numbers and validates them as of today (YYYY-MM-DD). A
// NIK supplies a missing birth date and sex, and replaces an estimated birth
// date. Errors: fault.ErrInvalid, ErrConfirm.
func (d details) clean(today string) (details, error) {
	var check fault.Check
	d.Name = visible.Kept(d.Name)
	check.That(visible.Name(d.Name) && len([]rune(d.Name)) <= 200, "/name", "text",
		"Nama wajib diisi dengan huruf, paling panjang 200 huruf, bukan rumus dan tanpa nomor panjang atau karakter yang tidak terlihat.",
		"The name is required: letters, at most 200, no formula, no long number and no character that cannot be seen.")
	check.That(d.Sex == "male" || d.Sex == "female" || d.Sex == "unknown", "/sex", "oneof",
		"Pilih laki-laki, perempuan, atau tidak diketahui.", "Choose male, female or unknown.")
	now, _ := time.Parse(time.DateOnly, today)
	if d.BirthDate != "" {
		born, err := time.Parse(time.DateOnly, d.BirthDate)
		switch {
		case err != nil:
			check.Add("/birth_date", "date", "Harus tanggal yang ada, misalnya 1958-03-17.",
				"This must be an existing date, such as 1958-03-17.")
		case born.After(now):
			check.Add("/birth_date", "future", "Tanggal lahir tidak boleh di masa depan.",
				"The birth date must not be in the future.")
		case born.Before(now.AddDate(-number.MaxAge, 0, 0)):
			check.Add("/birth_date", "too_old", "Tanggal lahir lebih dari 120 tahun lalu.",
				"The birth date is more than 120 years ago.")
		}
	}
	if d.DeceasedOn != "" {
		died, err := time.Parse(time.DateOnly, d.DeceasedOn)
		switch {
		case err != nil || died.After(now):
			check.Add("/deceased_on", "date", "Harus tanggal yang ada, tidak di masa depan.",
				"This must be an existing date, not in the future.")
		case d.BirthDate != "" && d.DeceasedOn < d.BirthDate:
			check.Add("/deceased_on", "before_birth",
				"Tanggal kematian ini sebelum tanggal lahirnya. Perbaiki salah satunya.",
				"This date of death lies before the birth date. Correct one of them.")
		}
	}
	check.That(d.BirthDate != "" || !d.BirthEstimated, "/birth_date", "required", "Isi tanggal lahir perkiraannya.",
		"Give the estimated birth date.")
	asked := d.nik(&check, now)
	if d.MotherNIK != "" {
		n, err := number.ParseNIK(d.MotherNIK)
		said(&check, "/mother_nik", err, nikTexts)
		d.MotherNIK = string(n)
	}
	d.KK = parsed(&check, "/kk", d.KK, number.ParseKK, kkTexts)
	d.BPJSCard = parsed(&check, "/bpjs_card", d.BPJSCard, number.ParseBPJSCard, cardTexts)
	d.Phone = parsed(&check, "/phone", d.Phone, number.ParsePhone, phoneTexts)
	if err := check.Err(); err != nil || len(asked) == 0 {
		return d, err
	}
	codes := make([]string, len(asked))
	for i, f := range asked {
		codes[i] = "nik_" + strings.TrimPrefix(f.Pointer, "/")
	}
	return d, ErrConfirm.At(asked...).Extend("confirm", codes)
}

// nik reads the NIK and returns the contradictions that the caller did not
// confirm.
func (d *details) nik(check *fault.Check, now time.Time) (asked []fault.Field) {
	if d.NIK == "" {
		return nil
	}
	n, err := number.ParseNIK(d.NIK)
	if err != nil {
		said(check, "/nik", err, nikTexts)
		return nil
	}
	d.NIK = string(n)
	if d.Sex == "unknown" {
		d.Sex = string(n.Sex())
	}
	if d.Sex != string(n.Sex()) && !slices.Contains(d.confirm, "nik_sex") {
		asked = append(asked, fault.Field{Pointer: "/sex", Code: "sex_mismatch",
			Text: fault.Text{ID: "Jenis kelamin berbeda dari NIK (perempuan: tanggal + 40).",
				EN: "The sex contradicts the NIK (women: day + 40)."}})
	}
	if d.BirthDate == "" || d.BirthEstimated {
		d.BirthDate, d.BirthEstimated = n.BirthDate(now).Format(time.DateOnly), false
		return asked
	}
	if born, err := time.Parse(time.DateOnly, d.BirthDate); err == nil && !n.Born(born) &&
		!slices.Contains(d.confirm, "nik_birth_date") {
		asked = append(asked, fault.Field{Pointer: "/birth_date", Code: "birth_date_mismatch",
			Text: fault.Text{ID: "Tanggal lahir berbeda dari NIK.", EN: "The birth date contradicts the NIK."}})
	}
	return asked
}

// texts are the reasons for refusing a number: lost digits, wrong length,
// impossible.
type texts struct{ length, invalid fault.Text }

var (
	lost = fault.Text{ID: "Nomor kehilangan angka di lembar kerja (mis. 3,17E+15). Ketik ulang dari kartunya.",
		EN: "The number lost digits in a spreadsheet (such as 3.17E+15). Type it again from the card."}
	nikTexts = texts{fault.Text{ID: "NIK harus 16 angka.", EN: "A NIK has 16 digits."},
		fault.Text{ID: "NIK tidak mungkin (huruf, tanggal yang tidak ada, nomor urut 0000).",
			EN: "Not a possible NIK (a letter, a date that does not exist, serial 0000)."}}
	kkTexts = texts{fault.Text{ID: "Nomor KK harus 16 angka.", EN: "A family card number has 16 digits."},
		fault.Text{ID: "Nomor KK hanya boleh angka.", EN: "A family card number holds digits only."}}
	cardTexts = texts{fault.Text{ID: "Nomor kartu BPJS harus 13 angka, nol di depan ikut ditulis.",
		EN: "A BPJS card number has 13 digits, leading zeros included."},
		fault.Text{ID: "Nomor kartu BPJS hanya boleh angka.", EN: "A BPJS card number holds digits only."}}
	phoneTexts = texts{fault.Text{ID: "Nomor telepon terlalu pendek atau terlalu panjang.",
		EN: "The phone number is too short or too long."},
		fault.Text{ID: "Harus nomor telepon Indonesia, misalnya 0812... atau +62812...",
			EN: "This must be an Indonesian phone number, such as 0812... or +62812..."}}
)

func parsed(check *fault.Check, pointer, text string, parse func(string) (string, error), t texts) string {
	if text == "" {
		return ""
	}
	s, err := parse(text)
	said(check, pointer, err, t)
	return s
}

func said(check *fault.Check, pointer string, err error, t texts) {
	switch {
	case err == nil:
	case errors.Is(err, number.ErrLostDigits):
		check.Add(pointer, "lost_digits", lost.ID, lost.EN)
	case errors.Is(err, number.ErrLength):
		check.Add(pointer, "length", t.length.ID, t.length.EN)
	default:
		check.Add(pointer, "invalid", t.invalid.ID, t.invalid.EN)
	}
}
