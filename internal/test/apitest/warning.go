package apitest

import (
	"strings"

	"github.com/balangan/homecare/pkg/homecare"
)

// SentMonths are the months, YYYY-MM and separated by blanks, in the warnings that
// a sent report now differs.
func SentMonths(warnings []homecare.Warning) string {
	var out []string
	for _, w := range warnings {
		if w.Code == "sent_month" {
			out = append(out, strings.Fields(w.Message)[2])
		}
	}
	return strings.Join(out, " ")
}
