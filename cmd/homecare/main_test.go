package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/balangan/homecare/internal/test/pgtest"
)

// TestMain makes a link to this test binary that is called homecare the program
// itself, so that the guides' commands need no second build.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "homecare" {
		main()
		return
	}
	pgtest.Main(m)
}
