package config

import (
	"fmt"
	"os"
	"reflect"
	"strings"
)

// fromFiles returns the environment in which every secret setting may also come
// from a file: NAME_FILE holds the path, the file the value (without one
// newline at its end). The secret is then not in the process's environment, for
// systemd credentials and secrets of a container engine. A value together with
// a file, or a file that is empty or unreadable, is an error. The error names
// the setting, never the content.
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
