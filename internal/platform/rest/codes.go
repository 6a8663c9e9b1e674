package rest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/balangan/homecare/pkg/homecare"
)

// Codes are the codes that the rule `list=name` of a validate tag accepts, and
// the name. Codes after the name accept only those:
//
//	validate:"required,list=sex male female"
//
// It panics for an unknown list or code: tags are part of the program.
func Codes(param string) (name string, codes []string) {
	words := strings.Fields(param)
	all := homecare.ListedCodes(words[0])
	if len(all) == 0 {
		panic(fmt.Sprintf("list=%s: there is no such list", param))
	}
	for _, w := range words[1:] {
		if !slices.Contains(all, w) {
			panic(fmt.Sprintf("list=%s: the list has no %s", param, w))
		}
	}
	if len(words) > 1 {
		return words[0], words[1:]
	}
	return words[0], all
}
