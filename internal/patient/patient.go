// Package patient is the registry: persons and households known to a
// puskesmas (sasaran).
//
//	Register          register.go
//	Search, List      search.go, list.go
//	Get               get.go
//	Change            change.go         fault.ErrStale
//	Reveal            reveal.go         the purpose is recorded
//	Sources           sources.go
//	Timeline          timeline.go
//	Household         household.go
//	Merge, Unmerge    merge.go, unmerge.go
//	Merges            merges.go
//	Void              void.go           ErrOpenCase
//
// holding.go is the catalogue of everything that is held about a person.
package patient

// Numbers is what is sealed of a person: identity numbers, phone and address.
// Empty fields are unknown.
type Numbers struct {
	NIK       string `json:"nik,omitempty"`
	KK        string `json:"kk,omitempty"`
	BPJSCard  string `json:"bpjs_card,omitempty"`
	Phone     string `json:"phone,omitempty"`
	Address   string `json:"address,omitempty"`
	MotherNIK string `json:"mother_nik,omitempty"`
}

// Indexes are the blind indexes under which a person's numbers are found; nil
// where the number is unknown.
type Indexes struct{ NIK, KK, BPJSCard, Phone []byte }

// Identity is a person with everything that a letter names.
type Identity struct {
	Name        string  `json:"name"`
	Sex         string  `json:"sex"`                  // male, female, unknown
	BirthDate   *string `json:"birth_date,omitempty"` // YYYY-MM-DD
	NIK         string  `json:"nik,omitempty"`
	KK          string  `json:"kk,omitempty"`
	BPJSCard    string  `json:"bpjs_card,omitempty"`
	Phone       string  `json:"phone,omitempty"`
	Address     string  `json:"address,omitempty"`
	MotherNIK   string  `json:"mother_nik,omitempty"`
	VillageCode string  `json:"village_code,omitempty"`
	Village     string  `json:"village,omitempty"`
}
