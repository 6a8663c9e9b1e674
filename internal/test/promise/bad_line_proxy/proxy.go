//go:build sabotage

// Package bad_line_proxy simulates a bad connection in the process: a TCP proxy that
// delays, cuts and silences connections, and counts PostgreSQL's statements.
package bad_line_proxy

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Proxy forwards connections to another address.
type Proxy struct {
	Port int // on 127.0.0.1

	dial     func(ctx context.Context) (net.Conn, error)
	delay    atomic.Int64 // of each piece, in nanoseconds
	onUpward func(piece []byte)

	mu    sync.Mutex
	lines map[*line]bool
}

type line struct {
	client, server net.Conn
	silent         atomic.Bool
	once           sync.Once
}

// New listens until the test ends. network and address are the target.
func New(t *testing.T, network, address string) *Proxy {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{Port: l.Addr().(*net.TCPAddr).Port, lines: map[*line]bool{}, dial: func(ctx context.Context) (net.Conn,
		error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.carry(c)
		}
	}()
	t.Cleanup(func() { _ = l.Close(); p.Cut() })
	return p
}

// Statements calls f for each PostgreSQL statement from the client, numbered
// from 1, before it is forwarded. Call it before the first connection.
func (p *Proxy) Statements(f func(n int64)) {
	var n atomic.Int64
	p.onUpward = func(piece []byte) {
		// Clients send complete messages in one piece, unless they are long.
		// The startup message has no type; its first byte is zero.
		for len(piece) >= 5 && piece[0] != 0 {
			if piece[0] == 'Q' || piece[0] == 'E' {
				f(n.Add(1))
			}
			size := int(binary.BigEndian.Uint32(piece[1:5])) + 1
			if size > len(piece) {
				return
			}
			piece = piece[size:]
		}
	}
}

// Delay delays each piece in both directions.
func (p *Proxy) Delay(d time.Duration) { p.delay.Store(int64(d)) }

// Cut resets every connection. New ones are forwarded.
func (p *Proxy) Cut() {
	for _, l := range p.all() {
		l.end()
	}
}

// Silence silences every current connection: it stays open at both ends, and
// nothing arrives. New ones are forwarded.
func (p *Proxy) Silence() {
	for _, l := range p.all() {
		l.silent.Store(true)
	}
}

func (p *Proxy) all() []*line {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]*line, 0, len(p.lines))
	for l := range p.lines {
		out = append(out, l)
	}
	return out
}

func (p *Proxy) carry(client net.Conn) {
	server, err := p.dial(context.Background())
	if err != nil {
		_ = client.Close()
		return
	}
	l := &line{client: client, server: server}
	p.mu.Lock()
	p.lines[l] = true
	p.mu.Unlock()
	done := make(chan struct{}, 2)
	go func() { p.pump(l, client, server, p.onUpward); done <- struct{}{} }()
	go func() { p.pump(l, server, client, nil); done <- struct{}{} }()
	<-done
	l.end()
	<-done
	p.mu.Lock()
	delete(p.lines, l)
	p.mu.Unlock()
}

func (p *Proxy) pump(l *line, from io.Reader, to io.Writer, see func([]byte)) {
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		if n > 0 && !l.silent.Load() {
			if see != nil {
				see(b[:n])
			}
			if d := p.delay.Load(); d > 0 {
				time.Sleep(time.Duration(d))
			}
			if !l.silent.Load() {
				if _, werr := to.Write(b[:n]); werr != nil {
					return
				}
			}
		}
		if err != nil {
			if l.silent.Load() {
				time.Sleep(100 * time.Millisecond) // one end closed; the other learns of it at Cut
				continue
			}
			return
		}
	}
}

// end resets both ends, like a router that lost the connection.
func (l *line) end() {
	l.once.Do(func() {
		l.silent.Store(false)
		for _, c := range []net.Conn{l.client, l.server} {
			if tcp, ok := c.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0)
			}
			_ = c.Close()
		}
	})
}
