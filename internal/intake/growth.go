package intake

import (
	"embed"
	"io/fs"

	"github.com/balangan/homecare/internal/intake/source"
)

//go:embed growth/*.csv
var growthFS embed.FS

// LoadGrowth returns the growth tables of the product: the LMS figures of the
// WHO Child Growth Standards (2006), weight and length by age in days, weight
// by length and by height in cm, sex 1 boys and 2 girls (design decision 13).
func LoadGrowth() (*source.Growth, error) {
	dir, err := fs.Sub(growthFS, "growth")
	if err != nil {
		return nil, err
	}
	return source.LoadGrowth(dir)
}
