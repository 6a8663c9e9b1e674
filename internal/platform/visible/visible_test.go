package visible_test

import (
	"testing"

	"github.com/balangan/homecare/internal/platform/visible"
)

func TestHidden(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"\u0000", "\u0007", "\u001b", "\u007f", "\u0085", "\u00ad", "\u061c", "\u180e", "\u200b", "\u200e", "\u200f",
		"\u2028", "\u202a", "\u202e",
		"\u2060", "\u2066", "\u2069", "\ufeff", "\u3164", "\u115f", "\u2800", "\U000e0041", "\ufff9",
		"\ue000", "\uf8ff", "\U000f0000", "\U0010fffd", "\ufdd0", "\ufdef", "\ufffe", "\uffff", "\U0001ffff",
		"\U0010fffe",
	} {
		if r, ok := visible.Hidden("Siti" + s + "Aminah"); !ok || string(r) != s {
			t.Errorf("%+q is taken inside a name", s)
		}
		if visible.Shows(s) {
			t.Errorf("%+q shows something", s)
		}
	}
	for _, s := range []string{
		"Siti Aminah", "H. Muhammad Arsyad, S.Ag", "Nor'aini", "Ma’ruf", "Ḥusain al-Banjārī", "ʿAbd al-Qādir",
		"محمد أرشد", "عبد\u200cالله", "Galuh (Ulin) / 2",
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

func TestKept(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{" Si\u0301ti\u00a0  Aminah\n": "S\u00edti Aminah", "S\u00edti": "S\u00edti",
		"": ""} {
		if got := visible.Kept(s); got != want {
			t.Errorf("%+q is kept as %+q", s, got)
		}
	}
}

func TestName(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"Siti Aminah": true, "H. Muhammad Arsyad, S.Ag": true, "By. Ny. Rusmini 2": true, "محمد أرشد": true,
		"Nor'aini": true,
		"1234":     false, "Uji Nu\ufffdr": false, "6311050101800001": false, "🙏": false, "=cmd|' /C calc'!A0": false,
		"@SUM(A1)": false, "- -": false, "": false,
		"Siti\tAminah": false, "Siti\u200bAminah": false,
		"Sit\u200di": false, "Sit\u200ci": false, "Siti\u200d": false, "Siti \u200dAminah": false, "Sit\ufe0fi": false,
		"Siti ❤️": false, "Siti\U000e0100": false,
		"عبد\u200cالله": true, "عَبْدُ\u200cالله": true, "عبد\u200c": false, "\u200cعبد": false,
		"Si\u0301\u200d\u0301ti": false,
		"Siti 6311055703589012":  false, "Siti 6311 0557 0358 9012": false, "Siti 6311-0557-03 58": false,
		"0812 3456 78 Siti": false, "Siti ٠٨١٢٣٤٥٦٧٨": false,
		"Siti 081234567": true, "Siti 12345, By. 67890": true, "By. Siti (14-10-26) 2": true, "Síti": true,
		"Si\u0301ti": true,
	} {
		if visible.Name(s) != want {
			t.Errorf("%q is a name: %v", s, !want)
		}
	}
}
