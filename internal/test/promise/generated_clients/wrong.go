package generated_clients

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// sent is one request of the collection with its answer.
type sent struct {
	op           *openapi3.Operation
	method, path string // of the document
	as           string // the account; "" for nobody
	status       int    // 0: no answer
	body         []byte
}

// String is the request with its answer.
func (r sent) String() string {
	return fmt.Sprintf("%s %s as %q: %d %.700s", r.method, r.path, r.as, r.status, r.body)
}

// wrong says what is wrong about the answer; "" for nothing. That the ids of
// the examples name no record (404, 409, 412, 422, 428) is not.
func (r sent) wrong() string {
	list := r.method == http.MethodGet && !slices.ContainsFunc(r.op.Parameters, func(p *openapi3.ParameterRef) bool {
		return p.Value.Required
	})
	switch {
	case r.status == 0:
		return "has no answer"
	case r.status >= 500:
		return "breaks the server"
	case r.status == http.StatusBadRequest:
		return "cannot be read"
	case list && r.status != http.StatusOK:
		return "reads nothing"
	case r.op.Responses.Status(r.status) == nil:
		return "has an answer that the document does not name"
	case r.as != "" && (r.status == http.StatusUnauthorized || r.status == http.StatusForbidden):
		return "is refused to an account that may send it"
	}
	return ""
}
