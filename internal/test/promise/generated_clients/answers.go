//go:build sabotage

package generated_clients

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/balangan/homecare/internal/test/apitest"
)

// refusals is how many requests may be answered 422: those with a value that only
// the running system has.
//
//   - a code of an authenticator (step-up, /v1/me/totp/confirm), a password
//     (/v1/me/password) and the token of a mailed link (/v1/auth/password)
//   - a file (attachments, imports), which a collection cannot hold
//   - a day with a visit or an education session (activity-reports)
//
// In July 2027 the last day of the client in the example is over, and a year
// later the plans are too old (planned in internal/tool/spec): then write later days.
const refusals = 7

// ran is what came of a collection.
type ran struct {
	sent, done, refused int
	wrong               []string
}

func judge(t *testing.T, answers []sent) ran {
	t.Helper()
	out := ran{sent: len(answers)}
	for _, r := range answers {
		switch w := r.wrong(); {
		case w != "":
			out.wrong = append(out.wrong, r.method+" "+r.path+" "+w)
			t.Log(w, r)
		case r.status < 300:
			out.done++
		case r.status == http.StatusUnprocessableEntity:
			out.refused++
			t.Log(r)
		}
	}
	return out
}

// misled runs the collections of documents that are wrong about the server: a
// path that is another, an answer with another status, another address. It
// returns what was found of these four.
func misled(t *testing.T) string {
	t.Helper()
	s := apitest.New(t)
	dir := workshop(t, nil)
	var found []string
	run := func(change func(*openapi3.T)) {
		doc := served(t, s)
		small := openapi3.NewPaths(openapi3.WithPath("/v1/villages", doc.Paths.Value("/v1/villages")),
			openapi3.WithPath("/v1/programmes", doc.Paths.Value("/v1/programmes")))
		doc.Paths = small
		change(doc)
		found = append(found, judge(t, runCollection(t, dir, s, doc)).wrong...)
	}
	run(func(doc *openapi3.T) {
		doc.Paths.Set("/v1/villagers", doc.Paths.Value("/v1/villages"))
		doc.Paths.Delete("/v1/villages")
		answers := doc.Paths.Value("/v1/programmes").Get.Responses
		answers.Set("201", answers.Value("200"))
		answers.Delete("200")
	})
	run(func(doc *openapi3.T) { doc.Servers[0].URL = "http://127.0.0.1:1" })
	slices.Sort(found)
	return strings.Join(found, "; ")
}

// found is what misled must return.
const found = "GET /v1/programmes has an answer that the document does not name; GET /v1/programmes has no answer; " +
	"GET /v1/villagers reads nothing; GET /v1/villages has no answer"
