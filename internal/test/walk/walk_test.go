package walk_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/internal/test/walk"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// TestTwoMonths walks two months on the same data, like a newcomer who runs the
// command twice.
func TestTwoMonths(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := apitest.New(t, apitest.LogTo(&log))
	if err := s.App.Jobs.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.App.Jobs.Stop(context.Background()) })
	for month := range 2 {
		var out bytes.Buffer
		if err := walk.Run(t.Context(), walk.Options{Base: s.URL, Password: apitest.Password, Out: &out,
			HTTP: s.HTTP(t), Code: staff.DemoCode}); err != nil {
			t.Fatalf("month %d: %v\n%s\n%s", month+1, err, out.String(), failures(log.String()))
		}
		if n := strings.Count(out.String(), "\n"); n < 50 {
			t.Fatalf("only %d steps:\n%s", n, out.String())
		}
		for _, step := range []string{"HS  terlambat ", "KP  terlambat ", "KP  tertunda ", "HS  selisih ",
			"KP  perbaikan "} {
			if !strings.Contains(out.String(), step) {
				t.Errorf("month %d does not show %q", month+1, step)
			}
		}
	}
}

// failures are the log's lines that are errors.
func failures(log string) string {
	var out []string
	for line := range strings.Lines(log) {
		if strings.Contains(line, `"level":"ERROR"`) || strings.Contains(line, `"level":"WARN"`) {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}
