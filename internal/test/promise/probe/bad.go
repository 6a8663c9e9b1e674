//go:build sabotage

package probe

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/google/uuid"
)

// Bad are requests of the operation with one error each, most of which must
// fail: no token, another role, an unknown id, and invalid headers, parameters
// and bodies.
func (o Operation) Bad(language string) []Request {
	base := Request{Op: o, As: o.Caller(), ID: uuid.NewString(), Language: language}
	var out []Request
	add := func(change func(*Request)) {
		r := base
		change(&r)
		out = append(out, r)
	}
	if len(o.Route.By) > 0 {
		add(func(r *Request) { r.As = "" })
		add(func(r *Request) { r.As, r.Header = "", map[string]string{"Authorization": "Bearer x.y.z"} })
	}
	if o.EndsSessions() || o.ID == "refreshTokens" {
		return out
	}
	for _, username := range Accounts {
		add(func(r *Request) { r.As = username })
	}
	add(func(r *Request) { r.ID = "bukan-id' or 1=1" })
	add(func(r *Request) { r.Query = url.Values{"no_such_parameter": {"1"}} })
	add(func(r *Request) { r.Query = url.Values{"fields": {"no_such_field"}} })
	for _, name := range o.Query() {
		for _, value := range []string{"'; select 1 from patient --", "-1", "\x00", strings.Repeat("x", 2000)} {
			add(func(r *Request) { r.Query = url.Values{name: {value}} })
		}
	}
	if !o.Writes() {
		return out
	}
	for _, body := range []string{"", "{", "[1]", `{"a":1,"a":2}`, "{\"\xff\":1}", `{"no_such_field":1}`, "{}"} {
		add(func(r *Request) { r.Body = []byte(body) })
	}
	add(func(r *Request) { r.Body, r.ContentType = []byte(`{"a":1}`), "text/plain" })
	add(func(r *Request) { r.Body, r.ContentType = []byte("--x\r\n\r\nx"), "multipart/form-data; boundary=x" })
	if o.Route.NeedsKey() {
		add(func(r *Request) { r.Drop = []string{"Idempotency-Key"} })
	}
	if o.Route.NeedsIfMatch() {
		add(func(r *Request) { r.Drop = []string{"If-Match"} })
		add(func(r *Request) { r.IfMatch = "three" })
	}
	if example := o.Example(); example != nil {
		add(func(r *Request) { r.Body = Encode(example) })
		for member := range example {
			for _, wrong := range []any{nil, true, -7, "", "'; select 1 from patient --",
				[]any{map[string]any{"x": 1}}} {
				add(func(r *Request) { r.Body = Encode(With(example, member, wrong)) })
			}
		}
	}
	return out
}

// Encode is v as JSON.
func Encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // what was read from JSON
	}
	return b
}

// With is a copy of body with one more member.
func With(body map[string]any, name string, value any) map[string]any {
	out := map[string]any{}
	for k, v := range body {
		out[k] = v
	}
	out[name] = value
	return out
}
