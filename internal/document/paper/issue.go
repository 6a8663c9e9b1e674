package paper

import (
	"errors"
	"fmt"
	"time"
)

// Errors that a paper's PDF method returns for data it can't print truthfully.
var (
	// ErrNoIssueTime: IssuedAt is zero, so the file's date would be the clock's.
	ErrNoIssueTime = errors.New("paper: issued_at is missing")
	// ErrNoVerification: a letter without verification code or address.
	ErrNoVerification = errors.New("paper: verification code or address is missing")
	// ErrUnknownLang: neither Indonesian nor English.
	ErrUnknownLang = errors.New("paper: unknown language")
	// ErrUnknownClause: no such version of the refusal clauses.
	ErrUnknownClause = errors.New("paper: unknown version of the refusal clauses")
	// ErrTooManyValues: a report row has more values than its section has columns.
	ErrTooManyValues = errors.New("paper: row has more values than the section has columns")
)

// Issue is what all papers share: who issues them, when, under which number,
// and how they are checked.
type Issue struct {
	Lang         Lang         `json:"lang"`      // "" means Indonesian
	IssuedAt     time.Time    `json:"issued_at"` // file date; to the second, UTC
	Letterhead   Letterhead   `json:"letterhead"`
	Number       string       `json:"number"` // nomor surat
	Place        string       `json:"place"`  // place of issue, before the date
	Date         Date         `json:"date"`
	Verification Verification `json:"verification"`
}

// Verification lets a reader check a printed paper against the record.
type Verification struct {
	Code string `json:"code"` // short, printed
	URL  string `json:"url"`  // address of the check, ".../verify/{code}", in the QR code
}

func (v Verification) given() bool { return v.Code != "" && v.URL != "" }

func (i Issue) validate(verified bool) error {
	if i.IssuedAt.IsZero() {
		return ErrNoIssueTime
	}
	if _, ok := wordsOf[i.lang()]; !ok {
		return fmt.Errorf("%w: %q", ErrUnknownLang, string(i.Lang))
	}
	if verified && !i.Verification.given() {
		return ErrNoVerification
	}
	return nil
}

func (i Issue) lang() Lang {
	if i.Lang == "" {
		return Indonesian
	}
	return i.Lang
}

// placeDate gives "Paringin, 5 November 2026"; dots stand for what is missing.
func (s *sheet) placeDate(i Issue) string {
	place, date := i.Place, s.long(i.Date)
	if place == "" {
		place = "……………"
	}
	if date == "" {
		date = "…………………"
	}
	return place + ", " + date
}
