package app_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
)

// TestOneNameOfAVillage: the code of a village is village, its name village_name, in
// every request and answer.
func TestOneNameOfAVillage(t *testing.T) {
	t.Parallel()
	seen, named := map[reflect.Type]bool{}, 0
	var walk func(typ reflect.Type)
	walk = func(typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || seen[typ] {
			return
		}
		seen[typ] = true
		var has []string
		for f := range typ.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json")+f.Tag.Get("query"), ",")
			if strings.HasPrefix(name, "village") {
				has = append(has, name)
			}
			if name == "village_name" {
				named++
			}
			if name == "village_code" {
				t.Errorf("%s: village_code, want village", typ)
			}
			walk(f.Type)
		}
		if strings.Contains(strings.Join(has, " "), "village_name") && has[0] != "village" && !strings.Contains(
			strings.Join(has, " "), "village ") {
			t.Errorf("%s names a village without its code: %q", typ, has)
		}
	}
	for _, r := range apitest.New(t).App.Routes() {
		if r.Handler.Request != nil {
			walk(r.Handler.Request)
		}
		if r.Handler.Result() != nil {
			walk(r.Handler.Result())
		}
	}
	if named < 6 {
		t.Errorf("only %d types name a village", named)
	}
}
