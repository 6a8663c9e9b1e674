package apitest

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/balangan/homecare/api"
	"github.com/balangan/homecare/internal/tool/spec"
	"github.com/balangan/homecare/pkg/homecare"
)

// Contract checks the server's answers against the OpenAPI document. It is
// stricter than a client may be: a member that is not in the document is a
// fault, though a client must ignore it.
type Contract struct {
	whole, partial routers.Router // partial: for ?fields=, which omits members
	problem        *openapi3.Schema
	options        *openapi3filter.Options
}

// PublishedContract is the contract served by this binary.
var PublishedContract = sync.OnceValues(func() (*Contract, error) { return LoadContract(api.OpenAPI) })

// LoadContract reads an OpenAPI document, YAML or JSON.
func LoadContract(document []byte) (*Contract, error) {
	whole, doc, err := strict(document, false)
	if err != nil {
		return nil, err
	}
	partial, _, err := strict(document, true)
	if err != nil {
		return nil, err
	}
	problem := doc.Components.Schemas["Problem"]
	if problem == nil || problem.Value == nil {
		return nil, errors.New("the document has no schema Problem")
	}
	return &Contract{whole: whole, partial: partial, problem: problem.Value, options: &openapi3filter.Options{
		IncludeResponseStatus: true, MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
		SchemaValidationOptions: formats,
	}}, nil
}

// formats are checked. kin's own pattern of a UUID does not include version 7.
var formats = []openapi3.SchemaValidationOption{
	openapi3.EnableFormatValidation(),
	openapi3.WithStringFormatValidator("uuid",
		openapi3.NewRegexpFormatValidator(`^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)),
}

// strict reads the document and closes every object of its copy; loose drops
// what is required.
func strict(document []byte, loose bool) (routers.Router, *openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, nil, err
	}
	if doc.Components == nil || doc.Paths == nil {
		return nil, nil, errors.New("the document has no operations; run go run ./internal/tool/openapi")
	}
	seen := map[*openapi3.Schema]bool{}
	for _, s := range doc.Components.Schemas {
		closeObjects(s, loose, seen)
	}
	for _, path := range doc.Paths.Map() {
		for _, op := range path.Operations() {
			for _, r := range op.Responses.Map() {
				for _, m := range r.Value.Content {
					closeObjects(m.Schema, loose, seen)
				}
			}
		}
	}
	router, err := gorillamux.NewRouter(doc)
	return router, doc, err
}

func closeObjects(ref *openapi3.SchemaRef, loose bool, seen map[*openapi3.Schema]bool) {
	if ref == nil || ref.Value == nil || seen[ref.Value] {
		return
	}
	s := ref.Value
	seen[s] = true
	if loose {
		s.Required = nil
	}
	if s.Type.Is("object") && s.AdditionalProperties.Has == nil && s.AdditionalProperties.Schema == nil {
		no := false
		s.AdditionalProperties.Has = &no
	}
	for _, list := range [][]*openapi3.SchemaRef{s.AllOf, s.AnyOf, s.OneOf, {s.Items, s.AdditionalProperties.Schema}} {
		for _, child := range list {
			closeObjects(child, loose, seen)
		}
	}
	for _, child := range s.Properties {
		closeObjects(child, loose, seen)
	}
}

// Check says how an answer breaks the contract: an undocumented status or
// content type, a header or body of another shape, a member that is not in the
// document. A JSON body that was accepted (2xx) must be allowed by the
// document, otherwise the document is too narrow.
func (c *Contract) Check(req *http.Request, reqBody []byte, status int, header http.Header, body []byte) error {
	if req.Method == http.MethodOptions || unlisted(req.URL.Path) {
		return nil
	}
	router := c.whole
	if req.URL.Query().Get("fields") != "" {
		router = c.partial
	}
	route, params, err := router.FindRoute(req)
	if err != nil {
		// An unknown address answers 404 or 405. Anything else is an
		// undocumented route.
		if status != http.StatusNotFound && status != http.StatusMethodNotAllowed {
			return fmt.Errorf("status %d, but the document has no such operation: %w", status, err)
		}
		return c.checkProblem(header, body)
	}
	declared := route.Operation.Responses.Value(strconv.Itoa(status))
	if declared == nil {
		return fmt.Errorf("status %d is not documented for %s", status, route.Operation.OperationID)
	}
	file, err := checkType(declared.Value, header, body)
	if err != nil {
		return fmt.Errorf("%s %d: %w", route.Operation.OperationID, status, err)
	}
	options := *c.options
	options.ExcludeResponseBody = file || len(declared.Value.Content) == 0
	in := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route,
			Options: &options},
		Status: status, Header: header, Options: &options,
	}
	in.SetBodyBytes(body)
	if err := openapi3filter.ValidateResponse(req.Context(), in); err != nil {
		return fmt.Errorf("%s %d: %w", route.Operation.OperationID, status, err)
	}
	if status < 300 {
		return checkAccepted(route.Operation, req, reqBody)
	}
	return nil
}

// unlisted says whether the address is intentionally not in the document.
func unlisted(path string) bool {
	for pattern := range spec.Unlisted {
		i := strings.IndexAny(pattern, ":*")
		if path == pattern || i >= 0 && strings.HasPrefix(path, pattern[:i]) {
			return true
		}
	}
	return false
}

// checkType compares the Content-Type with the documented ones. file says that
// the body is a file, of which nothing more is known.
func checkType(declared *openapi3.Response, header http.Header, body []byte) (file bool, err error) {
	if len(declared.Content) == 0 {
		if len(body) > 0 {
			return false, fmt.Errorf("a body of %d bytes where none is documented", len(body))
		}
		return false, nil
	}
	kind, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return false, fmt.Errorf("Content-Type %q: %w", header.Get("Content-Type"), err)
	}
	m := declared.Content[kind]
	if m == nil {
		return false, fmt.Errorf("Content-Type %s is not documented", kind)
	}
	return m.Schema != nil && m.Schema.Value != nil && m.Schema.Value.Format == "binary", nil
}

func (c *Contract) checkProblem(header http.Header, body []byte) error {
	if kind, _, _ := mime.ParseMediaType(header.Get("Content-Type")); kind != "application/problem+json" {
		return fmt.Errorf("a failure of Content-Type %q", header.Get("Content-Type"))
	}
	if err := visit(c.problem, body); err != nil {
		return err
	}
	var p homecare.Problem
	if err := json.Unmarshal(body, &p); err != nil {
		return err
	}
	if (p.Status == http.StatusConflict || p.Status == http.StatusPreconditionFailed) && len(p.Errors) == 0 {
		return fmt.Errorf("%s does not say where the conflict is", p.Code)
	}
	return nil
}

func checkAccepted(op *openapi3.Operation, req *http.Request, body []byte) error {
	if op.RequestBody == nil || len(body) == 0 {
		return nil
	}
	kind, _, _ := mime.ParseMediaType(req.Header.Get("Content-Type"))
	m := op.RequestBody.Value.Content[kind]
	if m == nil {
		return fmt.Errorf("%s accepted a body of Content-Type %q, which is not documented", op.OperationID, kind)
	}
	if kind != "application/json" {
		return nil
	}
	if err := visit(m.Schema.Value, body); err != nil {
		return fmt.Errorf("%s accepted a body that the document does not allow: %w", op.OperationID, err)
	}
	return nil
}

func visit(s *openapi3.Schema, body []byte) error {
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return err
	}
	return s.VisitJSON(v, slices.Concat(formats, []openapi3.SchemaValidationOption{openapi3.MultiErrors()})...)
}
