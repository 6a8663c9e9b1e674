package call

import (
	"slices"
	"strings"
)

// Many are the values of a filter, ?sex=female,male: a row with any of them is in
// the list. A route takes it by a member `query:"sex" json:"-"
// validate:"omitempty,max=20,dive,list=sex"`.
type Many []string

// ManyOf reads the values, separated by commas. Neither their order nor a repetition
// makes another filter.
func ManyOf(raw string) Many {
	all := strings.Split(raw, ",")
	slices.Sort(all)
	return slices.Compact(all)
}

// String is the values as ManyOf reads them.
func (m Many) String() string { return strings.Join(m, ",") }
