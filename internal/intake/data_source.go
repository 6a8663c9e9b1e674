package intake

import (
	"github.com/balangan/homecare/internal/source"
)

// listOf is the entry of the SOP's list of sources under which a layout's
// persons are recorded, by Info.Recap (list data_source).
var listOf = map[string]string{"PISPK": "pispk", "PRB": "prb", "PCARE": "pcare", "PTM": "ptm", "LANSIA": "elderly", "LINPROG": "cross_programme",
	"MASYARAKAT": "community_report", "JEJARING": "network"}

func dataSource(code source.Code) string {
	for _, i := range source.Sources() {
		if i.Code == code {
			return listOf[i.Recap]
		}
	}
	return string(code)
}
