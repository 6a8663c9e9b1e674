//go:build sabotage

// Package all is the binary of the promises.
package all

import (
	"testing"

	"github.com/balangan/homecare/internal/platform/pgtest"
	"github.com/balangan/homecare/internal/promise"
	"github.com/balangan/homecare/internal/promise/api1"
	"github.com/balangan/homecare/internal/promise/api2"
	"github.com/balangan/homecare/internal/promise/api5"
	"github.com/balangan/homecare/internal/promise/api6"
	"github.com/balangan/homecare/internal/promise/api7"
	"github.com/balangan/homecare/internal/promise/api8"
	"github.com/balangan/homecare/internal/promise/api9"
	"github.com/balangan/homecare/internal/promise/aut1"
	"github.com/balangan/homecare/internal/promise/aut2"
	"github.com/balangan/homecare/internal/promise/aut3"
	"github.com/balangan/homecare/internal/promise/aut4"
	"github.com/balangan/homecare/internal/promise/aut5"
	"github.com/balangan/homecare/internal/promise/aut6"
	"github.com/balangan/homecare/internal/promise/dur1"
	"github.com/balangan/homecare/internal/promise/dur10"
	"github.com/balangan/homecare/internal/promise/dur2"
	"github.com/balangan/homecare/internal/promise/dur5"
	"github.com/balangan/homecare/internal/promise/dur6"
	"github.com/balangan/homecare/internal/promise/dur7"
	"github.com/balangan/homecare/internal/promise/int4"
	"github.com/balangan/homecare/internal/promise/iso1"
	"github.com/balangan/homecare/internal/promise/iso3"
	"github.com/balangan/homecare/internal/promise/iso4"
	"github.com/balangan/homecare/internal/promise/iso5"
	"github.com/balangan/homecare/internal/promise/iso6"
	"github.com/balangan/homecare/internal/promise/iso7"
	"github.com/balangan/homecare/internal/promise/iso8"
	"github.com/balangan/homecare/internal/promise/pri1"
	"github.com/balangan/homecare/internal/promise/pri2"
	"github.com/balangan/homecare/internal/promise/pri3"
	"github.com/balangan/homecare/internal/promise/pri5"
	"github.com/balangan/homecare/internal/promise/pri6"
	"github.com/balangan/homecare/internal/promise/pri7"
	"github.com/balangan/homecare/internal/promise/pri8"
	"github.com/balangan/homecare/internal/promise/rec1"
	"github.com/balangan/homecare/internal/promise/rec2"
	"github.com/balangan/homecare/internal/promise/rec3"
	"github.com/balangan/homecare/internal/promise/rec4"
	"github.com/balangan/homecare/internal/promise/rec5"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// The promises run one after the other: a fault concerns the whole process.

func TestAPI1(t *testing.T) { promise.Test(t, api1.Promise) }

func TestAPI2(t *testing.T) { promise.Test(t, api2.Promise) }

func TestAPI5(t *testing.T) { promise.Test(t, api5.Promise) }

func TestAPI6(t *testing.T) { promise.Test(t, api6.Promise) }

func TestISO1(t *testing.T) { promise.Test(t, iso1.Promise) }

func TestISO4(t *testing.T) { promise.Test(t, iso4.Promise) }

func TestISO6(t *testing.T) { promise.Test(t, iso6.Promise) }

func TestISO7(t *testing.T) { promise.Test(t, iso7.Promise) }

func TestAPI7(t *testing.T)  { promise.Test(t, api7.Promise) }
func TestAUT1(t *testing.T)  { promise.Test(t, aut1.Promise) }
func TestAUT2(t *testing.T)  { promise.Test(t, aut2.Promise) }
func TestAUT3(t *testing.T)  { promise.Test(t, aut3.Promise) }
func TestAUT4(t *testing.T)  { promise.Test(t, aut4.Promise) }
func TestAUT5(t *testing.T)  { promise.Test(t, aut5.Promise) }
func TestAUT6(t *testing.T)  { promise.Test(t, aut6.Promise) }
func TestISO3(t *testing.T)  { promise.Test(t, iso3.Promise) }
func TestDUR6(t *testing.T)  { promise.Test(t, dur6.Promise) }
func TestDUR1(t *testing.T)  { promise.Test(t, dur1.Promise) }
func TestDUR2(t *testing.T)  { promise.Test(t, dur2.Promise) }
func TestPRI1(t *testing.T)  { promise.Test(t, pri1.Promise) }
func TestPRI2(t *testing.T)  { promise.Test(t, pri2.Promise) }
func TestPRI3(t *testing.T)  { promise.Test(t, pri3.Promise) }
func TestPRI6(t *testing.T)  { promise.Test(t, pri6.Promise) }
func TestPRI7(t *testing.T)  { promise.Test(t, pri7.Promise) }
func TestPRI5(t *testing.T)  { promise.Test(t, pri5.Promise) }
func TestPRI8(t *testing.T)  { promise.Test(t, pri8.Promise) }
func TestREC2(t *testing.T)  { promise.Test(t, rec2.Promise) }
func TestAPI8(t *testing.T)  { promise.Test(t, api8.Promise) }
func TestAPI9(t *testing.T)  { promise.Test(t, api9.Promise) }
func TestDUR10(t *testing.T) { promise.Test(t, dur10.Promise) }
func TestDUR5(t *testing.T)  { promise.Test(t, dur5.Promise) }
func TestDUR7(t *testing.T)  { promise.Test(t, dur7.Promise) }
func TestISO5(t *testing.T)  { promise.Test(t, iso5.Promise) }
func TestINT4(t *testing.T)  { promise.Test(t, int4.Promise) }
func TestISO8(t *testing.T)  { promise.Test(t, iso8.Promise) }
func TestREC1(t *testing.T)  { promise.Test(t, rec1.Short) }
func TestREC3(t *testing.T)  { promise.Test(t, rec3.Short) }
func TestREC4(t *testing.T)  { promise.Test(t, rec4.Short) }
func TestREC5(t *testing.T)  { promise.Test(t, rec5.Promise) }
