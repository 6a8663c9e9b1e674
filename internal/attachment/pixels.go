package attachment

import "encoding/binary"

// The most a picture may have, by its head: a file of a few kilobytes can name
// billions of pixels, and a program that opens it runs out of memory. Phones make up to
// 8,160 × 6,120. SOURCE: the figures are OURS.
const (
	maxSide       = 12_000
	maxMegapixels = 50
)

// size is that of a picture, in pixels; empty when its head tells none.
type size struct{ width, height uint64 }

// check tells whether a picture of this size is kept. Errors: ErrBroken,
// ErrTooManyPixels.
func (s size) check() error {
	switch {
	case s.width == 0 || s.height == 0:
		return ErrBroken
	case s.width > maxSide || s.height > maxSide || s.width*s.height > maxMegapixels*1_000_000:
		return ErrTooManyPixels.With("width", s.width).With("height", s.height).With("side", maxSide).With("megapixels",
			maxMegapixels)
	}
	return nil
}

// larger keeps the larger of two sizes, side by side.
func (s size) larger(o size) size { return size{max(s.width, o.width), max(s.height, o.height)} }

// pngSize reads the head chunk, which comes first. SOURCE: W3C PNG, 11.2.1.
func pngSize(b []byte) size {
	if len(b) < 24 || string(b[12:16]) != "IHDR" {
		return size{}
	}
	return size{uint64(binary.BigEndian.Uint32(b[16:])), uint64(binary.BigEndian.Uint32(b[20:]))}
}

// jpegFrame reads a frame head (SOF0 to SOF15); empty for other segments.
// SOURCE: ITU-T T.81 B.2.2.
func jpegFrame(segment []byte) size {
	const dht, jpg, dac = 0xC4, 0xC8, 0xCC // lie among the frames and are none
	if m := segment[1]; m < 0xC0 || m > 0xCF || m == dht || m == jpg || m == dac || len(segment) < 9 {
		return size{}
	}
	return size{uint64(binary.BigEndian.Uint16(segment[7:])), uint64(binary.BigEndian.Uint16(segment[5:]))}
}

// webpChunk reads the size that a chunk tells: the canvas of VP8X, a lossy or a
// lossless picture. SOURCE: WebP container specification; RFC 6386 9.1.
func webpChunk(chunk []byte) size {
	kind, data := string(chunk[:4]), chunk[8:]
	switch {
	case kind == "VP8X" && len(data) >= 10:
		return size{1 + uint64(uint24(data[4:])), 1 + uint64(uint24(data[7:]))}
	case kind == "VP8 " && len(data) >= 10:
		return size{uint64(binary.LittleEndian.Uint16(data[6:]) & 0x3fff),
			uint64(binary.LittleEndian.Uint16(data[8:]) & 0x3fff)}
	case kind == "VP8L" && len(data) >= 5:
		bits := binary.LittleEndian.Uint32(data[1:])
		return size{1 + uint64(bits&0x3fff), 1 + uint64(bits>>14&0x3fff)}
	}
	return size{}
}

func uint24(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }
