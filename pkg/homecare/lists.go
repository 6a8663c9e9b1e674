package homecare

import (
	_ "embed"
	"encoding/csv"
	"slices"
	"strings"
	"sync"
)

// listsCSV has the columns list, code, label_id, label_en, source_code, status
// and source. The rows of a list are together, in the order of a screen.
//
//go:embed lists.csv
var listsCSV string

// CodeList is a reference list: the codes that a member of the API may have,
// with what a person reads.
type CodeList struct {
	// Name is that of GET /v1/reference/{list}.
	Name  string
	Items []ReferenceItem
}

// CodeLists are all reference lists. The rules of requests, the OpenAPI document,
// the papers and the table reference_item are made from them.
var CodeLists = sync.OnceValue(func() []CodeList {
	rows, err := csv.NewReader(strings.NewReader(listsCSV)).ReadAll()
	if err != nil {
		panic(err) // embedded
	}
	var all []CodeList
	for _, r := range rows[1:] {
		if len(all) == 0 || all[len(all)-1].Name != r[0] {
			all = append(all, CodeList{Name: r[0]})
		}
		l := &all[len(all)-1]
		l.Items = append(l.Items, ReferenceItem{Code: r[1], LabelID: r[2], LabelEN: r[3], SourceCode: r[4],
			Status: r[5], Source: r[6]})
	}
	return all
})

// listed are the entries of a reference list, or of several joined with +.
func listed(name string) []ReferenceItem {
	var items []ReferenceItem
	for part := range strings.SplitSeq(name, "+") {
		for _, l := range CodeLists() {
			if l.Name == part {
				items = append(items, l.Items...)
			}
		}
	}
	return items
}

// ListedCodes are the codes of a reference list, in the order of a screen; nil
// for an unknown list. The name may join several lists with +.
func ListedCodes(name string) []string {
	var codes []string
	for _, i := range listed(name) {
		if !slices.Contains(codes, i.Code) {
			codes = append(codes, i.Code)
		}
	}
	return codes
}

// LabelOf is what a person reads for a code of a reference list, in English for
// the language en and otherwise in Indonesian. For an unknown code it is the code.
func LabelOf(list, code, language string) string {
	for _, i := range listed(list) {
		switch {
		case i.Code == code && language == "en":
			return i.LabelEN
		case i.Code == code:
			return i.LabelID
		}
	}
	return code
}
