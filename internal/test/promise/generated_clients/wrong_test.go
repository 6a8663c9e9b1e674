package generated_clients

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// TestWrong: each kind of wrong answer is seen, and an explained one is not
// wrong.
func TestWrong(t *testing.T) {
	t.Parallel()
	answers := openapi3.NewResponses()
	for _, status := range []string{"200", "400", "401", "403", "404", "422", "500"} {
		answers.Set(status, &openapi3.ResponseRef{})
	}
	list := &openapi3.Operation{Responses: answers}
	one := &openapi3.Operation{Responses: answers, Parameters: openapi3.Parameters{
		{Value: &openapi3.Parameter{Name: "id", In: "path", Required: true}}}}
	for _, c := range []struct {
		r    sent
		want string
	}{
		{sent{op: list, method: "GET", as: "a", status: 200}, ""},
		{sent{op: list, method: "GET", as: "a", status: 404}, "reads nothing"},
		{sent{op: one, method: "GET", as: "a", status: 404}, ""},
		{sent{op: one, method: "GET", as: "a", status: 201}, "has an answer that the document does not name"},
		{sent{op: list, method: "POST", as: "a", status: 422}, ""},
		{sent{op: list, method: "POST", as: "a", status: 400}, "cannot be read"},
		{sent{op: list, method: "POST", as: "a", status: 500}, "breaks the server"},
		{sent{op: list, method: "POST", as: "a", status: 0}, "has no answer"},
		{sent{op: list, method: "POST", as: "a", status: 403}, "is refused to an account that may send it"},
		{sent{op: list, method: "POST", as: "a", status: 401}, "is refused to an account that may send it"},
		{sent{op: list, method: "POST", status: 401}, ""},
	} {
		if got := c.r.wrong(); got != c.want {
			t.Errorf("%v: %q, want %q", c.r, got, c.want)
		}
	}
}
