//go:build sabotage

// Package all is the binary of the promises.
package all

import (
	"testing"

	"github.com/balangan/homecare/internal/platform/pgtest"
	"github.com/balangan/homecare/internal/promise"
	"github.com/balangan/homecare/internal/promise/api1"
	"github.com/balangan/homecare/internal/promise/api2"
	"github.com/balangan/homecare/internal/promise/api6"
	"github.com/balangan/homecare/internal/promise/api7"
	"github.com/balangan/homecare/internal/promise/aut1"
	"github.com/balangan/homecare/internal/promise/aut2"
	"github.com/balangan/homecare/internal/promise/aut4"
	"github.com/balangan/homecare/internal/promise/dur6"
	"github.com/balangan/homecare/internal/promise/iso3"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// The promises run one after the other: a fault concerns the whole process.

func TestAPI1(t *testing.T) { promise.Test(t, api1.Promise) }

func TestAPI2(t *testing.T) { promise.Test(t, api2.Promise) }

func TestAPI6(t *testing.T) { promise.Test(t, api6.Promise) }

func TestAPI7(t *testing.T) { promise.Test(t, api7.Promise) }
func TestAUT1(t *testing.T) { promise.Test(t, aut1.Promise) }
func TestAUT2(t *testing.T) { promise.Test(t, aut2.Promise) }
func TestAUT4(t *testing.T) { promise.Test(t, aut4.Promise) }
func TestISO3(t *testing.T) { promise.Test(t, iso3.Promise) }
func TestDUR6(t *testing.T) { promise.Test(t, dur6.Promise) }
