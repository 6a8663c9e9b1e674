package config

import (
	"fmt"
	"os"
	"reflect"
	"strings"
)

// fromFiles returns the environment in which every secret setting may also
// come from a file: NAME_FILE holds the path, the file the value (one newline
// at its end is not part of it). So a secret stays out of the process's
// environment: systemd credentials, secrets of a container engine. A value and
// a file at once, or a file that cannot be read or is empty, is an error; the
// error names the setting, never the content.
func fromFiles(environ map[string]string) (map[string]string, error) {
	for f := range reflect.TypeFor[Config]().Fields() {
		name := f.Tag.Get("env")
		path := environ[name+"_FILE"]
		if f.Tag.Get("secret") == "" || path == "" {
			continue
		}
		if environ[name] != "" {
			return nil, fmt.Errorf("%s and %[1]s_FILE are both set: which one holds?", name)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("%s_FILE: %w", name, err)
		}
		value := strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
		if value == "" {
			return nil, fmt.Errorf("%s_FILE: %s is empty", name, path)
		}
		environ[name] = value
	}
	return environ, nil
}
