// Package attachment keeps the photos and scans of records (SOP KP 4): who,
// when, where in the database, the bytes sealed in the blob store.
package attachment

import (
	"crypto/sha256"
	"mime"
	"net/http"

	"github.com/balangan/homecare/internal/platform/fault"
)

// ErrType is the fault of a file that is none of the kinds we keep.
var ErrType = fault.Define(fault.WrongMedia, "attachment.type",
	"Jenis berkas ini tidak diterima. Kirim foto JPEG, PNG, WebP, atau PDF.",
	"This type of file is not accepted. Send a JPEG, PNG or WebP photo, or a PDF.")

// ErrBroken is the fault of a picture whose structure cannot be read.
var ErrBroken = fault.Define(fault.Invalid, "attachment.broken",
	"Berkas gambar ini rusak atau terpotong. Ambil atau kirim ulang.",
	"This picture is damaged or cut off. Take or send it again.")

// The media types kept, found by the file's bytes and never by its name.
const (
	jpegType = "image/jpeg"
	pngType  = "image/png"
	webpType = "image/webp"
	pdfType  = "application/pdf"
)

// sniff tells the media type by the file's bytes. Error: ErrType.
func sniff(b []byte) (string, error) {
	switch kind, _, _ := mime.ParseMediaType(http.DetectContentType(b)); kind {
	case jpegType, pngType, webpType, pdfType:
		return kind, nil
	}
	return "", ErrType
}

// clean returns the file as it is kept: without the metadata that cameras put
// into pictures (place, device, owner), except how to turn it. A PDF stays as
// it is. Errors: ErrType, ErrBroken, ErrTooManyPixels.
func clean(b []byte) (kept []byte, mediaType string, sum [32]byte, err error) {
	mediaType, err = sniff(b)
	if err != nil {
		return nil, "", sum, err
	}
	strip := map[string]func([]byte) ([]byte, size, bool){jpegType: stripJPEG, pngType: stripPNG, webpType: stripWebP}[mediaType]
	if kept = b; strip != nil {
		var s size
		var ok bool
		if kept, s, ok = strip(b); !ok {
			return nil, "", sum, ErrBroken
		}
		if err := s.check(); err != nil {
			return nil, "", sum, err
		}
	}
	return kept, mediaType, sha256.Sum256(kept), nil
}
