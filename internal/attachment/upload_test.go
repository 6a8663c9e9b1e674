package attachment_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// pngOf is a PNG whose head says a size; the picture in it is small.
func pngOf(t *testing.T, width, height uint32) []byte {
	b := bytes.Clone(picture(t))
	binary.BigEndian.PutUint32(b[16:], width)
	binary.BigEndian.PutUint32(b[20:], height)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

func jpegOf(width, height uint16) []byte {
	b := []byte{0xFF, 0xD8, 0xFF, 0xC2, 0, 11, 8, 0, 0, 0, 0, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2,
		3, 0xFF, 0xD9}
	binary.BigEndian.PutUint16(b[7:], height)
	binary.BigEndian.PutUint16(b[9:], width)
	return b
}

// webpOf wraps one chunk.
func webpOf(kind string, chunk []byte) []byte {
	b := append([]byte("RIFF\x00\x00\x00\x00WEBP"+kind), 0, 0, 0, 0)
	binary.LittleEndian.PutUint32(b[16:], uint32(len(chunk)))
	b = append(b, chunk...)
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
	return b
}

// TestPictureSize: a picture that would fill the memory of whoever opens it is
// refused by its head; the answer tells its size and the limit.
func TestPictureSize(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As(t, "koordinator.tanah-habang")
	p := s.AddPatient(t, "tanah-habang", apitest.Person{Name: "Mariatul"})
	vp8x := func(w, h uint32) []byte {
		return []byte{0, 0, 0, 0, byte(w - 1), byte((w - 1) >> 8), byte((w - 1) >> 16), byte(h - 1), byte((h - 1) >> 8),
			byte((h - 1) >> 16)}
	}
	vp8 := func(w, h uint16) []byte {
		return []byte{0, 0, 0, 0x9d, 0x01, 0x2a, byte(w), byte(w >> 8), byte(h), byte(h >> 8)}
	}
	vp8l := func(w, h uint32) []byte {
		return binary.LittleEndian.AppendUint32([]byte{0x2f}, (w-1)|(h-1)<<14)
	}
	for _, r := range []struct {
		name       string
		file       []byte
		code, said string
	}{
		{"png, 60000 each side", pngOf(t, 60000, 60000), "attachment.too_many_pixels", "60000 × 60000"},
		{"png, a long strip", pngOf(t, 12001, 1), "attachment.too_many_pixels", "12001 × 1"},
		{"png, over 50 megapixels", pngOf(t, 10000, 5001), "attachment.too_many_pixels", "10000 × 5001"},
		{"png, beyond 32 bits", pngOf(t, 1<<31, 1<<31), "attachment.too_many_pixels", "2147483648 × 2147483648"},
		{"png of no height", pngOf(t, 9, 0), "attachment.broken", ""},
		{"png without a head", append(bytes.Clone(picture(t)[:8]), picture(t)[33:]...), "attachment.broken", ""},
		{"png, the most", pngOf(t, 10000, 5000), "", ""},
		{"jpeg", jpegOf(65000, 65000), "attachment.too_many_pixels", "65000 × 65000"},
		{"jpeg of no height", jpegOf(9, 0), "attachment.broken", ""},
		{"jpeg, a phone's", jpegOf(8160, 6120), "", ""},
		{"webp, extended", webpOf("VP8X", vp8x(16777216, 16777216)), "attachment.too_many_pixels",
			"16777216 × 16777216"},
		{"webp, lossy", webpOf("VP8 ", vp8(16383, 16383)), "attachment.too_many_pixels", "16383 × 16383"},
		{"webp, lossless", webpOf("VP8L", append(vp8l(16384, 16384), 0)), "attachment.too_many_pixels",
			"16384 × 16384"},
		{"webp, no picture", webpOf("VP8Z", []byte("nothing here")), "attachment.broken", ""},
		{"webp, small", webpOf("VP8X", vp8x(9, 9)), "", ""},
	} {
		_, err := c.Upload(t.Context(), homecare.NewAttachment{Kind: "photo", SubjectKind: "patient", SubjectID: p,
			File: r.file})
		t.Log(r.name, err)
		if r.code == "" {
			if err != nil {
				t.Errorf("%s: %v", r.name, err)
			}
			continue
		}
		want(t, err, 422, r.code)
		if r.said != "" && (!strings.Contains(err.Error(), r.said) || !strings.Contains(err.Error(), "12000")) {
			t.Errorf("%s: it does not tell the size and the limit: %v", r.name, err)
		}
	}
}

// TestFilesAreNotActive: what strangers made is downloaded, and nothing in it
// runs.
func TestFilesAreNotActive(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As(t, "koordinator.tanah-habang")
	p := s.AddPatient(t, "tanah-habang", apitest.Person{Name: "Mariatul"})
	for name, file := range map[string][]byte{"a picture": picture(t),
		"a script": []byte("%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF\n")} {
		a, err := c.Upload(t.Context(), homecare.NewAttachment{Kind: "scan", SubjectKind: "patient", SubjectID: p,
			File: file})
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/v1/attachments/"+a.ID+"/content",
			http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+c.Tokens().AccessToken)
		res, err := s.HTTP(t).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		h := res.Header
		for header, want := range map[string]string{"Content-Disposition": "attachment; ",
			"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"} {
			if !strings.HasPrefix(h.Get(header), want) {
				t.Errorf("%s: %s: %q", name, header, h.Get(header))
			}
		}
	}
}

// TestFormIsBounded: a form is given up at its 33rd part and at a text of more
// than 64 KiB, not read and then refused.
func TestFormIsBounded(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As(t, "koordinator.tanah-habang")
	send := func(write func(w *multipart.Writer)) error {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		write(w)
		_ = w.Close()
		return c.Do(t.Context(), homecare.Call{Method: "POST", Path: "/v1/attachments", Raw: io.Reader(&b),
			ContentType: w.FormDataContentType()})
	}
	err := send(func(w *multipart.Writer) {
		for i := range 33 {
			_ = w.WriteField(fmt.Sprint("x", i), "")
		}
	})
	want(t, err, 400, "body.form")
	err = send(func(w *multipart.Writer) { _ = w.WriteField("caption", strings.Repeat("a", 64<<10+1)) })
	want(t, err, 422, "request.invalid")
	if !strings.Contains(fmt.Sprintf("%+v", err), "too_long") {
		t.Errorf("%+v", err)
	}
}
