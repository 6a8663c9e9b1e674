package released_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/balangan/homecare/api"
	"github.com/balangan/homecare/api/released"
)

// A document that differs from the last release carries a higher version, and
// the changelog tells of it.
func TestChangedDocumentHasANewVersion(t *testing.T) {
	t.Parallel()
	document, version, err := released.Last()
	if err != nil {
		t.Fatal(err)
	}
	if fault := gate(document, version, api.OpenAPI, api.Version); fault != "" {
		t.Error(fault)
	}
	log, err := os.ReadFile("../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(log), "\n## "+api.Version+"\n") {
		t.Errorf("api/CHANGELOG.md says nothing of %s", api.Version)
	}
}

func gate(before []byte, version string, now []byte, current string) string {
	switch {
	case bytes.Equal(before, now):
		return ""
	case released.Compare(current, version) <= 0:
		return "the document differs from release " + version + " and is still called " + current +
			": raise api.Version"
	case !bytes.Contains(now, []byte("\n  version: "+current+"\n")):
		return "info.version of the document is not " + current + ": run make generate"
	}
	return ""
}

func TestGate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before, version, now, current string
		refused                       bool
	}{
		"nothing changed":          {"a", "1.0.0", "a", "1.0.0", false},
		"changed, same version":    {"a", "1.0.0", "info:\n  version: 1.0.0\n", "1.0.0", true},
		"changed, lower version":   {"a", "1.10.0", "info:\n  version: 1.9.0\n", "1.9.0", true},
		"changed, higher version":  {"a", "1.9.0", "info:\n  version: 1.10.0\n", "1.10.0", false},
		"version not in the paper": {"a", "1.0.0", "info:\n  version: 1.0.0\n", "1.1.0", true},
	} {
		if got := gate([]byte(c.before), c.version, []byte(c.now), c.current); (got != "") != c.refused {
			t.Errorf("%s: %q", name, got)
		}
	}
}
