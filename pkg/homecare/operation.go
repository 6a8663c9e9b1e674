package homecare

// Health is the state of a process.
type Health struct {
	Status string `json:"status" validate:"required" example:"ok"`
}

// JWKS is the set of public keys.
type JWKS struct {
	Keys []JWK `json:"keys" validate:"required"`
}

// JWK is a public key of the JWKS (RFC 8037).
type JWK struct {
	KTY string `json:"kty" validate:"required" example:"OKP"`
	CRV string `json:"crv" validate:"required" example:"Ed25519"`
	KID string `json:"kid" validate:"required"`
	X   string `json:"x" validate:"required"`
	Use string `json:"use" validate:"required" example:"sig"`
	Alg string `json:"alg" validate:"required" example:"EdDSA"`
}
