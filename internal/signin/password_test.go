package signin

import (
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/platform/fault"
)

// TestPolicies is the rules of both policies, word for word.
func TestPolicies(t *testing.T) {
	t.Parallel()
	siti := PasswordOf{Username: "siti.uren", Name: "Siti Contoh, A.Md.Kep.", Puskesmas: "uren"}
	beside := siti
	beside.SecondFactor = true
	for _, c := range []struct {
		policy   Policy
		of       PasswordOf
		password string
		want     string // codes, in order
	}{
		{NIST, siti, "kuda hijau menari pelan", ""},
		{NIST, siti, "correct horse battery staple", ""},
		{NIST, siti, "sandi-uji-yang-panjang", ""},
		{NIST, siti, "x7Qp2vLm9RtZ4kW", ""},
		{NIST, siti, "正確な馬の電池の止め金具です", "too_short"}, // 14
		{NIST, siti, "正確な馬の電池の止め金具ですよ", ""},
		{NIST, siti, "x7Qp2vLm9RtZ4k", "too_short"},
		{NIST, beside, "x7Qp2vLm", ""},
		{NIST, beside, "x7Qp2vL", "too_short"},
		{NIST, siti, strings.Repeat("kuda hijau menari! ", 10) + "ya ya ya", ""},
		{NIST, siti, strings.Repeat("kuda hijau menari! ", 10) + "ya ya ya ya ya", "too_long"},
		{NIST, beside, "rahasia123", "common"},
		{NIST, beside, "P@ssw0rd!", "common"},
		{NIST, siti, "sayangindonesia2024", "common"},
		{NIST, siti, "siticontoh19900101", "context"},
		{NIST, siti, "SitiUren!!!!!!!!", "context"},
		{NIST, siti, "puskesmasuren2026", "context"},
		{NIST, siti, "homecaresanggam2026", "common"},
		{NIST, siti, "Balangan-Kupinang-2026", "context"},
		{NIST, siti, "aaaaaaaaaaaaaaaa", "repetition"},
		{NIST, siti, "kudahijaukudahijau", "repetition"},
		{NIST, siti, "abcdefghijklmnop", "sequence"},
		{NIST, siti, "qwertyuiopasdfgh", "sequence"},
		{NIST, siti, "1234567890987654", "sequence"},
		{BSSN, siti, "Kuda-Lumping7", ""},
		{BSSN, siti, "kuda-lumping7", "no_upper"},
		{BSSN, siti, "KUDA-LUMPING7", "no_lower"},
		{BSSN, siti, "Kuda-Lumping", "no_digit"},
		{BSSN, siti, "KudaLumping7", "no_symbol"},
		{BSSN, siti, "Kd-Hj7x", "too_short"},
		{BSSN, siti, "kudalumping", "no_upper no_digit no_symbol"},
	} {
		var codes []string
		if err := c.policy.Check(c.password, c.of); err != nil {
			for _, f := range fault.From(err).Fields {
				codes = append(codes, f.Code)
			}
		}
		if got := strings.Join(codes, " "); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.policy, c.password, got, c.want)
		}
	}
	for code, text := range ruleTexts {
		if text.ID == "" || text.EN == "" {
			t.Errorf("rule %s has no words", code)
		}
	}
}

// TestNormalForm: two encodings of the same characters are one password.
func TestNormalForm(t *testing.T) {
	t.Parallel()
	if NIST.Check("e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301", PasswordOf{}) == nil {
		t.Error("combining marks counted as characters of their own")
	}
}
