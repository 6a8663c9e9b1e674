package homecare

import "encoding/json"

// Opt is a member of a PATCH body: absent (unchanged), null (clear), or a
// value. The zero value is absent.
type Opt[T any] struct {
	Set  bool // the member was in the body
	Null bool // the member was null
	V    T
}

// Some returns an Opt with a value.
func Some[T any](v T) Opt[T] { return Opt[T]{Set: true, V: v} }

// Clear returns an Opt that is null.
func Clear[T any]() Opt[T] { return Opt[T]{Set: true, Null: true} }

// IsZero says that the member is absent; omitzero omits it.
func (o Opt[T]) IsZero() bool { return !o.Set }

// UnmarshalJSON implements json.Unmarshaler.
func (o *Opt[T]) UnmarshalJSON(b []byte) error {
	o.Set = true
	if string(b) == "null" {
		o.Null = true
		return nil
	}
	return json.Unmarshal(b, &o.V)
}

// MarshalJSON implements json.Marshaler.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if !o.Set || o.Null {
		return []byte("null"), nil
	}
	return json.Marshal(o.V)
}
