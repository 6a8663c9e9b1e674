package homecare

import (
	"net/url"
	"strings"
)

// expanding is the query that asks for records to be carried whole; lists take
// the same as the value expand of their query.
func expanding(names []string) url.Values {
	if len(names) == 0 {
		return nil
	}
	return url.Values{"expand": {strings.Join(names, ",")}}
}
