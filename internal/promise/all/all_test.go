//go:build sabotage

// Package all is the binary of the promises.
package all

import (
	"testing"

	"github.com/balangan/homecare/internal/platform/pgtest"
	"github.com/balangan/homecare/internal/promise"
	"github.com/balangan/homecare/internal/promise/api7"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// The promises run one after the other: a fault concerns the whole process.

func TestAPI7(t *testing.T) { promise.Test(t, api7.Promise) }
