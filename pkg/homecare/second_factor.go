package homecare

// SecondFactor is the body of POST /v1/auth/second-factor: exactly one of the
// two.
type SecondFactor struct {
	// Code is the code in the authenticator app; each works once.
	Code string `json:"code,omitempty" validate:"omitempty,len=6,numeric" minLength:"6" maxLength:"6" example:"287082"`
	// RecoveryCode replaces a lost authenticator; each works once.
	RecoveryCode string `json:"recovery_code,omitempty" validate:"omitempty,max=40" example:"-"`
}

// SecondFactorPassed is the answer to a correct second factor.
type SecondFactorPassed struct {
	// RecoveryCodesLeft is the number of unused recovery codes.
	RecoveryCodesLeft int `json:"recovery_codes_left" example:"9"`
}

// TOTPOffer is a new secret for the authenticator app. It takes effect once one
// of its codes is confirmed.
type TOTPOffer struct {
	// Secret is base32, for manual entry.
	Secret string `json:"secret" validate:"required" example:"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"`
	// OTPAuth is the URI to show as a QR code.
	OTPAuth string `json:"otpauth" validate:"required" example:"otpauth://totp/Homecare%20Balangan:kepala.uren?issuer=Homecare%20Balangan&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"`
}

// TOTPConfirm is the body of POST /v1/me/totp/confirm: a code of the new authenticator.
type TOTPConfirm struct {
	// The six digits that the authenticator app now shows for the offered secret.
	Code string `json:"code" validate:"required,len=6,numeric" minLength:"6" maxLength:"6" example:"287082"`
}

// RecoveryCodes are shown once; only keyed hashes are kept.
type RecoveryCodes struct {
	// The new recovery codes (kode pemulihan). Each works once; earlier ones no longer work.
	Codes []string `json:"codes" validate:"required" example:"k7pm-2xwd-9fqt"`
}

// StepUp is the body of POST /v1/auth/step-up: the code if the account has an
// authenticator, otherwise the password.
type StepUp struct {
	// The code of the authenticator app (kode autentikator); required if the account has one,
	// else refused.
	Code string `json:"code,omitempty" validate:"omitempty,len=6,numeric" minLength:"6" maxLength:"6" example:"287082"`
	// The password (kata sandi); required if the account has no authenticator, else refused.
	Password string `json:"password,omitempty" validate:"omitempty,max=200" format:"password" example:"-"`
}

// SessionChange is the body of PATCH /v1/sessions/{id}: the name.
type SessionChange struct {
	// The name of the device (nama perangkat), by which its owner recognises the session.
	DeviceName string `json:"device_name" validate:"required,name,max=80" example:"HP Samsung poskesdes"`
}
