package attachment

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/blob"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Service is the use cases of attachments.
type Service struct {
	db    *pg.DB
	blobs blob.Store
	trail *audit.Trail
}

// NewService returns the use cases over db and the blob store.
func NewService(db *pg.DB, blobs blob.Store, trail *audit.Trail) *Service {
	return &Service{db, blobs, trail}
}

// Upload keeps a file. Errors: ErrType, ErrBroken, ErrTooManyPixels, fault.ErrInvalid (the
// record is not there or not the caller's).
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
		check.That((in.Latitude == nil) == (in.Longitude == nil), "/longitude", "position", "Isi latitude dan longitude bersama-sama.", "Send latitude and longitude together.")
		caseID, err := caseOf(tx, in.SubjectKind, in.SubjectID)
		if errors.Is(err, fault.ErrNotFound) {
			check.Add("/subject_id", "unknown", "Data yang dilampiri tidak ditemukan.", "The record to attach to was not found.")
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
		// The bytes are durable before the row commits: a row without its file
		// cannot be; a file without a row is swept.
		name := newName()
		if err := s.blobs.Put(ctx, name, keys.Seal(place(in.ID), data)); err != nil {
			return none, err
		}
		a, err := s.record(tx, attachment{Created: tx.Created(), ID: in.ID, Kind: in.Kind,
			SubjectKind: in.SubjectKind, SubjectID: in.SubjectID, CaseID: caseID, Caption: in.Caption,
			MediaType: mediaType, Size: len(data), SHA256: sum[:], Blob: name, TakenAt: in.TakenAt,
			Latitude: in.Latitude, Longitude: in.Longitude})
		if err != nil {
			_ = s.blobs.Delete(context.WithoutCancel(ctx), name) // what fails here is swept later
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
	return a, s.trail.Record(tx, audit.Event{Action: "attachment.upload", SubjectKind: "attachment", SubjectID: a.ID, After: a})
}

type idParams struct {
	ID string `param:"id" json:"-"`
}

// Get returns what is known of a file. Error: fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, in idParams) (homecare.Attachment, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Attachment, error) { return In(tx, in.ID) })
}

type listParams struct {
	// What they belong to.
	SubjectKind string `query:"subject_kind" json:"-" validate:"required,oneof=case visit document patient follow_up"`
	// The record.
	SubjectID string `query:"subject_id" json:"-" validate:"required,uuid"`
}

// List returns the files of one record, oldest first, at most 500.
func (s *Service) List(ctx context.Context, in listParams) (homecare.Page[homecare.Attachment], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Attachment], error) {
		all, err := of(tx, in.SubjectKind, in.SubjectID)
		return homecare.Page[homecare.Attachment]{Data: all}, err
	})
}

var endings = map[string]string{jpegType: ".jpg", pngType: ".png", webpType: ".webp", pdfType: ".pdf"}

// Content returns the file itself, as a download, never to be opened within a
// page: an uploaded PDF may hold scripts. A voided one is no longer given out.
// Error: fault.ErrNotFound.
func (s *Service) Content(ctx context.Context, in idParams) (call.File, error) {
	type found struct {
		a      homecare.Attachment
		blob   string
		opened func([]byte) ([]byte, error)
	}
	f, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (found, error) {
		a, err := In(tx, in.ID)
		if err != nil {
			return found{}, err
		}
		if a.VoidedAt != nil {
			return found{}, fault.ErrNotFound
		}
		name, err := pg.Scalar[string](tx, `select blob from attachment where id = $1`, a.ID)
		if err != nil {
			return found{}, err
		}
		keys, err := tx.Keys()
		return found{a, name, func(b []byte) ([]byte, error) { return keys.Open(place(a.ID), b) }}, err
	})
	if err != nil {
		return call.File{}, err
	}
	sealed, err := s.blobs.Get(ctx, f.blob)
	if err != nil {
		return call.File{}, err
	}
	b, err := f.opened(sealed)
	var shown access.Persons
	shown.AddSubject("case", f.a.CaseID)
	shown.AddSubject(f.a.SubjectKind, f.a.SubjectID)
	return call.File{ContentType: f.a.MediaType, Name: f.a.ID + endings[f.a.MediaType], Bytes: b, Subjects: shown}, err
}

type voidParams struct {
	ID string `param:"id" json:"-"`
	homecare.Why
}

// Void takes a file out of use, with a reason; its row stays. Errors:
// fault.ErrNotFound, fault.ErrStale, fault.ErrState, ErrIsCopy, ErrIsSheet.
func (s *Service) Void(ctx context.Context, in voidParams) (homecare.Attachment, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Attachment, error) {
		var none homecare.Attachment
		a, err := lock(tx, in.ID)
		if err != nil {
			return none, err
		}
		if err := tx.Stale(a.Version); err != nil {
			return none, err
		}
		if a.VoidedAt != nil {
			return none, fault.State("void")
		}
		if err := proves(tx, a.ID); err != nil {
			return none, err
		}
		if err := pg.Update[attachment](tx, a.ID, map[string]any{"voided_at": tx.Now(),
			"voided_by": tx.Principal().UserID, "voided_reason": in.Reason}); err != nil {
			return none, err
		}
		after, err := In(tx, a.ID)
		if err != nil {
			return none, err
		}
		return after, s.trail.Record(tx, audit.Event{Action: "attachment.void", SubjectKind: "attachment", SubjectID: a.ID, Reason: in.Reason, Before: a, After: after})
	})
}

func place(id string) string { return "attachment/" + id }

func newName() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}
