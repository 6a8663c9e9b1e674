package reference

import "fmt"

// PlaceNames are the embedded names of puskesmas, districts and villages, in no
// order: a password must not consist of them.
func PlaceNames() []string {
	var out []string
	for file, columns := range map[string][]string{
		"puskesmas.csv": {"slug", "name", "district_name"}, "villages.csv": {"name"}, "districts.csv": {"name"},
	} {
		rows, err := records(file)
		if err != nil {
			panic(fmt.Sprintf("reference: %v", err)) // the files are part of the program
		}
		for _, r := range rows {
			for _, c := range columns {
				if r[c] != "" {
					out = append(out, r[c])
				}
			}
		}
	}
	return out
}
