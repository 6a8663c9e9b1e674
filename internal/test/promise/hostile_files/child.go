//go:build sabotage

package hostile_files

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/balangan/homecare/internal/source"
)

const (
	childFile   = "HOMECARE_INT4_FILE"
	childSource = "HOMECARE_INT4_SOURCE"
)

// A child process reads a file with the product's reader, reports its memory
// and the result, and ends.
func init() {
	path := os.Getenv(childFile)
	if path == "" {
		return
	}
	data, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	area, err := source.EmbeddedArea("tanah-habang")
	if err != nil {
		panic(err)
	}
	f, err := source.Read(context.Background(), source.Request{Source: source.Code(os.Getenv(childSource)), Name: "x",
		Data: data,
		AsOf: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Area: area})
	said := ""
	switch refused, ok := errors.AsType[*source.FileError](err); {
	case ok && refused.MessageID() != "" && refused.MessageEN() != "":
		said = string(refused.Class)
	case err != nil:
		said = "error"
	case len(f.Rows) == 0:
		said = "nothing"
	}
	fmt.Printf("%d =%s\n", peakMB("self"), said)
	os.Exit(0)
}

// peakMB is the maximum resident memory of a process.
func peakMB(pid string) int {
	b, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		panic(err)
	}
	kb := 0
	for line := range strings.Lines(string(b)) {
		if _, rest, ok := strings.Cut(line, "VmHWM:"); ok {
			_, _ = fmt.Sscan(rest, &kb)
		}
	}
	return kb / 1024
}
