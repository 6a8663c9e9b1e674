package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// part reads the XML of one part of a workbook, tag by tag. It supports the XML
// of workbooks: elements, attributes, text, CDATA, the five entities of XML and
// numeric character references. Tags, text, depth and total bytes are limited:
// encoding/xml reads a whole tag or text into memory, however long, and takes
// three times as long.
type part struct {
	ctx        context.Context
	r          io.Reader
	left       *int64 // bytes to which all parts may still unpack
	buf        [32 << 10]byte
	next, fill int
	depth      int
	empty      bool   // the current tag is <x/>: its end comes next
	tag        []byte // the current tag without its brackets
	text       []byte // before the current tag, as written
	plain      bool   // text contains no reference
}

func newPart(ctx context.Context, r io.Reader, left *int64) *part {
	return &part{ctx: ctx, r: r, left: left}
}

// kinds of tag.
type tagKind int

const (
	atEnd tagKind = iota // of the part
	start
	end
)

func (p *part) more() error {
	if err := ended(p.ctx); err != nil {
		return err
	}
	n, err := io.ReadAtLeast(p.r, p.buf[:], 1)
	if n == 0 {
		if errors.Is(err, io.EOF) {
			return io.EOF
		}
		return &FileError{Class: FileDamaged}
	}
	p.next, p.fill = 0, n
	if *p.left -= int64(n); over(-*p.left, 0) {
		return &FileError{Class: UnpacksTooLarge}
	}
	return nil
}

// until appends what comes before the byte c to to and skips c.
func (p *part) until(c byte, to []byte) ([]byte, error) {
	for {
		if p.next == p.fill {
			if err := p.more(); err != nil {
				return to, err
			}
		}
		rest := p.buf[p.next:p.fill]
		i := bytes.IndexByte(rest, c)
		if i >= 0 {
			p.next += i + 1
			rest = rest[:i]
		} else {
			p.next = p.fill
		}
		if over(len(to)+len(rest), maxToken) {
			return to, &FileError{Class: CellTooLarge}
		}
		to = append(to, rest...)
		if i >= 0 {
			return to, nil
		}
	}
}

// step goes to the next start or end of an element. text is what comes before
// it. Errors: FileError, or that of the context.
func (p *part) step() (tagKind, error) {
	p.text, p.plain = p.text[:0], true
	if p.empty {
		p.empty = false
		p.depth--
		return end, nil
	}
	for {
		from := len(p.text)
		var err error
		if p.text, err = p.until('<', p.text); errors.Is(err, io.EOF) {
			if p.depth > 0 || len(bytes.TrimSpace(p.text)) > 0 {
				return atEnd, &FileError{Class: FileDamaged}
			}
			return atEnd, nil
		} else if err != nil {
			return atEnd, err
		}
		if bytes.IndexByte(p.text[from:], '&') >= 0 {
			p.plain = false
		}
		kind, err := p.readTag()
		if errors.Is(err, io.EOF) {
			err = &FileError{Class: FileDamaged}
		}
		if kind != atEnd || err != nil {
			return kind, err
		}
	}
}

// readTag reads a tag after its bracket. atEnd: it was not an element.
func (p *part) readTag() (tagKind, error) {
	var err error
	if p.tag, err = p.until('>', p.tag[:0]); err != nil {
		return atEnd, err
	}
	for quote, seen := quoteIn(p.tag, 0, 0); quote != 0; { // a bracket inside a value
		if p.tag, err = p.until('>', append(p.tag, '>')); err != nil {
			return atEnd, err
		}
		quote, seen = quoteIn(p.tag, quote, seen)
	}
	switch {
	case len(p.tag) == 0:
		return atEnd, &FileError{Class: FileDamaged}
	case p.tag[0] == '?':
		return atEnd, declaration(p.tag)
	case bytes.HasPrefix(p.tag, []byte("!--")):
		for len(p.tag) < 5 || !bytes.HasSuffix(p.tag, []byte("--")) {
			if p.tag, err = p.until('>', append(p.tag, '>')); err != nil {
				return atEnd, err
			}
		}
		return atEnd, nil
	case bytes.HasPrefix(p.tag, []byte("![CDATA[")):
		for !bytes.HasSuffix(p.tag, []byte("]]")) {
			if p.tag, err = p.until('>', append(p.tag, '>')); err != nil {
				return atEnd, err
			}
		}
		for _, b := range p.tag[8 : len(p.tag)-2] {
			if b == '&' {
				p.text, p.plain = append(p.text, "&amp;"...), false
			} else {
				p.text = append(p.text, b)
			}
		}
		return atEnd, nil
	case p.tag[0] == '!': // a DOCTYPE, which could define entities
		return atEnd, &FileError{Class: XMLRefused}
	case p.tag[0] == '/':
		if p.depth--; p.depth < 0 {
			return atEnd, &FileError{Class: FileDamaged}
		}
		return end, nil
	}
	if p.depth++; over(p.depth, maxDepth) {
		return atEnd, &FileError{Class: XMLRefused}
	}
	p.empty = p.tag[len(p.tag)-1] == '/'
	return start, nil
}

// quoteIn is the quote that is open at the end of tag, given the one that is
// open at from, and where to continue.
func quoteIn(tag []byte, quote byte, from int) (open byte, to int) {
	if len(tag) == 0 || tag[0] == '!' || tag[0] == '?' {
		return 0, 0
	}
	for _, b := range tag[from:] {
		switch {
		case quote == 0 && (b == '"' || b == '\''):
			quote = b
		case b == quote:
			quote = 0
		}
	}
	return quote, len(tag)
}

// declaration refuses an XML declaration of another encoding than UTF-8.
func declaration(tag []byte) error {
	if name := valueOf(tag, "encoding"); name != "" && !strings.EqualFold(name, "utf-8") &&
		!strings.EqualFold(name, "us-ascii") {
		return &FileError{Class: FileDamaged}
	}
	return nil
}

// name is the name of the current tag without its prefix.
func (p *part) name() []byte {
	name := bytes.TrimPrefix(p.tag, []byte("/"))
	for i, b := range name {
		if b == ' ' || b == '\t' || b == '\n' || b == '\r' || b == '/' && i > 0 {
			name = name[:i]
			break
		}
	}
	return name[bytes.IndexByte(name, ':')+1:]
}

// attr is the value of an attribute of the current tag, whatever its prefix.
func (p *part) attr(name string) string { return valueOf(p.tag, name) }

func valueOf(tag []byte, name string) string {
	blank := func(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }
	i := 0
	for i < len(tag) && !blank(tag[i]) {
		i++
	}
	for {
		for i < len(tag) && blank(tag[i]) {
			i++
		}
		from := i
		for i < len(tag) && tag[i] != '=' && !blank(tag[i]) {
			i++
		}
		found := tag[from:i]
		for i < len(tag) && (tag[i] == '=' || blank(tag[i])) {
			i++
		}
		if i >= len(tag) || tag[i] != '"' && tag[i] != '\'' {
			return ""
		}
		n := bytes.IndexByte(tag[i+1:], tag[i])
		if n < 0 {
			return ""
		}
		if string(found[bytes.IndexByte(found, ':')+1:]) == name {
			s, _ := decoded(tag[i+1 : i+1+n])
			return s
		}
		i += n + 2
	}
}

// each calls f for the start of every element until the part ends.
func (p *part) each(f func(name []byte) error) error {
	for {
		kind, err := p.step()
		if kind == atEnd || err != nil {
			return err
		}
		if kind == start {
			if err := f(p.name()); err != nil {
				return err
			}
		}
	}
}

// content collects the text of a started element up to its end: the element's
// own text where of is empty, else the text of its descendants of that name.
// Phonetic readings (rPh) are left out.
func (p *part) content(of string, at func() string) (string, error) {
	var b strings.Builder
	whole := ""
	for depth, inside, silent := p.depth, of == "", 0; p.depth >= depth; {
		kind, err := p.step()
		if err != nil {
			return "", err
		}
		if kind == atEnd {
			return "", &FileError{Class: FileDamaged}
		}
		if inside && silent == 0 && len(p.text) > 0 {
			s, ok := string(p.text), true
			if !p.plain {
				s, ok = decoded(p.text)
			}
			if !ok || !readable(s) {
				return "", &FileError{Class: FileDamaged, At: at()}
			}
			if over(b.Len()+len(whole)+len(s), maxCell) {
				return "", &FileError{Class: CellTooLarge, At: at()}
			}
			if whole == "" && b.Len() == 0 {
				whole = s // nearly every text is a single piece
			} else {
				b.WriteString(whole)
				b.WriteString(s)
				whole = ""
			}
		}
		switch name := p.name(); {
		case kind == start && string(name) == "rPh" && silent == 0:
			silent = p.depth
		case kind == start && string(name) == of:
			inside = true
		case kind == end && string(name) == of:
			inside = false
		}
		if p.depth < silent {
			silent = 0
		}
	}
	if b.Len() > 0 {
		whole = b.String()
	}
	// Excel writes a carriage return like this.
	return strings.ReplaceAll(whole, "_x000D_", ""), nil
}

// readable: valid UTF-8 without control characters, which PostgreSQL and JSON
// refuse.
func readable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\t' && s[i] != '\n' && s[i] != '\r' {
			return false
		}
	}
	return utf8.ValidString(s)
}

var entities = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'"}

// decoded replaces references. It returns false for one that XML does not
// define.
func decoded(b []byte) (string, bool) {
	var out strings.Builder
	for {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			out.Write(b)
			return out.String(), true
		}
		out.Write(b[:i])
		b = b[i+1:]
		j := bytes.IndexByte(b[:min(12, len(b))], ';')
		if j < 0 {
			return "", false
		}
		name := string(b[:j])
		b = b[j+1:]
		if s, ok := entities[name]; ok {
			out.WriteString(s)
			continue
		}
		number, ok := strings.CutPrefix(name, "#")
		if !ok {
			return "", false
		}
		base := 10
		if hex, ok := strings.CutPrefix(number, "x"); ok {
			number, base = hex, 16
		}
		n, err := strconv.ParseUint(number, base, 21)
		if err != nil || !utf8.ValidRune(rune(n)) || n == 0 {
			return "", false
		}
		out.WriteRune(rune(n))
	}
}
