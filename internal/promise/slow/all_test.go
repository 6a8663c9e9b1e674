//go:build sabotage

package slow

import (
	"testing"

	"github.com/balangan/homecare/internal/platform/pgtest"
	"github.com/balangan/homecare/internal/promise"
	"github.com/balangan/homecare/internal/promise/api3"
	"github.com/balangan/homecare/internal/promise/dur4"
	"github.com/balangan/homecare/internal/promise/dur8"
	"github.com/balangan/homecare/internal/promise/dur9"
	"github.com/balangan/homecare/internal/promise/iso2"
	"github.com/balangan/homecare/internal/promise/rec1"
	"github.com/balangan/homecare/internal/promise/rec3"
	"github.com/balangan/homecare/internal/promise/rec4"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// The promises run one after the other: a fault concerns the whole process.

func TestAPI3(t *testing.T) { promise.Test(t, api3.Promise) }

func TestISO2(t *testing.T) { promise.Test(t, iso2.Promise) }

func TestDUR8Standby(t *testing.T) { promise.Test(t, dur8.Standby) }
func TestDUR4(t *testing.T)        { promise.Test(t, dur4.Promise) }
func TestDUR8(t *testing.T)        { promise.Test(t, dur8.Promise) }
func TestDUR9(t *testing.T)        { promise.Test(t, dur9.Promise) }
func TestREC1(t *testing.T)        { promise.Test(t, rec1.Promise) }
func TestREC3(t *testing.T)        { promise.Test(t, rec3.Promise) }
func TestREC4(t *testing.T)        { promise.Test(t, rec4.Promise) }
