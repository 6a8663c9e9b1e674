package spec

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// A type that holds itself, in a list and as an optional member, has an
// example that ends and fits.
func TestExampleOfARecursiveType(t *testing.T) {
	node := &openapi3.Schema{Type: &openapi3.Types{"object"}, Required: []string{"children", "code"}}
	ref := openapi3.NewSchemaRef("", node)
	node.Properties = openapi3.Schemas{
		"code":     openapi3.NewSchemaRef("", openapi3.NewStringSchema().WithMinLength(9)),
		"children": openapi3.NewSchemaRef("", &openapi3.Schema{Type: &openapi3.Types{"array"}, Items: ref}),
		"parent":   ref,
	}
	v := new(converter).exampleOf(ref, "", 0)
	if err := node.VisitJSON(v); err != nil {
		t.Error(err)
	}
}

// An example keeps the limits of its schema.
func TestExampleKeepsLimits(t *testing.T) {
	for name, s := range map[string]*openapi3.Schema{
		"short":     openapi3.NewStringSchema().WithMaxLength(3),
		"long":      openapi3.NewStringSchema().WithMinLength(20),
		"high":      openapi3.NewIntegerSchema().WithMin(7),
		"low":       openapi3.NewIntegerSchema().WithMax(-7),
		"exclusive": openapi3.NewIntegerSchema().WithMin(4).WithExclusiveMin(true),
		"enum":      openapi3.NewStringSchema().WithEnum("a", "b"),
		"two":       openapi3.NewArraySchema().WithItems(openapi3.NewStringSchema()).WithMinItems(2),
		"pattern":   openapi3.NewStringSchema().WithPattern(patterns["month"]),
	} {
		v := new(converter).exampleOf(openapi3.NewSchemaRef("", s), name, 0)
		if err := s.VisitJSON(v); err != nil {
			t.Errorf("%s: %v: %v", name, v, err)
		}
	}
}

// A list whose items are records has its example in JSON; another list has its
// items between commas.
func TestExampleOfAList(t *testing.T) {
	band := openapi3.NewObjectSchema().WithProperty("code", openapi3.NewStringSchema()).
		WithProperty("min", openapi3.NewFloat64Schema())
	for raw, items := range map[string]*openapi3.Schema{
		`[{"code":"high","min":20},{"code":"low","min":0}]`: band, "high,low": openapi3.NewStringSchema(),
	} {
		s := openapi3.NewArraySchema().WithItems(items)
		v, err := valueOf(s, raw)
		if list, _ := v.([]any); err != nil || len(list) != 2 || s.VisitJSON(v) != nil {
			t.Errorf("%s: %v, %v", raw, v, err)
		}
	}
}
