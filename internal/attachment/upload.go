package attachment

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Upload keeps a file. Errors: ErrType, ErrBroken, ErrTooManyPixels, fault.ErrInvalid
// (among others: the caller sees no such record).
func (s *Service) Upload(ctx context.Context, u upload) (homecare.Attachment, error) {
	in := u.NewAttachment
	data, mediaType, sum, err := clean(in.File)
	if err != nil {
		return homecare.Attachment{}, err
	}
	in.ID = pg.NewID(in.ID)
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Attachment, error) {
		var none homecare.Attachment
		var check fault.Check
		check.That((in.Latitude == nil) == (in.Longitude == nil), "/longitude", "position",
			"Isi lintang dan bujur bersama-sama.", "Send latitude and longitude together.")
		caseID, err := caseOf(tx, in.SubjectKind, in.SubjectID)
		if errors.Is(err, fault.ErrNotFound) {
			check.Add("/subject_id", "unknown", "Data yang dilampiri tidak ditemukan.",
				"The record to attach to was not found.")
		} else if err != nil {
			return none, err
		}
		if err := check.Err(); err != nil {
			return none, err
		}
		keys, err := tx.Keys()
		if err != nil {
			return none, err
		}
		// The bytes are durable before the row commits, so no row lacks its file. A file
		// without a row is swept.
		name := newName()
		if err := s.blobs.Put(ctx, name, keys.Seal(place(in.ID), data)); err != nil {
			return none, err
		}
		a, err := s.record(tx, attachment{Created: tx.Created(), ID: in.ID, Kind: in.Kind,
			SubjectKind: in.SubjectKind, SubjectID: in.SubjectID, CaseID: caseID, Caption: in.Caption,
			MediaType: mediaType, Size: len(data), SHA256: sum[:], Blob: name, TakenAt: in.TakenAt,
			Latitude: in.Latitude, Longitude: in.Longitude})
		if err != nil {
			_ = s.blobs.Delete(context.WithoutCancel(ctx), name) // on failure the sweep removes it
		}
		return a, err
	})
}

func (s *Service) record(tx pg.Tx, row attachment) (homecare.Attachment, error) {
	if err := pg.Insert(tx, row); err != nil {
		return homecare.Attachment{}, err
	}
	a, err := uploaded(tx, row.ID)
	if err != nil {
		return a, err
	}
	return a, s.trail.Record(tx, audit.Event{Action: "attachment.upload", SubjectKind: "attachment", SubjectID: a.ID,
		After: a})
}

func newName() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}
