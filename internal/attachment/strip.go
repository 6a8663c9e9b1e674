package attachment

import (
	"bytes"
	"encoding/binary"
)

// stripJPEG removes the segments with metadata (APP1 Exif and XMP, APP13
// IPTC, other APPn, comments) and keeps JFIF, colour profile and Adobe's
// transform flag. The orientation is written back as the only Exif entry, else
// photos would lie on their side. ok is false for a broken structure. SOURCE:
// ITU-T T.81 annex B; Exif 2.3, 4.6.4.
func stripJPEG(b []byte) (kept []byte, s size, ok bool) {
	const soi, sos, app0, app1, app2, app14, app15, com = 0xD8, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
	if len(b) < 4 || b[0] != 0xFF || b[1] != soi {
		return nil, size{}, false
	}
	out := append(make([]byte, 0, len(b)), b[:2]...)
	turned := false
	for i := 2; ; {
		for i < len(b) && b[i] == 0xFF && i+1 < len(b) && b[i+1] == 0xFF { // fill bytes
			i++
		}
		if i+4 > len(b) || b[i] != 0xFF {
			return nil, size{}, false
		}
		marker, length := b[i+1], int(binary.BigEndian.Uint16(b[i+2:]))
		if length < 2 || i+2+length > len(b) {
			return nil, size{}, false
		}
		segment := b[i : i+2+length]
		s = s.larger(jpegFrame(segment))
		switch {
		case marker == sos: // the picture itself and its end
			return append(out, b[i:trailer(b, i)]...), s, true
		case marker == app1:
			if o := orientation(segment[4:]); o > 1 && !turned {
				out, turned = append(out, exifOrientation(o)...), true
			}
		case marker == com, marker > app0 && marker <= app15 && marker != app2 && marker != app14:
		case marker == app2 && !bytes.HasPrefix(segment[4:], []byte("ICC_PROFILE\x00")):
		default:
			out = append(out, segment...)
		}
		i += 2 + length
	}
}

// trailer is where the picture whose first scan starts at i ends: phones append
// a second picture or a film after it. A progressive picture has several scans
// with tables between them, whose bytes must not be taken for markers.
func trailer(b []byte, i int) int {
	for i+4 <= len(b) {
		i += 2 + int(binary.BigEndian.Uint16(b[i+2:])) // the segment's head
		for i+1 < len(b) && (b[i] != 0xFF || b[i+1] == 0 || b[i+1] == 0xFF || b[i+1] >= 0xD0 && b[i+1] <= 0xD7) {
			i++ // entropy-coded data, stuffed bytes, restart marks
		}
		if i+1 < len(b) && b[i+1] == 0xD9 {
			return i + 2
		}
	}
	return len(b)
}

// orientation reads tag 0x0112 of the first directory of an Exif segment; 0
// when there is none.
func orientation(app1 []byte) uint16 {
	t, found := bytes.CutPrefix(app1, []byte("Exif\x00\x00"))
	if !found || len(t) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if t[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int(order.Uint32(t[4:]))
	if at < 8 || at+2 > len(t) {
		return 0
	}
	for n := range int(order.Uint16(t[at:])) {
		e := at + 2 + 12*n
		if e+12 > len(t) {
			return 0
		}
		if order.Uint16(t[e:]) == 0x0112 {
			if o := order.Uint16(t[e+8:]); o >= 1 && o <= 8 {
				return o
			}
			return 0
		}
	}
	return 0
}

// exifOrientation is an APP1 segment that says nothing but the orientation.
func exifOrientation(o uint16) []byte {
	s := []byte{0xFF, 0xE1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0,
		0, 1, 0, 0, 0, 0, 0, 0, 0, 0}
	binary.BigEndian.PutUint16(s[28:], o)
	return s
}

// stripPNG removes the chunks with texts, times and Exif. SOURCE: W3C PNG, 11.3.
func stripPNG(b []byte) (kept []byte, s size, ok bool) {
	const head = 8
	if len(b) < head {
		return nil, size{}, false
	}
	out := append(make([]byte, 0, len(b)), b[:head]...)
	for i := head; ; {
		if i+12 > len(b) {
			return nil, size{}, false
		}
		length := int(binary.BigEndian.Uint32(b[i:]))
		if length > len(b)-i-12 {
			return nil, size{}, false
		}
		kind := string(b[i+4 : i+8])
		switch kind {
		case "tEXt", "zTXt", "iTXt", "tIME", "eXIf":
		default:
			out = append(out, b[i:i+12+length]...)
		}
		if kind == "IEND" {
			return out, pngSize(b), true
		}
		i += 12 + length
	}
}

// stripWebP removes the Exif and XMP chunks and the flags that announce them.
// SOURCE: WebP container specification, extended file format.
func stripWebP(b []byte) (kept []byte, s size, ok bool) {
	const head, exifFlag, xmpFlag = 12, 0x08, 0x04
	if len(b) < head+8 {
		return nil, size{}, false
	}
	end := 8 + int(binary.LittleEndian.Uint32(b[4:]))
	if end > len(b) {
		return nil, size{}, false
	}
	out := append(make([]byte, 0, end), b[:head]...)
	for i := head; i+8 <= end; {
		length := int(binary.LittleEndian.Uint32(b[i+4:]))
		length += length & 1
		if length > end-i-8 {
			return nil, size{}, false
		}
		chunk := b[i : i+8+length]
		s = s.larger(webpChunk(chunk))
		i += 8 + length
		switch string(chunk[:4]) {
		case "EXIF", "XMP ":
			continue
		case "VP8X":
			if length < 1 {
				return nil, size{}, false
			}
			chunk = bytes.Clone(chunk)
			chunk[8] &^= exifFlag | xmpFlag
		}
		out = append(out, chunk...)
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out, s, true
}
