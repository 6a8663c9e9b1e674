package reference

// printedUnits are the units that a reader knows by another sign than UCUM's.
var printedUnits = map[string]string{"Cel": "°C", "{score}": "", "ordinal": ""}

// PrintedUnit is a UCUM unit as people read it: °C for Cel, nothing for a score.
func PrintedUnit(ucum string) string {
	if printed, ok := printedUnits[ucum]; ok {
		return printed
	}
	return ucum
}
