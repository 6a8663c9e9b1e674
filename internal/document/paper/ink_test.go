package paper

import (
	"bytes"
	"fmt"
	"os/exec"
	"testing"
)

// ink renders a strip of a page (mm) at 100 dpi and returns its darkest grey, 0
// being black, and the share of pixels that are rather dark.
func ink(t *testing.T, pdf []byte, page int, x, y, w, h float64) (darkest byte, share float64) {
	t.Helper()
	px := func(mm float64) string { return fmt.Sprint(int(mm / 25.4 * 100)) }
	n := fmt.Sprint(page)
	path, err := exec.LookPath("pdftoppm")
	if err != nil {
		t.Fatal("pdftoppm is missing: apt-get install poppler-utils")
	}
	cmd := exec.CommandContext(t.Context(), path, "-gray", "-r", "100", "-f", n, "-l", n, "-x", px(x), "-y", px(y),
		"-W", px(w), "-H", px(h), "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var width, height, top int
	if _, err := fmt.Sscanf(string(out[:min(len(out), 40)]), "P5\n%d %d\n%d", &width, &height, &top); err != nil {
		t.Fatal(err)
	}
	pixels := out[len(out)-width*height:]
	darkest = 255
	dark := 0
	for _, p := range pixels {
		darkest = min(darkest, p)
		if p < 100 {
			dark++
		}
	}
	return darkest, float64(dark) / float64(len(pixels))
}

// Text takes the fill colour of the shapes before it: on a page with a grey
// table head the footer must still be black.
func TestFooterIsBlackOnEveryPage(t *testing.T) {
	pdf := render(t, monthly(40))
	for page := 1; page <= pagesOf(t, pdf); page++ {
		if d, _ := ink(t, pdf, page, marginLeft, 297-marginBottom+7, 100, 4); d > 90 {
			t.Errorf("page %d: darkest footer grey is %d", page, d)
		}
	}
}

// The quiet zone and the symbol: black where the code is, white beside it.
func TestVerificationCodeIsDrawn(t *testing.T) {
	pdf := render(t, referral())
	page := pagesOf(t, pdf)
	found := false
	for y := 20.0; y < 270 && !found; y += 4 {
		_, share := ink(t, pdf, page, marginLeft+1, y, 18, 18)
		beside, _ := ink(t, pdf, page, marginLeft-4, y, 3, 18)
		found = share > 0.35 && share < 0.65 && beside == 255
	}
	if !found {
		t.Error("no QR code at the left margin")
	}
}
