package docs

import (
	"bytes"
	"encoding/json"
	"errors"
	"sync"

	"github.com/labstack/echo/v4"
	"sigs.k8s.io/yaml"

	"github.com/balangan/homecare/api"
)

// openAPI serves the OpenAPI document of this installation in the form that
// make gives it.
func (s Site) openAPI(contentType string, form func([]byte) ([]byte, error)) echo.HandlerFunc {
	made := sync.OnceValues(func() ([]byte, error) {
		b, err := withServer(api.OpenAPI, s.PublicURL)
		if err != nil {
			return nil, err
		}
		return form(b)
	})
	return func(c echo.Context) error {
		b, err := made()
		if err != nil {
			return err
		}
		return answer(c, contentType, b)
	}
}

func contractYAML(b []byte) ([]byte, error) { return b, nil }

func contractJSON(b []byte) ([]byte, error) { return yaml.YAMLToJSON(b) }

// withServer puts the installation's address before the relative one of the
// document, because tools that read a saved copy know no host for it.
func withServer(document []byte, address string) ([]byte, error) {
	if address == "" {
		return document, nil
	}
	before, after, ok := bytes.Cut(document, []byte("\nservers:\n"))
	if !ok {
		return nil, errors.New("the document has no servers")
	}
	quoted, err := json.Marshal(address) // a JSON text is a YAML text
	if err != nil {
		return nil, err
	}
	return bytes.Join([][]byte{before, []byte("\nservers:\n- description: This installation\n  url: "), quoted,
		[]byte("\n  x-internal: false\n"), after}, nil), nil
}
