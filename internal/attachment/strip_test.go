package attachment

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

func picture() image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, 40, 30))
	for x := range 40 {
		for y := range 30 {
			img.SetNRGBA(x, y, color.NRGBA{uint8(x * 6), uint8(y * 8), uint8(x * y), 255})
		}
	}
	return img
}

// secret stands for the place and device that a camera writes.
const secret = "GPS -2.33 115.47 serial 42"

func photo(t testing.TB) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		t.Fatal(err)
	}
	exif := exifOrientation(6)
	exif = append(exif, secret...)
	binary.BigEndian.PutUint16(exif[2:], uint16(len(exif)-2))
	comment := append([]byte{0xFF, 0xFE, 0, byte(2 + len(secret))}, secret...)
	out := append([]byte{}, b.Bytes()[:2]...)
	out = append(append(out, exif...), comment...)
	out = append(out, b.Bytes()[2:]...)
	return append(out, secret...) // behind the picture
}

func TestStripJPEG(t *testing.T) {
	t.Parallel()
	b := photo(t)
	if !bytes.Contains(b, []byte(secret)) {
		t.Fatal("the photo holds no secret to strip")
	}
	got, kind, _, err := clean(b)
	if err != nil || kind != "image/jpeg" {
		t.Fatal(kind, err)
	}
	if bytes.Contains(got, []byte(secret)) {
		t.Error("metadata is left")
	}
	if o := orientation(got[2+4:]); o != 6 {
		t.Errorf("orientation %d, want 6", o)
	}
	img, err := jpeg.Decode(bytes.NewReader(got))
	if err != nil || img.Bounds().Dx() != 40 {
		t.Fatal(err)
	}
	for _, cut := range []int{3, 20, 60} {
		if _, _, _, err := clean(b[:cut]); err == nil {
			t.Errorf("a photo cut at %d is taken", cut)
		}
	}
}

func TestStripPNG(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		t.Fatal(err)
	}
	text := append([]byte("tEXtComment\x00"), secret...)
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(text)-4))
	chunk = append(chunk, text...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(text))
	in := append([]byte{}, b.Bytes()[:33]...) // behind IHDR
	in = append(append(in, chunk...), b.Bytes()[33:]...)
	in = append(in, secret...)
	got, kind, _, err := clean(in)
	if err != nil || kind != "image/png" || bytes.Contains(got, []byte(secret)) || !bytes.Equal(got, b.Bytes()) {
		t.Fatal(kind, err, len(got), b.Len())
	}
	if _, _, _, err := clean(in[:60]); err == nil {
		t.Error("a cut picture is taken")
	}
}

func TestStripWebP(t *testing.T) {
	t.Parallel()
	chunk := func(name, data string) string {
		return name + string(binary.LittleEndian.AppendUint32(nil, uint32(len(data)))) + data +
			string(make([]byte, len(data)&1))
	}
	vp8x := chunk("VP8X", "\x0C\x00\x00\x00\x27\x00\x00\x1D\x00\x00")
	riff := func(body string) []byte {
		return []byte("RIFF" + string(binary.LittleEndian.AppendUint32(nil, uint32(4+len(body)))) + "WEBP" + body)
	}
	in := append(riff(vp8x+chunk("VP8 ", "picture!")+chunk("EXIF", secret)+chunk("XMP ", secret+".")), secret...)
	got, kind, _, err := clean(in)
	want := riff(chunk("VP8X", "\x00\x00\x00\x00\x27\x00\x00\x1D\x00\x00") + chunk("VP8 ", "picture!"))
	if err != nil || kind != "image/webp" || !bytes.Equal(got, want) {
		t.Fatalf("%s %v\n%q\n%q", kind, err, got, want)
	}
	if _, _, _, err := clean(in[:40]); err == nil {
		t.Error("a cut picture is taken")
	}
}

func FuzzClean(f *testing.F) {
	f.Add(photo(f))
	f.Add([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x00IEND\xaeB`\x82"))
	f.Add([]byte("RIFF\x04\x00\x00\x00WEBPVP"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, _, _, err := clean(b); err == nil && len(got) > len(b)+36 {
			t.Fatalf("grew from %d to %d", len(b), len(got))
		}
	})
}
