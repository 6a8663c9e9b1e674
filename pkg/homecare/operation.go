package homecare

// Health is the state of a process.
type Health struct {
	// Always ok; a process that is not ready answers with a problem.
	Status string `json:"status" validate:"required" example:"ok"`
}

// JWKS is the set of public keys.
type JWKS struct {
	// The keys that verify access tokens: the present one, the next, and earlier ones until their
	// last token has expired.
	Keys []JWK `json:"keys" validate:"required"`
}

// JWK is a public key of the JWKS (RFC 8037).
type JWK struct {
	// The type of the key: always OKP.
	KTY string `json:"kty" validate:"required" example:"OKP"`
	// The curve: always Ed25519.
	CRV string `json:"crv" validate:"required" example:"Ed25519"`
	// The name of the key, which the header of a token repeats.
	KID string `json:"kid" validate:"required"`
	// The public key, as base64url without padding.
	X string `json:"x" validate:"required"`
	// The use of the key: always signatures.
	Use string `json:"use" validate:"required" example:"sig"`
	// The algorithm of the signatures: always EdDSA.
	Alg string `json:"alg" validate:"required" example:"EdDSA"`
}
