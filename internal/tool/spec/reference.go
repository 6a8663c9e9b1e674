package spec

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// referenceKey is the extension of a member or parameter with the operations
// that list its codes.
const referenceKey = "x-reference"

// references are the operations that list the codes of members and parameters,
// by name or by owner and name. Those of reference lists follow from the rule
// list= of the validate tag. An empty address says that the name means something
// else there.
var references = map[string]string{
	"village": "/v1/villages", "villages": "/v1/villages",
	"programme": "/v1/programmes", "programmes": "/v1/programmes", "ReportPaper.programme": "",
	"puskesmas": "/v1/puskesmas", "ReportPaper.puskesmas": "", "Verification.puskesmas": "",
	"instrument":          "/v1/instruments",
	"VisitDiagnosis.code": "/v1/diagnosis-codes", "ReferralDiagnosis.code": "/v1/diagnosis-codes",
	"RiskFactor.code": "/v1/risk-codes", "PriorityCondition.risk": "/v1/risk-codes",
	"listParams.risk": "/v1/risk-codes", "priorityParams.risk": "/v1/risk-codes",
	"ListName.list": "/v1/reference",
}

// referencesOf are the operations that list the codes of s, in a document that
// was made or was read.
func referencesOf(s *openapi3.Schema) []string {
	if made, ok := s.Extensions[referenceKey].([]string); ok {
		return made
	}
	var paths []string
	read, _ := s.Extensions[referenceKey].([]any)
	for _, p := range read {
		path, _ := p.(string)
		paths = append(paths, path)
	}
	return paths
}

// uses are the members (Schema.member) and parameters (GET /v1/visits?state) of
// the document, and the members of further schemas, by the operation that lists
// their codes, as JSON.
func uses(doc *openapi3.T, further openapi3.Schemas) ([]byte, error) {
	found := map[string]map[string]bool{}
	note := func(s *openapi3.SchemaRef, name string) {
		each(s, func(ref *openapi3.SchemaRef) {
			if ref.Ref != "" || ref.Value == nil {
				return
			}
			for _, path := range referencesOf(ref.Value) {
				if found[path] == nil {
					found[path] = map[string]bool{}
				}
				found[path][name] = true
			}
		})
	}
	for _, schemas := range []openapi3.Schemas{doc.Components.Schemas, further} {
		for owner, s := range schemas {
			for name, member := range s.Value.Properties {
				note(member, owner+"."+name)
			}
		}
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			for _, p := range op.Parameters {
				if p.Ref == "" {
					note(p.Value.Schema, method+" "+path+"?"+p.Value.Name)
				}
			}
		}
	}
	all := map[string][]string{}
	for path, names := range found {
		all[path] = slices.Sorted(maps.Keys(names))
	}
	return indented(all)
}

// indented is a generated file of JSON.
func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}
