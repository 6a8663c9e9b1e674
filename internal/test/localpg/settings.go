package localpg

import (
	"maps"
	"slices"
)

// settings are the server's settings as name=value, sorted, o.Settings last.
//
// The server's log contains no personal data: no statements, no parameters, no
// messages about a failed statement (they quote values: "Key (nik)=(...) already
// exists"). It is terse, because a crash's detail quotes the running statement.
func settings(o Options) []string {
	s := map[string]string{
		"listen_addresses":                  "",
		"unix_socket_permissions":           "0700",
		"wal_level":                         "replica",
		"max_connections":                   "100",
		"log_statement":                     "none",
		"log_min_duration_statement":        "-1",
		"log_parameter_max_length":          "0",
		"log_parameter_max_length_on_error": "0",
		"log_min_error_statement":           "panic",
		"log_min_messages":                  "log",
		"log_error_verbosity":               "terse",
		"logging_collector":                 "off",
		"timezone":                          "UTC",
	}
	if o.Timezone != "" {
		s["timezone"] = o.Timezone
	}
	s["log_timezone"] = s["timezone"]
	if o.Test {
		maps.Copy(s, map[string]string{
			"fsync":              "off",
			"full_page_writes":   "off",
			"synchronous_commit": "off",
			"shared_buffers":     "32MB",
			"max_connections":    "300",
		})
	}
	maps.Copy(s, o.Settings)
	var list []string
	for _, name := range slices.Sorted(maps.Keys(s)) {
		list = append(list, name+"="+s[name])
	}
	return list
}
