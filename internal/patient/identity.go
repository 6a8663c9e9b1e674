package patient

import (
	"encoding/json"

	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
)

// SealIdentity makes the data key of a new person and seals n under it. wrapped
// is for patient.key_wrapped, sealed for patient.identity_sealed.
func SealIdentity(k crypt.Tenant, id string, n Numbers) (wrapped, sealed []byte, found Indexes, err error) {
	key, wrapped := k.NewPerson(id)
	plain, err := json.Marshal(n)
	if err != nil {
		return nil, nil, Indexes{}, err
	}
	return wrapped, crypt.Seal(key, place(id), plain), IndexesOf(k, n), nil
}

// IndexesOf returns the blind indexes of n in one tenant.
func IndexesOf(k crypt.Tenant, n Numbers) Indexes {
	blind := func(kind, number string) []byte {
		if number == "" {
			return nil
		}
		return k.Blind(kind, number)
	}
	return Indexes{NIK: blind("nik", n.NIK), KK: blind("kk", n.KK), BPJSCard: blind("bpjs", n.BPJSCard),
		Phone: blind("phone", n.Phone)}
}

// IdentityIn returns a person with the numbers unsealed. Errors:
// fault.ErrNotFound; crypt.ErrSealed when the person's key was destroyed.
func IdentityIn(tx pg.Tx, id string) (Identity, error) {
	row, err := pg.Row[struct {
		Name, Sex, VillageCode, Village string
		BirthDate                       *string
		KeyWrapped, IdentitySealed      []byte
	}](tx, `select p.name, p.sex, p.birth_date::text as birth_date, coalesce(p.village_code, '') as village_code,
		coalesce(v.name, '') as village,
			p.key_wrapped, p.identity_sealed
		from patient p left join village v on v.code = p.village_code where p.id = $1`, id)
	if err != nil {
		return Identity{}, err
	}
	n, err := openNumbers(tx, id, row.KeyWrapped, row.IdentitySealed)
	return Identity{Name: row.Name, Sex: row.Sex, BirthDate: row.BirthDate, VillageCode: row.VillageCode,
		Village: row.Village,
		NIK:     n.NIK, KK: n.KK, BPJSCard: n.BPJSCard, Phone: n.Phone, Address: n.Address, MotherNIK: n.MotherNIK}, err
}

func openNumbers(tx pg.Tx, id string, wrapped, sealed []byte) (Numbers, error) {
	k, err := tx.Keys()
	if err != nil {
		return Numbers{}, err
	}
	_, n, err := unseal(k, id, wrapped, sealed)
	return n, err
}

func place(id string) string { return "patient/" + id }
