package source

import (
	"embed"
	"encoding/csv"
	"fmt"
	"regexp"
	"strings"
)

//go:embed data/*.csv
var dataFS embed.FS

// Village is a village of the district. Code is the ten-digit Kemendagri code
// without dots.
type Village struct {
	Code, Name string
	// InArea: the puskesmas that imports serves it.
	InArea bool
}

// Area is the district's villages as one puskesmas sees them. Make it with
// NewArea or EmbeddedArea.
type Area struct {
	byCode    map[string]Village
	byName    map[string][]Village // folded name
	prefixes  map[string]int       // folded leading words -> number of villages
	names     []string             // folded, for the search with one wrong letter
	districts map[string]bool      // kecamatan codes of the working area
}

// NewArea prepares the villages for look-up.
func NewArea(villages []Village) Area {
	a := Area{byCode: map[string]Village{}, byName: map[string][]Village{}, prefixes: map[string]int{},
		districts: map[string]bool{}}
	for _, v := range villages {
		v.Code = strings.ReplaceAll(v.Code, ".", "")
		a.byCode[v.Code] = v
		key := fold(v.Name)
		if _, known := a.byName[key]; !known {
			a.names = append(a.names, key)
		}
		a.byName[key] = append(a.byName[key], v)
		words := strings.Fields(v.Name)
		for n := 1; n < len(words); n++ {
			a.prefixes[fold(strings.Join(words[:n], ""))]++
		}
		if v.InArea && len(v.Code) >= 6 {
			a.districts[v.Code[:6]] = true
		}
	}
	return a
}

// EmbeddedArea is the area of one puskesmas (slug, "tanah-habang") from the
// embedded lists. For four kecamatan the split between two puskesmas is a
// proposal that Dinkes must confirm. What the tenant confirmed in the database
// uses NewArea.
func EmbeddedArea(slug string) (Area, error) {
	served, err := rows("data/puskesmas_villages.csv")
	if err != nil {
		return Area{}, err
	}
	mine := map[string]bool{}
	for _, r := range served {
		if r[0] == slug {
			mine[r[1]] = true
		}
	}
	if len(mine) == 0 {
		return Area{}, fmt.Errorf("source: no puskesmas %q", slug)
	}
	all, err := rows("data/villages.csv")
	if err != nil {
		return Area{}, err
	}
	list := make([]Village, 0, len(all))
	for _, r := range all {
		list = append(list, Village{Code: r[0], Name: r[2], InArea: mine[r[0]]})
	}
	return NewArea(list), nil
}

func rows(name string) ([][]string, error) {
	f, err := dataFS.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	return all[1:], nil
}

var (
	villagePrefix = regexp.MustCompile(`(?i)^\s*(desa|ds|kelurahan|kel|dusun)\b[.\s]*`)
	villageTail   = regexp.MustCompile(`(?i)[\s,.]*\b(rt|rw|kec|kecamatan)\b.*$`)
	villageShort  = regexp.MustCompile(`(?i)\b(tnh|sei|sgi|tlk)\b\.?`)
)

// shortWords are common abbreviations in village names.
var shortWords = map[string]string{"tnh": "Tanah", "sei": "Sungai", "sgi": "Sungai", "tlk": "Teluk"}

// find resolves a village: by the code, else by the name, ignoring case and
// blanks, with usual abbreviations and at most one wrong letter. Of a name in
// two kecamatan it takes the one of the working area. If two villages or none
// fit, it returns none and a warning class.
func (a Area) find(code, name string) (Village, Class) {
	code = strings.ReplaceAll(strings.TrimSpace(code), ".", "")
	if v, ok := a.byCode[code]; ok {
		return v, outside(v)
	}
	name = villageTail.ReplaceAllString(strings.Join(strings.Fields(name), " "), "")
	name = villagePrefix.ReplaceAllString(name, "")
	name = villageShort.ReplaceAllStringFunc(name, func(s string) string {
		return shortWords[strings.ToLower(strings.TrimSuffix(s, "."))]
	})
	key := fold(name)
	if key == "" {
		if code == "" {
			return Village{}, ""
		}
		return Village{}, VillageUnknown
	}
	found := a.byName[key]
	if found == nil {
		if a.prefixes[key] > 1 {
			return Village{}, VillageAmbiguous
		}
		near := 0
		for _, n := range a.names {
			if len(key) >= 5 && oneEdit(key, n) {
				found = append(found, a.byName[n]...)
				near++
			}
		}
		if near > 1 {
			return Village{}, VillageAmbiguous
		}
	}
	switch mine := inArea(found); {
	case len(found) == 0:
		return Village{}, VillageUnknown
	case len(found) == 1:
		return found[0], outside(found[0])
	case len(mine) == 1:
		return mine[0], ""
	}
	return Village{}, VillageAmbiguous
}

func inArea(list []Village) (mine []Village) {
	for _, v := range list {
		if v.InArea {
			mine = append(mine, v)
		}
	}
	return mine
}

func outside(v Village) Class {
	if v.InArea {
		return ""
	}
	return VillageOutside
}
