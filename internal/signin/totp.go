package signin

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/crypt"
)

// issuer is the name of the service in authenticator apps.
const issuer = "Homecare Balangan"

// period, skew and secretSize are the values of common authenticator apps (RFC
// 6238: 30 s, one step either way; RFC 4226: 160 bits).
const (
	Period     = 30 * time.Second
	skew       = 1
	secretSize = 20
)

// recoveryCodes is the number of codes per enrolment.
const recoveryCodes = 10

var secretText = base32.StdEncoding.WithPadding(base32.NoPadding)

// DemandsSecondFactor says whether a role requires a second factor: roles that
// see a whole puskesmas or the district and sign for it.
func DemandsSecondFactor(role string) bool {
	return slices.Contains([]auth.Role{access.DinkesAdmin, access.DinkesAnalyst, access.Kepala}, auth.Role(role))
}

// CodeAt is the code of a secret at a step.
func CodeAt(secret []byte, step int64) (string, error) {
	return totp.GenerateCodeCustom(secretText.EncodeToString(secret), time.Unix(step*int64(Period/time.Second), 0),
		totp.ValidateOpts{Period: uint(Period / time.Second), Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
}

// stepOf returns the step of a code, at most one step off. ok is false for a
// wrong code.
func stepOf(secret []byte, code string, now time.Time) (step int64, ok bool) {
	current := now.Unix() / int64(Period/time.Second)
	for s := current - skew; s <= current+skew; s++ {
		want, err := CodeAt(secret, s)
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok
}

// Otpauth is the URI that an authenticator app reads from a QR code.
func Otpauth(username string, secret []byte) (string, error) {
	k, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: username, Secret: secret,
		SecretSize: secretSize})
	if err != nil {
		return "", err
	}
	return k.URL(), nil
}

func TotpPlace(accountID string) string { return "totp/" + accountID }

func newSecret() []byte {
	b := make([]byte, secretSize)
	_, _ = rand.Read(b)
	return b
}

// recoveryAlphabet excludes characters that are confused on paper: 0 and o, 1,
// i and l.
const recoveryAlphabet = "23456789abcdefghjkmnpqrstuvwxyz"

// newRecoveryCode is 12 characters of 31: 59 bits.
func newRecoveryCode() string {
	var b strings.Builder
	var raw [1]byte
	for n := 0; n < 12; {
		_, _ = rand.Read(raw[:])
		if int(raw[0]) >= 256-256%len(recoveryAlphabet) {
			continue // otherwise some characters would be more frequent
		}
		if n > 0 && n%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(recoveryAlphabet[int(raw[0])%len(recoveryAlphabet)])
		n++
	}
	return b.String()
}

// hashRecovery is the stored form of a recovery code. Blanks, dashes and case
// do not matter.
func hashRecovery(key []byte, accountID, code string) []byte {
	code = strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(code))
	return crypt.MAC(key, []byte(accountID+"\x00"+code))
}
