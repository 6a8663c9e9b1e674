//go:build sabotage

package int4

import (
	"strconv"
	"testing"

	"github.com/balangan/homecare/internal/platform/apitest"
	"github.com/balangan/homecare/internal/promise/crash"
	"github.com/balangan/homecare/pkg/homecare"
)

// served lets `homecare serve` take the honest file, from the upload to the end
// of its commit, and says how much memory the process held and how many of the
// people are in the registry.
func served(t *testing.T, data []byte) (mb, people int) {
	t.Helper()
	s := apitest.New(t)
	p := crash.NewProduct(t, apitest.Config(s.Database), "")
	if _, err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := homecare.New(p.URL)
	if _, err := c.SignIn(t.Context(), homecare.SignIn{Username: "koordinator.tanah-habang", Password: apitest.Password}); err != nil {
		t.Fatal(err)
	}
	i, err := c.Import(t.Context(), homecare.NewImport{Source: "ptm", FileName: "ptm.xlsx", File: data})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("uploaded: %d MB, %+v", peakMB(strconv.Itoa(p.PID())), i.Counts)
	if i, err = c.CommitImport(t.Context(), i.ID, i.Version); err != nil {
		t.Fatal(err)
	}
	mb = peakMB(strconv.Itoa(p.PID()))
	t.Logf("committed: %d MB, %+v", mb, i.Counts)
	return mb, i.Counts.NewPatients
}
