package consent_test

import (
	"testing"

	"github.com/balangan/homecare/internal/test/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }
