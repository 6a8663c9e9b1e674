package rest_test

import (
	"net/http/httptest"
	"testing"

	"github.com/balangan/homecare/internal/platform/rest"
)

func TestLanguage(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		"": "id", "en": "en", "en-GB,id;q=0.5": "en", "en;q=0.1,id;q=0.9": "id", "bjn,en;q=0.8": "en", "EN": "en",
		"nl": "id", "*": "id", "in": "id", "%%": "id", "id,en": "id",
	} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
		r.Header.Set("Accept-Language", said)
		if got := rest.Language(r); got != want {
			t.Errorf("%q: %s, want %s", said, got, want)
		}
	}
}
