//go:build sabotage

package hostile_files

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise/crash"
	"github.com/balangan/homecare/pkg/homecare"
)

// served imports the valid file on `homecare serve`, from upload to commit. It
// returns the memory of the process, how many of the people are in the
// registry, and how long the search for duplicates takes in a crowd with one
// birth date.
func served(t *testing.T, data []byte) (mb, people int, took time.Duration) {
	t.Helper()
	s := apitest.New(t)
	p := crash.NewProduct(t, apitest.Config(s.Database))
	if _, err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := homecare.New(p.URL)
	if _, err := c.SignIn(t.Context(), homecare.SignIn{Username: "koordinator.tanah-habang",
		Password: apitest.Password}); err != nil {
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
	people = i.Counts.NewPatients
	start := time.Now()
	if i, err = c.Import(t.Context(), homecare.NewImport{Source: "ptm", FileName: "satu-tanggal.csv",
		File: crowd()}); err != nil || i.Counts.NewPatients != crowded {
		t.Errorf("%d people of one birth date: %+v, %v", crowded, i.Counts, err)
	}
	took = time.Since(start)
	mb = peakMB(strconv.Itoa(p.PID()))
	t.Logf("committed: %d MB, %d people of one birth date and card in %s", mb, crowded, took)
	return mb, people, took
}

const crowded = 2000

// crowd is a list of people with one birth date and card and without a NIK:
// comparing all pairs needs minutes.
func crowd() []byte {
	var b strings.Builder
	b.WriteString("tanggal;nama;tanggal_lahir;jenis_kelamin;no_bpjs;desa_nama;diagnosa\n")
	for n := range crowded {
		fmt.Fprintf(&b, "01/10/2026;%s %s;31/12/1950;P;0009226583548;Tanah Habang Kiri;I10\n", word(n+7), word(n*7919))
	}
	return []byte(b.String())
}
