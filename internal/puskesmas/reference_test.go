package puskesmas_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestReferenceIndex: the index leads to every list, and says what uses it.
func TestReferenceIndex(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As(t, "koordinator.uren")
	index := apitest.Must[homecare.Page[homecare.ReferenceList]](t)(c.ReferenceLists(t.Context()))
	uses := map[string][]string{}
	for _, l := range index.Data {
		uses[l.Href] = l.UsedBy
		if err := c.Do(t.Context(), homecare.Call{Method: http.MethodGet, Path: l.Href}); err != nil {
			t.Errorf("%s: %v", l.Href, err)
		}
	}
	for href, by := range map[string]string{"/v1/reference/visit_kind": "PlanVisit.kind",
		"/v1/reference/case_act": "Case.allowed", "/v1/reference/visit_state": "GET /v1/visits?state",
		"/v1/villages": "NewPatient.village", "/v1/diagnosis-codes": "VisitDiagnosis.code"} {
		if !slices.Contains(uses[href], by) {
			t.Errorf("%s is not used by %s: %v", href, by, uses[href])
		}
	}
	if slices.Contains(uses["/v1/puskesmas"], "Verification.puskesmas") {
		t.Error("a paper names its puskesmas, and no slug")
	}
	if religion, ok := uses["/v1/reference/religion"]; !ok || len(religion) > 0 {
		t.Errorf("a list that nothing uses: %v, %v", religion, ok)
	}
}
