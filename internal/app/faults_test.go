package app_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/rest"
)

// jargon are words for developers: names of members, headers, formats.
var jargon = regexp.MustCompile(`[a-z]+_[a-z]+|HOMECARE_|\b(GET|POST|PUT|PATCH|DELETE|[Hh]eader|Idempotency|If-Match|` +
	`ETag|JSON|HTTP|URL|UUID|Content-Type|[Cc]ursor|API)\b|/docs|/v1/`)

// TestCatalogue: every fault of the product has a stable code, a status, and whole
// sentences in both languages.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	code, sentence := regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)?$`), regexp.MustCompile(`^[A-Z{].*[.)]$`)
	all := fault.Catalogue()
	if len(all) < 30 {
		t.Fatalf("only %d", len(all))
	}
	for _, d := range all {
		if !code.MatchString(d.Code) || rest.StatusOf(d.Kind) < 400 || rest.TitleOf(d.Kind).ID == "" {
			t.Errorf("%s: code or kind", d.Code)
		}
		if !sentence.MatchString(d.Detail.ID) || !sentence.MatchString(d.Detail.EN) || d.Detail.ID == d.Detail.EN {
			t.Errorf("%s: %q, %q", d.Code, d.Detail.ID, d.Detail.EN)
		}
		if strings.HasPrefix(d.Code, "oauth.") { // only machines meet them
			continue
		}
		for _, text := range []string{d.Detail.ID, d.Detail.EN} {
			if word := jargon.FindString(text); word != "" {
				t.Errorf("%s tells a person of %q; a developer reads the hint: %q", d.Code, word, text)
			}
		}
	}
}
