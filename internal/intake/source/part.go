package source

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// part reads the XML of one part of a workbook token by token. No token, no
// depth and no sum of bytes exceeds its limit: encoding/xml itself holds a
// whole tag or text in memory, however long.
type part struct {
	*xml.Decoder
	in    *meter
	depth int
}

// meter hands out bytes and counts those of the present token.
type meter struct {
	ctx        context.Context
	r          io.Reader
	left       *int64 // of what all parts may unpack to
	buf        [16 << 10]byte
	next, fill int
	token      int
}

func (m *meter) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b, err := m.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	return 1, nil
}

func (m *meter) ReadByte() (byte, error) {
	if m.token++; over(m.token, maxToken) {
		return 0, &FileError{Class: CellTooLarge}
	}
	if m.next == m.fill {
		n, err := io.ReadAtLeast(m.r, m.buf[:], 1)
		if n == 0 {
			return 0, err
		}
		m.next, m.fill = 0, n
		if err := ended(m.ctx); err != nil {
			return 0, err
		}
		if *m.left -= int64(n); over(-*m.left, 0) {
			return 0, &FileError{Class: UnpacksTooLarge}
		}
	}
	b := m.buf[m.next]
	m.next++
	return b, nil
}

func newPart(ctx context.Context, r io.Reader, left *int64) *part {
	m := &meter{ctx: ctx, r: r, left: left}
	return &part{Decoder: xml.NewDecoder(m), in: m}
}

// next returns the next token; nil at the end. Errors: FileError.
func (p *part) next() (xml.Token, error) {
	p.in.token = 0
	t, err := p.RawToken()
	if errors.Is(err, io.EOF) && p.depth == 0 {
		return nil, nil
	}
	if e, ok := errors.AsType[*FileError](err); ok {
		return nil, e
	}
	if err != nil && p.in.ctx.Err() != nil {
		return nil, ended(p.in.ctx)
	}
	if err != nil {
		return nil, &FileError{Class: FileDamaged}
	}
	switch t.(type) {
	case xml.StartElement:
		if p.depth++; over(p.depth, maxDepth) {
			return nil, &FileError{Class: XMLRefused}
		}
	case xml.EndElement:
		if p.depth--; p.depth < 0 {
			return nil, &FileError{Class: FileDamaged}
		}
	case xml.Directive: // a DOCTYPE, which could define entities
		return nil, &FileError{Class: XMLRefused}
	}
	return t, nil
}

// each calls f for every element that starts, until the part ends.
func (p *part) each(f func(xml.StartElement) error) error {
	for {
		t, err := p.next()
		if t == nil || err != nil {
			return err
		}
		if e, ok := t.(xml.StartElement); ok {
			if err := f(e); err != nil {
				return err
			}
		}
	}
}

// text collects the text of an element that has started, to its end: that of
// the element itself where of is empty, else that of its descendants of that
// name. Phonetic readings (rPh) are left out.
func (p *part) text(of string, at func() string) (string, error) {
	var b strings.Builder
	for depth, inside, silent := p.depth, of == "", 0; p.depth >= depth; {
		t, err := p.next()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case nil:
			return "", &FileError{Class: FileDamaged}
		case xml.StartElement:
			inside = inside || t.Name.Local == of
			if t.Name.Local == "rPh" && silent == 0 {
				silent = p.depth
			}
		case xml.EndElement:
			if t.Name.Local == of {
				inside = false
			}
			if p.depth < silent {
				silent = 0
			}
		case xml.CharData:
			if inside && silent == 0 {
				b.Write(t)
			}
			if over(b.Len(), maxCell) {
				return "", &FileError{Class: CellTooLarge, At: at()}
			}
		}
	}
	return b.String(), nil
}

// attr is the value of an attribute, whatever its prefix.
func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
