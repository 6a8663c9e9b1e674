package reference

import "fmt"

// PlaceNames are the names of puskesmas, districts and villages as they are
// embedded, in no order: what a password here must not consist of.
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
