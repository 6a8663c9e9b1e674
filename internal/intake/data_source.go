package intake

import (
	"github.com/balangan/homecare/internal/source"
)

// listOf is the entry in the SOP's list of sources (list data_source) for the
// persons of a layout, by Info.Recap.
var listOf = map[string]string{"PISPK": "pispk", "PRB": "prb", "PCARE": "pcare", "PTM": "ptm", "LANSIA": "elderly",
	"LINPROG":    "cross_programme",
	"MASYARAKAT": "community_report", "JEJARING": "network"}

func dataSource(code source.Code) string {
	for _, i := range source.Sources() {
		if i.Code == code {
			return listOf[i.Recap]
		}
	}
	return string(code)
}
