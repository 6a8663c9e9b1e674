package attachment

import (
	"context"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

var endings = map[string]string{jpegType: ".jpg", pngType: ".png", webpType: ".webp", pdfType: ".pdf"}

// Content returns the file itself, as a download, never to be opened within a
// page: an uploaded PDF may hold scripts. Error: fault.ErrNotFound, also when it
// is voided.
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
