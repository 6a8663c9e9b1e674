package puskesmas_test

import (
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestReferenceData(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	for _, who := range []string{"petugas1.uren", "dinkes.analis"} { // both sides of the wall read the same
		c := s.As(t, who)
		all, err := c.AllPuskesmas(t.Context())
		if err != nil || len(all.Data) != 12 || all.Data[4].Slug != "tanah-habang" ||
			len(all.Data[4].ProgrammeCodes) != 2 {
			t.Fatalf("puskesmas for %s: %+v, %v", who, all, err)
		}
		villages, err := c.Villages(t.Context(), nil)
		if err != nil || len(villages.Data) != 157 {
			t.Fatalf("villages for %s: %d, %v", who, len(villages.Data), err)
		}
		some, err := c.Villages(t.Context(), url.Values{"puskesmas": {"tanah-habang"}})
		if err != nil || len(some.Data) == 0 || len(some.Data) == 157 {
			t.Fatalf("villages of tanah-habang: %d, %v", len(some.Data), err)
		}
		types, err := c.ServiceTypes(t.Context())
		if err != nil || len(types.Data) != 9 {
			t.Fatalf("service types: %d, %v", len(types.Data), err)
		}
		list, err := c.ReferenceList(t.Context(), "profession")
		if err != nil || len(list.Data) < 10 {
			t.Fatalf("professions: %d, %v", len(list.Data), err)
		}
	}
}

func TestAddSOP(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	admin := s.As(t, "dinkes.admin")
	in := homecare.NewSOP{DocumentNumber: "SOP/25/UKM/PKM/THB/2027", IssuedOn: "2027-01-04",
		EffectiveFrom: "2027-02-01",
		Issuer:        "UPTD Puskesmas Tanah Habang", SignerName: "Kepala",
		LegalBasis: []homecare.LegalBasis{{Text: "Permenkes 19/2024"}},
		Changes:    []homecare.SOPChange{{What: "Referensi", To: "Permenkes 19/2024", From: "2027-02-01"}},
		Approval:   "kepala", TeamMode: "per_case"}
	sop, err := admin.AddSOP(t.Context(), "kupinang", 1, in)
	if err != nil || sop.Revision != 1 {
		t.Fatalf("first revision: %+v, %v", sop, err)
	}
	for _, c := range []struct {
		name, who string
		version   int64
		change    func(*homecare.NewSOP)
		status    int
		code      string
	}{
		{"stale", "dinkes.admin", 1, func(*homecare.NewSOP) {}, 412, "record.stale"},
		{"an analyst", "dinkes.analis", 2, func(*homecare.NewSOP) {}, 403, "auth.forbidden"},
		{"a kepala", "kepala.tanah-habang", 2, func(*homecare.NewSOP) {}, 403, "auth.forbidden"},
		{"no If-Match", "dinkes.admin", 0, func(*homecare.NewSOP) {}, 428, "if_match.missing"},
		{"no such day", "dinkes.admin", 2, func(n *homecare.NewSOP) { n.EffectiveFrom = "2027-02-30" }, 422,
			"request.invalid"},
		{"an unknown ending", "dinkes.admin", 2, func(n *homecare.NewSOP) { n.OptionalEndings = []string{"bored"} },
			422, "request.invalid"},
	} {
		body := in
		c.change(&body)
		_, err := s.As(t, c.who).AddSOP(t.Context(), "kupinang", c.version, body)
		p, ok := errors.AsType[*homecare.Problem](err)
		if !ok || p.Status != c.status || p.Code != c.code {
			t.Errorf("%s: got %v, want %d %s", c.name, err, c.status, c.code)
		}
	}
	events, err := admin.AuditEvents(t.Context(), url.Values{"action": {"sop.add"}})
	if err != nil || len(events.Data) != 1 || events.Data[0].SubjectID != sop.ID {
		t.Fatalf("audit: %+v, %v", events, err)
	}
}

func TestIdempotency(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	admin := s.As(t, "dinkes.admin")
	body := homecare.NewSOP{DocumentNumber: "X/1", IssuedOn: "2027-01-04", EffectiveFrom: "2027-02-01", Issuer: "I",
		SignerName: "S",
		LegalBasis: []homecare.LegalBasis{{Text: "L"}}, Changes: []homecare.SOPChange{{What: "a", To: "b",
			From: "2027-02-01"}}, Approval: "none", TeamMode: "standing"}
	call := homecare.Call{Method: http.MethodPost, Path: "/v1/programmes/kupinang/sops", IfMatch: 1, Body: body,
		Key: "satu-kunci-saja"}
	var first, second homecare.SOP
	call.Out = &first
	if err := admin.Do(t.Context(), call); err != nil {
		t.Fatal(err)
	}
	call.Out = &second
	if err := admin.Do(t.Context(), call); err != nil || second.ID != first.ID {
		t.Fatalf("the same key gives the first answer: %v, %s and %s", err, first.ID, second.ID)
	}
	body.DocumentNumber = "X/2"
	call.Body = body
	if p, ok := errors.AsType[*homecare.Problem](admin.Do(t.Context(), call)); !ok ||
		p.Code != "idempotency.key_reused" || p.Status != 422 {
		t.Fatalf("another body: %v", p)
	}
}
