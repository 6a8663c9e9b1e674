package call

import "strings"

// Expand is the value of ?expand=: the names of the records that an answer
// names by id and shall carry whole, one level deep, separated by commas. A
// route takes it by a member `query:"expand" json:"-"
// validate:"omitempty,max=40,anyof=team place"`, which lists what it allows.
type Expand string

// Has says whether the record of this name is asked for.
func (e Expand) Has(name string) bool {
	for asked := range e.Names {
		if asked == name {
			return true
		}
	}
	return false
}

// Names yields the names that are asked for.
func (e Expand) Names(yield func(string) bool) {
	if e == "" {
		return
	}
	for name := range strings.SplitSeq(string(e), ",") {
		if !yield(name) {
			return
		}
	}
}
