package fact_test

import (
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

type world struct{ *apitest.Home }

func newWorld(t *testing.T) *world {
	t.Helper()
	return &world{apitest.NewHome(t)}
}
