package apitest

import (
	"context"
	"net"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/balangan/homecare/internal/platform/pg"
)

// Trips counts the round trips of the application role's connections: each
// time a read follows a write.
type Trips struct{ n atomic.Int64 }

// Option makes the server's connections count.
func (t *Trips) Option() Option {
	return Pools(func(c *pg.Config) {
		c.Configure = func(role string, pc *pgxpool.Config) {
			if role != "app" {
				return
			}
			dial := pc.ConnConfig.DialFunc
			pc.ConnConfig.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := dial(ctx, network, addr)
				return &counted{Conn: conn, trips: t}, err
			}
		}
	})
}

// During returns the number of round trips of f.
func (t *Trips) During(f func()) int64 {
	before := t.n.Load()
	f()
	return t.n.Load() - before
}

type counted struct {
	net.Conn
	trips *Trips
	wrote atomic.Bool
}

func (c *counted) Write(b []byte) (int, error) {
	c.wrote.Store(true)
	return c.Conn.Write(b)
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 && c.wrote.Swap(false) {
		c.trips.n.Add(1)
	}
	return n, err
}
