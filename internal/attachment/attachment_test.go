package attachment_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func picture(t *testing.T) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func want(t *testing.T, err error, status int, code string) {
	t.Helper()
	if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Status != status || p.Code != code {
		t.Fatalf("got %v, want %d %s", err, status, code)
	}
}

func files(t *testing.T, dir string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			paths = append(paths, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func TestUpload(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := apitest.New(t, apitest.Configure(func(c *config.Config) { c.BlobDir = dir }))
	midwife, nurse := s.As(t, "petugas3.tanah-habang"), s.As(t, "petugas2.tanah-habang")
	p := s.AddPatient(t, "tanah-habang", apitest.Person{Name: "Mariatul"})
	c, err := midwife.ProposeCase(t.Context(), homecare.NewCase{PatientID: p, Programme: "kupinang", Origin: "walk_in",
		Reason: "x"})
	if err != nil {
		t.Fatal(err)
	}
	taken, lat, long := time.Date(2026, 10, 14, 1, 2, 3, 0, time.UTC), -2.33, 115.47
	file := picture(t)
	a, err := midwife.Upload(t.Context(), homecare.NewAttachment{Kind: "photo", SubjectKind: "case", SubjectID: c.ID,
		Caption: "Luka kaki kanan", TakenAt: &taken, Latitude: &lat, Longitude: &long, File: file})
	if err != nil {
		t.Fatal(err)
	}
	if a.MediaType != "image/png" || a.Size != len(file) || a.CaseID != c.ID || !a.TakenAt.Equal(taken) ||
		*a.Latitude != lat || len(a.SHA256) != 64 {
		t.Fatalf("%+v", a)
	}
	got, err := midwife.AttachmentContent(t.Context(), a.ID)
	if err != nil || !bytes.Equal(got, file) {
		t.Fatal(err, len(got))
	}
	stored := files(t, dir)
	if len(stored) != 1 {
		t.Fatal(stored)
	}
	if raw, err := os.ReadFile(stored[0]); err != nil || bytes.Contains(raw, []byte("PNG")) ||
		strings.Contains(stored[0], a.ID) {
		t.Fatal("the file lies open, or under its own id", err)
	}
	// Not of the case: 404 on everything, and nothing to attach to.
	_, err = nurse.Attachment(t.Context(), a.ID)
	want(t, err, 404, "record.not_found")
	_, err = nurse.AttachmentContent(t.Context(), a.ID)
	want(t, err, 404, "record.not_found")
	_, err = nurse.VoidAttachment(t.Context(), a.ID, a.Version, homecare.Why{Reason: "x"})
	want(t, err, 404, "record.not_found")
	if l, err := nurse.Attachments(t.Context(), "case", c.ID); err != nil || len(l.Data) != 0 {
		t.Fatal(l, err)
	}
	_, err = nurse.CaseAttachments(t.Context(), c.ID, nil)
	want(t, err, 404, "record.not_found")
	_, err = nurse.Upload(t.Context(), homecare.NewAttachment{Kind: "photo", SubjectKind: "case", SubjectID: c.ID,
		File: file})
	want(t, err, 422, "request.invalid")
	_, err = s.As(t, "kepala.uren").AttachmentContent(t.Context(), a.ID)
	want(t, err, 404, "record.not_found")

	_, err = midwife.VoidAttachment(t.Context(), a.ID, a.Version+1, homecare.Why{Reason: "Kabur"})
	want(t, err, 412, "record.stale")
	v, err := midwife.VoidAttachment(t.Context(), a.ID, a.Version, homecare.Why{Reason: "Kabur"})
	if err != nil || v.VoidedAt == nil || v.VoidReason != "Kabur" {
		t.Fatalf("%+v, %v", v, err)
	}
	_, err = midwife.VoidAttachment(t.Context(), a.ID, v.Version, homecare.Why{Reason: "Lagi"})
	want(t, err, 409, "record.state")
	_, err = midwife.AttachmentContent(t.Context(), a.ID)
	want(t, err, 404, "record.not_found")
	if l, err := midwife.Attachments(t.Context(), "case", c.ID); err != nil || len(l.Data) != 1 {
		t.Fatal(l, err)
	}
	for kind, want := range map[string]int{"photo": 1, "photo,scan": 1, "scan": 0} {
		if l, err := midwife.CaseAttachments(t.Context(), c.ID, url.Values{"kind": {kind}}); err != nil ||
			len(l.Data) != want {
			t.Fatal(kind, l, err)
		}
	}
}

func TestUploadRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := apitest.New(t, apitest.Configure(func(c *config.Config) { c.BlobDir = dir }))
	c := s.As(t, "koordinator.tanah-habang")
	p := s.AddPatient(t, "tanah-habang", apitest.Person{Name: "Mariatul"})
	elsewhere := s.AddPatient(t, "uren", apitest.Person{Name: "Aluh"})
	lat := 1.0
	good := homecare.NewAttachment{Kind: "scan", SubjectKind: "patient", SubjectID: p,
		File: []byte("%PDF-1.4\n%%EOF\n")}
	for _, r := range []struct {
		name   string
		change func(*homecare.NewAttachment)
		status int
		code   string
	}{
		{"a script named like a picture", func(a *homecare.NewAttachment) {
			a.File = []byte("<html><script>alert(1)</script>")
		}, 415, "attachment.type"},
		{"an svg", func(a *homecare.NewAttachment) { a.File = []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`) },
			415, "attachment.type"},
		{"a broken picture", func(a *homecare.NewAttachment) { a.File = picture(t)[:40] }, 422, "attachment.broken"},
		{"no file", func(a *homecare.NewAttachment) { a.File = nil }, 422, "request.invalid"},
		{"an unknown kind", func(a *homecare.NewAttachment) { a.Kind = "video" }, 422, "request.invalid"},
		{"half a position", func(a *homecare.NewAttachment) { a.Latitude = &lat }, 422, "request.invalid"},
		{"another tenant's person", func(a *homecare.NewAttachment) { a.SubjectID = elsewhere }, 422,
			"request.invalid"},
		{"no such visit", func(a *homecare.NewAttachment) { a.SubjectKind = "visit" }, 422, "request.invalid"},
		{"no such follow-up", func(a *homecare.NewAttachment) { a.SubjectKind = "follow_up" }, 422, "request.invalid"},
		{"too large", func(a *homecare.NewAttachment) {
			a.File = append([]byte("%PDF-1.4\n"), make([]byte, 20<<20)...)
		}, 413, "body.too_large"},
	} {
		in := good
		r.change(&in)
		_, err := c.Upload(t.Context(), in)
		t.Log(r.name)
		want(t, err, r.status, r.code)
	}
	if left := files(t, dir); len(left) != 0 {
		t.Fatalf("refused uploads left %v", left)
	}
	if _, err := c.Upload(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	err := c.Do(t.Context(), homecare.Call{Method: "POST", Path: "/v1/attachments",
		Body: map[string]string{"kind": "photo"}})
	want(t, err, 415, "body.content_type")
}
