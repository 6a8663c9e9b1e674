package call

import "strings"

// Expand is the value of ?expand=: the names, separated by commas, of records
// that the answer includes in full instead of by id only, one level deep. A
// route takes it by a member `query:"expand" json:"-"
// validate:"omitempty,max=40,anyof=team place"`, which lists the allowed names.
type Expand string

// Has says whether the record of this name is requested.
func (e Expand) Has(name string) bool {
	for asked := range e.Names {
		if asked == name {
			return true
		}
	}
	return false
}

// Names yields the requested names.
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
