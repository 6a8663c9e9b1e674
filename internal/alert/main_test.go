package alert_test

import (
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

type world struct{ *apitest.Home }

func newWorld(t *testing.T, options ...apitest.Option) *world {
	t.Helper()
	return &world{apitest.NewHome(t, options...)}
}

var (
	now       = apitest.Now
	anamnesis = apitest.Anamnesis
	services  = apitest.Services
)
