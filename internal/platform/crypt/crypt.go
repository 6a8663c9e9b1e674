// Package crypt encrypts what must not be readable in the database: a data key
// per person is wrapped by the tenant's key, that by the root key, and that by
// a master key outside the database. Without a person's data key that person's
// numbers are unreadable everywhere. Each wrapping may be replaced without
// changing the keys below it (ADR 18).
package crypt

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
)

// KeySize is the length of every key in bytes (AES-256).
const KeySize = 32

// ErrSealed is returned when a value does not open: wrong key, wrong place
// (associated data), or changed bytes.
var ErrSealed = errors.New("crypt: cannot open")

// NewKey returns a random key.
func NewKey() []byte {
	k := make([]byte, KeySize)
	_, _ = rand.Read(k) // never fails (crypto/rand)
	return k
}

// Seal encrypts plain with AES-256-GCM under key, bound to its place (such as
// "person/<id>"): a sealed value moved to another row does not open. The result
// is nonce (12 bytes), ciphertext and tag (16 bytes).
func Seal(key []byte, place string, plain []byte) []byte {
	g := gcm(key)
	nonce := make([]byte, g.NonceSize(), g.NonceSize()+len(plain)+g.Overhead())
	_, _ = rand.Read(nonce)
	return g.Seal(nonce, nonce, plain, []byte(place))
}

// Open decrypts the result of Seal. Error: ErrSealed.
func Open(key []byte, place string, sealed []byte) ([]byte, error) {
	return open(gcm(key), place, sealed)
}

func open(g cipher.AEAD, place string, sealed []byte) ([]byte, error) {
	if len(sealed) < g.NonceSize() {
		return nil, ErrSealed
	}
	plain, err := g.Open(nil, sealed[:g.NonceSize()], sealed[g.NonceSize():], []byte(place))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

func gcm(key []byte) cipher.AEAD {
	b, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // our keys always have KeySize bytes
	}
	g, err := cipher.NewGCM(b)
	if err != nil {
		panic(err)
	}
	return g
}

// MAC returns HMAC-SHA256 of data.
func MAC(key, data []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(data)
	return h.Sum(nil)
}
