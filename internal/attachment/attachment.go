// Package attachment keeps the photos and scans of records (SOP KP 4): their description
// in the database, their bytes sealed in the blob store.
//
//	Upload   upload.go    ErrType, ErrBroken, ErrTooManyPixels, fault.ErrInvalid
//	List     list.go
//	OfCase   list.go       fault.ErrNotFound
//	Get      get.go       fault.ErrNotFound
//	Content  download.go  fault.ErrNotFound
//	Void     void.go      ErrIsCopy, ErrIsSheet, fault.ErrState, fault.ErrStale
//	Sweep    sweep.go     removes files that no attachment holds
//
// For other rooms: a file that proves something (ProofIn, ConsentSheetIn in proof.go).
// pixels.go bounds the size of pictures, strip.go removes their metadata.
package attachment

import (
	"crypto/sha256"
	"mime"
	"net/http"

	"github.com/balangan/homecare/internal/platform/fault"
)

// The media types that are kept. The bytes of a file tell its type, never its name.
const (
	jpegType = "image/jpeg"
	pngType  = "image/png"
	webpType = "image/webp"
	pdfType  = "application/pdf"
)

// The kinds of files that can prove something.
const (
	SignedLetter = "signed_letter" // the scan of a letter with its signatures
	ConsentSheet = "consent"       // the scan of a signed consent
)

// The faults of attachments.
var (
	// ErrType: the file is of no kind that is kept.
	ErrType = fault.Define(fault.WrongMedia, "attachment.type",
		"Jenis berkas ini tidak diterima. Kirim foto JPEG, PNG, WebP, atau PDF.",
		"This type of file is not accepted. Send a JPEG, PNG or WebP photo, or a PDF.")
	// ErrBroken: the structure of the picture cannot be read.
	ErrBroken = fault.Define(fault.Invalid, "attachment.broken",
		"Berkas gambar ini rusak atau terpotong. Ambil atau kirim ulang.",
		"This picture is damaged or cut off. Take or send it again.")
	// ErrTooManyPixels: the picture is too large to be opened.
	ErrTooManyPixels = fault.Define(fault.Invalid, "attachment.too_many_pixels",
		"Gambar ini berukuran {width} × {height} piksel. "+
			"Batasnya {side} piksel tiap sisi dan {megapixels} megapiksel seluruhnya. "+
			"Perkecil gambar ini, lalu kirim ulang.",
		"This picture has {width} × {height} pixels. "+
			"The limit is {side} pixels a side and {megapixels} megapixels in all. Make it smaller and send it again.")
	ErrIsCopy = fault.Define(fault.Conflict, "attachment.is_signed_copy",
		"Lampiran ini adalah surat bertanda tangan yang sudah dipakai dan tidak dapat dibatalkan.",
		"This attachment is the signed copy of a letter and cannot be voided.")
	ErrIsSheet = fault.Define(fault.Conflict, "attachment.is_consent_sheet",
		"Lampiran ini adalah lembar persetujuan yang sudah dipakai dan tidak dapat dibatalkan. "+
			"Bila persetujuannya ditarik, catat penarikannya.",
		"This attachment is the sheet of a recorded consent and cannot be voided. "+
			"If the consent is withdrawn, record the withdrawal.")
)

// sniff tells the media type by the file's bytes. Error: ErrType.
func sniff(b []byte) (string, error) {
	switch kind, _, _ := mime.ParseMediaType(http.DetectContentType(b)); kind {
	case jpegType, pngType, webpType, pdfType:
		return kind, nil
	}
	return "", ErrType
}

// clean returns the file as it is kept: a picture without the metadata of cameras (place,
// device, owner) except its orientation, a PDF unchanged. Errors: ErrType, ErrBroken, ErrTooManyPixels.
func clean(b []byte) (kept []byte, mediaType string, sum [32]byte, err error) {
	mediaType, err = sniff(b)
	if err != nil {
		return nil, "", sum, err
	}
	strip := map[string]func([]byte) ([]byte, size, bool){jpegType: stripJPEG, pngType: stripPNG,
		webpType: stripWebP}[mediaType]
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
