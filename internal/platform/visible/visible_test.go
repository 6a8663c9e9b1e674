package visible_test

import (
	"testing"

	"github.com/balangan/homecare/internal/platform/visible"
)

func TestHidden(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"\u0000", "\u0007", "\u001b", "\u007f", "\u0085", "\u00ad", "\u061c", "\u180e", "\u200b", "\u200e", "\u200f", "\u2028", "\u202a", "\u202e",
		"\u2060", "\u2066", "\u2069", "\ufeff", "\u3164", "\u115f", "\u2800", "\U000e0041", "\ufff9",
	} {
		if r, ok := visible.Hidden("Siti" + s + "Aminah"); !ok || string(r) != s {
			t.Errorf("%+q is taken inside a name", s)
		}
		if visible.Shows(s) {
			t.Errorf("%+q shows something", s)
		}
	}
	for _, s := range []string{
		"Siti Aminah", "H. Muhammad Arsyad, S.Ag", "Nor'aini", "Ma’ruf", "Ḥusain al-Banjārī", "ʿAbd al-Qādir", "محمد أرشد", "عبد\u200cالله", "Galuh (Ulin) / 2",
		"Obat habis\nAntar besok\r\n\tpagi", "Terima kasih 🙏", "❤️", "👨‍👩‍👧", "36,6 °C ≥ ½ µg", "José",
	} {
		if r, ok := visible.Hidden(s); ok {
			t.Errorf("%q: %U is refused", s, r)
		}
		if !visible.Shows(s) {
			t.Errorf("%q shows nothing", s)
		}
	}
	for _, s := range []string{"", " ", "\u00a0\u2003\u3000", "\n\t", "\u200d\u200c", "\u0301", "\ufe0f"} {
		if visible.Shows(s) {
			t.Errorf("%+q shows something", s)
		}
	}
}

func TestName(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"Siti Aminah": true, "H. Muhammad Arsyad, S.Ag": true, "By. Ny. Rusmini 2": true, "محمد أرشد": true, "Nor'aini": true,
		"1234": false, "6311050101800001": false, "🙏": false, "=cmd|' /C calc'!A0": false, "@SUM(A1)": false, "- -": false, "": false,
		"Siti\tAminah": false, "Siti\u200bAminah": false,
	} {
		if visible.Name(s) != want {
			t.Errorf("%q is a name: %v", s, !want)
		}
	}
}
