package source

import (
	"math"
)

// indicators of PIS-PK in the order of the questionnaire.
var indicators = []string{"kb", "salin", "imun", "asi", "tumbuh", "tb", "ht", "jiwa", "rokok", "jkn", "air", "jamban"}

// households gives every row of a PIS-PK file its family. The raw survey has
// one line per member with that member's answers. The family's indicator is T
// if any member has T, else Y if any has Y, else N (not applicable). MEROKOK =
// Y is a member who smokes and sets the indicator to T. For the raw survey, the
// given IKS is compared with the computed one.
func (r *reader) households(list []Row) {
	raw := false
	for _, c := range r.fields {
		raw = raw || c.Field == "merokok"
	}
	families := map[string]map[string]string{}
	if raw {
		for i := range list {
			v := list[i].Value.Get
			id := v("survei_id")
			if id == "" {
				continue
			}
			if families[id] == nil {
				families[id] = map[string]string{}
			}
			for _, ind := range indicators {
				m := v("ind_" + ind)
				if ind == "rokok" {
					m = map[string]string{"ya": "T", "tidak": "Y"}[v("merokok")]
				}
				families[id][ind] = worse(families[id][ind], m)
			}
		}
	}
	for i := range list {
		row := &list[i]
		if row.Value.Get("survei_id") == "" {
			continue
		}
		h := &Household{SurveyID: row.Value.Get("survei_id"), Head: row.Value.Get("nama_kk"),
			KK: row.Value.Get("no_kk"), Village: row.Value.Get("desa_kode"),
			Indicators: map[string]string{}, IKS: ratio(row.Value.Get("iks_inti")),
			IKSLarge: ratio(row.Value.Get("iks_besar"))}
		for _, ind := range indicators {
			m := row.Value.Get("ind_" + ind)
			if raw {
				m = families[h.SurveyID][ind]
			}
			if m == "" {
				m = "N"
			}
			h.Indicators[ind] = m
		}
		row.Household = h
		if len(row.Errors) > 0 {
			continue
		}
		if computed, ok := IKS(h.Indicators); ok && h.IKS >= 0 && math.Abs(computed-h.IKS) > 0.001 {
			row.Warnings = append(row.Warnings, Issue{IKSDiffers, "iks_inti"})
		}
		at, _ := dateReader{}.parse(row.Value.Get("tanggal_survei"))
		for _, irregular := range []struct{ ind, code string }{{"tb", FactFamilyNoTBDrug}, {"ht", FactFamilyNoHTDrug},
			{"jiwa", FactFamilyNoODGJDrug}} {
			if h.Indicators[irregular.ind] == "T" {
				row.Facts = append(row.Facts, Fact{Code: irregular.code, Text: h.SurveyID, At: at,
					Sensitive: irregular.ind == "jiwa"})
			}
		}
	}
}

func worse(a, b string) string {
	rank := map[string]int{"": 0, "N": 1, "Y": 2, "T": 3}
	if rank[b] > rank[a] {
		return b
	}
	return a
}

func ratio(s string) float64 {
	if v, ok := parseNumber(s); ok {
		return v
	}
	return -1
}

// IKS is the healthy family index: Y / (12 - N) over the twelve indicators
// (PIS-PK guide, Permenkes 39/2016). ok is false if no indicator applies.
func IKS(indicator map[string]string) (iks float64, ok bool) {
	y, n := 0, 0
	for _, ind := range indicators {
		switch indicator[ind] {
		case "Y":
			y++
		case "T":
		default:
			n++
		}
	}
	if n == len(indicators) {
		return 0, false
	}
	return float64(y) / float64(len(indicators)-n), true
}
