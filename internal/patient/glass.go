package patient

import (
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/pkg/homecare"
)

// MaskNumbers unseals a person's numbers and puts them, masked, into p. It is
// for break-glass, which reads the row through a function of the database.
func MaskNumbers(k crypt.Tenant, p *homecare.Patient, wrapped, sealed []byte) error {
	_, n, err := unseal(k, p.ID, wrapped, sealed)
	if err == nil {
		mask(p, n)
	}
	return err
}
