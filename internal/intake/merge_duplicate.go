package intake

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/sentmonth"
	"github.com/balangan/homecare/pkg/homecare"
)

type mergeParams struct {
	ID string `param:"id" json:"-"`
	homecare.MergeDuplicate
}

// MergeDuplicate merges the two persons of a pair into the one that stays.
// Errors: fault.ErrNotFound, fault.ErrStale, fault.ErrState, ErrNotThisPair,
// patient.ErrTwoNIKs, patient.ErrGone.
func (s *Service) MergeDuplicate(ctx context.Context, in mergeParams) (homecare.Duplicate, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Duplicate, error) {
		c, err := lockPair(tx, in.ID)
		if err != nil {
			return homecare.Duplicate{}, err
		}
		from := c.SecondID
		switch in.KeepID {
		case c.FirstID:
		case c.SecondID:
			from = c.FirstID
		default:
			return homecare.Duplicate{}, ErrNotThisPair
		}
		if _, err := s.patients.MergeIn(tx, from, in.KeepID, in.Reason); err != nil {
			return homecare.Duplicate{}, err
		}
		out, err := pairIn(tx, in.ID)
		if err != nil {
			return out, err
		}
		if out.Warnings, err = sentmonth.WarningsIn(tx); err != nil {
			return out, err
		}
		return out, s.trail.Record(tx, audit.Event{Action: "duplicate.merge", SubjectKind: "patient",
			SubjectID: in.KeepID, Reason: in.Reason,
			After: map[string]any{"kept": in.KeepID, "merged": from, "kind": c.Kind}})
	})
}

// The faults of intake.
var (
	// ErrFileRefused: the whole file is refused; errors says why.
	ErrFileRefused = fault.Define(fault.Invalid, "import.file_refused",
		"Berkas ini tidak dapat dibaca, jadi tidak ada baris yang diambil. Perbaiki yang disebutkan, lalu unggah lagi.",
		"This file cannot be read, so no row was taken. Correct what is named and upload it again.").
		Hint("errors names what is wrong")
	// ErrNotThisPair: keep_id is neither of the two.
	ErrNotThisPair = fault.ErrInvalid.At(fault.Field{Pointer: "/keep_id", Code: "oneof",
		Text: fault.Text{ID: "Pilih salah satu dari kedua orang ini.",
			EN: "Choose one of the two persons."}})
)
