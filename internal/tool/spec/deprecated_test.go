package spec

import (
	"strings"
	"testing"
	"time"
)

// TestDeprecated: the document marks a deprecated operation, with the day on which it
// will be gone.
func TestDeprecated(t *testing.T) {
	routes := fixtureRoutes()
	routes[0].Deprecated = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	routes[0].Sunset = routes[0].Deprecated.AddDate(2, 0, 0)
	b, err := document(root, routes)
	if err != nil {
		t.Fatal(err)
	}
	n := strings.Count(string(b), "deprecated: true")
	if n != 1 || !strings.Contains(string(b), `x-sunset: "2029-01-01"`) {
		t.Errorf("%d operations are deprecated", n)
	}
}
