package check

import (
	"os"
	"testing"

	"sigs.k8s.io/yaml"
)

// strictYAML reads a file; a key that is not in the shape fails the test.
func strictYAML(t *testing.T, path string, into any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(b, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
