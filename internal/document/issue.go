package document

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/document/paper"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Draft is a paper about to be issued.
type Draft struct {
	Kind, SubjectKind, SubjectID string
	CaseID                       string // empty where no case has it
	Revision                     int    // of the subject; 0 where it has none
	// Paper returns the paper's struct (of package paper), given what all papers share.
	Paper func(paper.Issue) (any, error)
}

// IssueIn issues a paper in the transaction of the step that causes it: takes
// its number, freezes its content, and records the act. A dry run takes no
// number, because it is rolled back. Call it as late as possible: the
// puskesmas's counter of this kind stays locked until the commit. Error:
// ErrUnprintable; the whole step is then rolled back.
func (s *Service) IssueIn(tx pg.Tx, d Draft) (homecare.Document, error) {
	var none homecare.Document
	p, now := tx.Principal(), tx.Now()
	unit, err := unitIn(tx)
	if err != nil {
		return none, err
	}
	year := now.In(clock.WITA).Year()
	sequence, err := pg.Scalar[int](tx, `insert into letter_counter as n (puskesmas_id, kind, year, last)
		values ($1, $2, $3, 1)
		on conflict (puskesmas_id, kind, year) do update set last = n.last + 1
		returning last`, p.PuskesmasID, d.Kind, year)
	if err != nil {
		return none, err
	}
	id, code := uuid.Must(uuid.NewV7()).String(), newCode()
	issue := paper.Issue{
		Lang: paper.Lang(tx.Call().Language), IssuedAt: now.Truncate(time.Second),
		Letterhead: paper.BalanganLetterhead(unit.Name, unit.Address), Number: number(d.Kind, unit.Slug, sequence,
			year),
		Place: unit.DistrictName, Date: paper.Date(clock.Day(now)),
		Verification: paper.Verification{Code: code, URL: s.publicURL + "/verify/" + code},
	}
	content, err := d.Paper(issue)
	if err != nil {
		return none, err
	}
	frozen, err := json.Marshal(content)
	if err != nil {
		return none, err
	}
	if err := printable(frozen); err != nil {
		return none, err
	}
	keys, err := tx.Keys()
	if err != nil {
		return none, err
	}
	if _, err := tx.Exec(`insert into document (puskesmas_id, id, kind, number, year, sequence, subject_kind,
		subject_id, case_id, code, issued_on, issued_at, issued_by, frozen_sealed, subject_revision)
		values ($1, $2, $3, $4, $5, $6, $7, $8, nullif($9, '')::uuid, $10, $11::text::date, $12, $13, $14,
		nullif($15::int, 0))`,
		p.PuskesmasID, id, d.Kind, issue.Number, year, sequence, d.SubjectKind, d.SubjectID, d.CaseID, code,
		string(issue.Date), now, p.UserID,
		keys.Seal(frozenPlace(id), frozen), d.Revision); err != nil {
		return none, err
	}
	doc, err := documentIn(tx, id)
	if err != nil {
		return none, err
	}
	return doc, s.trail.Record(tx, audit.Event{Action: "document.issue", SubjectKind: "document", SubjectID: id,
		After: doc})
}

// newCode makes a verification code: 128 random bits, 26 characters.
func newCode() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:])
}
