package paper

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // a logo may be JPEG
	_ "image/png"  // or PNG
	"strings"
)

// Letterhead is the official head (kop) of a paper.
type Letterhead struct {
	Government string `json:"government"` // Pemerintah Kabupaten Balangan
	Office     string `json:"office"`     // the Dinas
	Unit       string `json:"unit"`       // UPTD Puskesmas ...; empty for the Dinas itself
	Address    string `json:"address"`
	Contact    string `json:"contact,omitempty"` // telephone, e-mail, website, as one line
	Logo       []byte `json:"logo,omitempty"`    // PNG or JPEG, at most 2000 pixels a side
}

// The two upper lines of the head; SOURCE: SOP Homecare Sanggam
// 445/10/SOP/DinkesPPKB/BLG/2022 (issued by "Dinkes, PPKB") and the office's
// full name as the programme's papers write it.
const (
	balanganGovernment = "Pemerintah Kabupaten Balangan"
	balanganOffice     = "Dinas Kesehatan, Pengendalian Penduduk dan Keluarga Berencana"
)

// BalanganLetterhead is the head of a puskesmas of Kabupaten Balangan; unit is
// its full name ("UPTD Puskesmas Paringin").
func BalanganLetterhead(unit, address string) Letterhead {
	return Letterhead{Government: balanganGovernment, Office: balanganOffice, Unit: unit, Address: address}
}

const logoSize = 22.0 // mm, square in which the logo is fitted
const maxLogoPixels = 2000

// lines returns the head's lines, top down, capitals as on official letters.
func (h Letterhead) lines() (capital []string, small []string) {
	for _, l := range []string{h.Government, h.Office, h.Unit} {
		if l != "" {
			capital = append(capital, strings.ToUpper(l))
		}
	}
	for _, l := range []string{h.Address, h.Contact} {
		if l != "" {
			small = append(small, l)
		}
	}
	return capital, small
}

func (s *sheet) letterhead(h Letterhead) {
	top, page := s.y, s.pdf.PageNo()
	left, width := s.left, s.width
	if len(h.Logo) > 0 {
		s.logo(h.Logo, s.left, top)
		// The text stays centred on the page: the same room is left at the right.
		left, width = s.left+logoSize+3, s.width-2*(logoSize+3)
	}
	capital, small := h.lines()
	for i, l := range capital {
		style, size := "", 12.0
		if i > 0 {
			style = "B"
		}
		if i == len(capital)-1 {
			size = 14
		}
		for size > 10.5 && s.widthOf(l, style, size) > width {
			size -= 0.5
		}
		s.centred(l, left, width, style, size)
	}
	for _, l := range small {
		s.centred(l, left, width, "", 9.5)
	}
	if len(h.Logo) > 0 && s.pdf.PageNo() == page {
		s.y = max(s.y, top+logoSize)
	}
	s.y += 1.5
	s.rule(s.y, 0.9)
	s.rule(s.y+1.1, 0.25)
	s.y += 6
}

func (s *sheet) logo(data []byte, x, y float64) {
	cfg, kind, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		s.fail(fmt.Errorf("paper: logo: %w", err))
		return
	}
	if cfg.Width > maxLogoPixels || cfg.Height > maxLogoPixels || cfg.Width < 1 || cfg.Height < 1 {
		s.fail(fmt.Errorf("paper: logo of %d x %d pixels, at most %d a side", cfg.Width, cfg.Height, maxLogoPixels))
		return
	}
	w, h := logoSize, logoSize
	if ratio := float64(cfg.Width) / float64(cfg.Height); ratio > 1 {
		h = w / ratio
	} else {
		w = h * ratio
	}
	s.image(kind, data, x+(logoSize-w)/2, y+(logoSize-h)/2, w, h)
}
