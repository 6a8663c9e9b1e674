package patient

import "github.com/balangan/homecare/internal/platform/crypt"

// Contact is how to find a person.
type Contact struct{ Phone, Address string }

// ContactOf unseals the contact of a person from the columns key_wrapped and
// identity_sealed; empty where the person's key was destroyed.
func ContactOf(k crypt.Tenant, id string, wrapped, sealed []byte) (Contact, error) {
	_, n, err := unseal(k, id, wrapped, sealed)
	return Contact{n.Phone, n.Address}, err
}
