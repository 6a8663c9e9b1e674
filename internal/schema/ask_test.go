package schema_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/schema"
)

// TestAskHidesTheAddress: an address that cannot be read is not repeated.
func TestAskHidesTheAddress(t *testing.T) {
	t.Parallel()
	err := schema.Ask(t.Context(), "postgres://u:geheim@h:notaport/d")
	if !errors.Is(err, schema.ErrAddress) || strings.Contains(err.Error(), "geheim") {
		t.Error(err)
	}
	if schema.Ask(t.Context(), "postgres://u:geheim@127.0.0.1:1/d?connect_timeout=1") == nil {
		t.Error("a database that is not there answers")
	}
}
