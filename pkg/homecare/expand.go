package homecare

import (
	"net/url"
	"strings"
)

// expanding is the query that includes records in full. Lists take it as the
// value expand of their query.
func expanding(names []string) url.Values {
	if len(names) == 0 {
		return nil
	}
	return url.Values{"expand": {strings.Join(names, ",")}}
}
