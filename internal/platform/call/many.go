package call

import (
	"slices"
	"strings"
)

// Many are the values of a filter, ?state=planned,missed: a row with any of them is in
// the list. A route takes it by a member `query:"state" json:"-"
// validate:"omitempty,max=20,dive,list=visit_state"`.
type Many []string

// ManyOf reads the values, separated by commas. Neither their order nor a repetition
// makes another filter.
func ManyOf(raw string) Many {
	all := strings.Split(raw, ",")
	slices.Sort(all)
	return slices.Compact(all)
}
