package rest

import (
	"reflect"
	"testing"
)

// A member that was sent obeys its rule, empty or not. An absent member has no
// rule to obey.
func TestEmptyMembers(t *testing.T) {
	t.Parallel()
	type part struct {
		Day string `json:"day,omitempty" validate:"omitempty,date"`
	}
	type body struct {
		part
		ID    string `json:"id,omitempty" validate:"omitempty,uuid"`
		Note  string `json:"note,omitempty" validate:"omitempty,max=5"`
		Count int    `json:"count,omitempty" validate:"omitempty,min=1"`
		Score int    `json:"score" validate:"min=0"`
		Parts []part `json:"parts" validate:"dive"`
		One   *part  `json:"one"`
		Other *part  `json:"other,omitempty"`
		Kind  string `json:"kind,omitempty" validate:"omitempty,list=alert_level"`
		Level string `json:"level,omitempty" validate:"omitempty,isdefault"`
		Sum   *int   `json:"sum,omitempty" validate:"omitempty,isdefault"`
	}
	for sent, want := range map[string]string{
		`{}`:                              "",
		`{"id":"","note":""}`:             "/id uuid",
		`{"note":"","score":0}`:           "",
		`{"count": 0}`:                    "/count min",
		`{"count":0.0}`:                   "/count min",
		`{"count":10,"score":0}`:          "",
		`{"parts":[{},{"day":""}]}`:       "/parts/1/day date",
		`{"one":{"day":""}}`:              "/one/day date",
		`{"one":null}`:                    "",
		`{"other":null}`:                  "/other null",
		`{"day":""}`:                      "/day date",
		`{"kind":""}`:                     "/kind oneof",
		`{"level":""}`:                    "/level isdefault",
		`{"sum":0}`:                       "/sum isdefault",
		`{"id":"\"\"","note":"a \"\" b"}`: "",
	} {
		got := ""
		for _, f := range empties([]byte(sent), reflect.TypeFor[*body]()) {
			got += f.Pointer + " " + f.Code
		}
		if got != want {
			t.Errorf("%s: %q, want %q", sent, got, want)
		}
	}
}
