package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"
)

// request is the bytes of one HTTP/1.1 request, and the expected status.
type request struct {
	bytes []byte
	want  int
}

// measured is one phase of load.
type measured struct {
	rate, p50, p99 float64 // per second, ms, ms
	cost           Cost    // of one request
}

// soon is how far the access log may be behind its answers (promise PRI-2).
const soon = 200 * time.Millisecond

// drive sends requests from clients that each wait for an answer before the
// next request. Those of the warm-up do not count. A request is done when the database has
// its row of the access log: what those still take after the last answer, beyond the
// promise, belongs to the time, and all of it to the costs.
//
// It writes and reads HTTP by hand: on a small machine net/http's client needs
// as much of the processor as a fast server, and would pull every ratio towards
// 1.
func drive(ctx context.Context, m meter, clients int, warmup, measure time.Duration, seed uint64,
	next func(client int, r *random) request) (measured, error) {
	ctx, cancel := context.WithTimeout(ctx, warmup+measure+5*time.Minute)
	defer cancel()
	streams := make([]*random, clients)
	for c := range streams {
		streams[c] = rand.New(rand.NewPCG(seed, uint64(c)))
	}
	phase := func(long time.Duration) ([]time.Duration, error) {
		end := time.Now().Add(long)
		took, failed := make([][]time.Duration, clients), make([]error, clients)
		var wg sync.WaitGroup
		for c, r := range streams {
			wg.Go(func() {
				took[c], failed[c] = client(ctx, m.c.addr, end, func() request { return next(c, r) })
			})
		}
		wg.Wait()
		return slices.Concat(took...), errors.Join(failed...)
	}
	if _, err := phase(warmup); err != nil {
		return measured{}, err
	}
	if err := m.c.drained(ctx); err != nil {
		return measured{}, err
	}
	before, err := m.read(ctx)
	if err != nil {
		return measured{}, err
	}
	begin := time.Now()
	took, err := phase(measure)
	if err != nil {
		return measured{}, err
	}
	answered := time.Now()
	if err := m.c.drained(ctx); err != nil {
		return measured{}, err
	}
	late := max(0, time.Since(answered)-soon)
	after, err := m.read(ctx)
	if err != nil {
		return measured{}, err
	}
	slices.Sort(took)
	return measured{float64(len(took)) / (answered.Sub(begin) + late).Seconds(), ms(took[len(took)/2]),
		ms(took[len(took)*99/100]), after.minus(before).each(len(took))}, nil
}

// client sends requests until end, at least one, and returns the time of each.
func client(ctx context.Context, addr string, end time.Time, next func() request) ([]time.Duration, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(end.Add(30 * time.Second)); err != nil {
		return nil, err
	}
	in := bufio.NewReaderSize(conn, 64<<10)
	var took []time.Duration
	for len(took) == 0 || time.Now().Before(end) {
		q := next()
		sent := time.Now()
		if _, err := conn.Write(q.bytes); err != nil {
			return nil, err
		}
		status, body, err := read(in, nil, q.want)
		if err != nil {
			return nil, err
		}
		if status != q.want {
			return nil, fmt.Errorf("status %d, want %d: %s", status, q.want, body)
		}
		took = append(took, time.Since(sent))
	}
	return took, nil
}

// read reads one answer. It stores the body in keep unless that is nil; that of an answer
// with another status than want it always keeps.
func read(in *bufio.Reader, keep *bytes.Buffer, want int) (status int, body []byte, err error) {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return 0, nil, err
	}
	if len(line) < 12 {
		return 0, nil, fmt.Errorf("no status line: %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, nil, err
	}
	size, chunked := 0, false
	for {
		if line, err = in.ReadSlice('\n'); err != nil {
			return 0, nil, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		if v, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if size, err = strconv.Atoi(string(v)); err != nil {
				return 0, nil, err
			}
		} else if bytes.EqualFold(line, []byte("Transfer-Encoding: chunked")) {
			chunked = true
		}
	}
	if keep == nil && status != want {
		keep = &bytes.Buffer{}
	}
	if !chunked {
		err = take(in, size, keep)
	}
	for chunked && err == nil {
		if line, err = in.ReadSlice('\n'); err != nil {
			break
		}
		n, perr := strconv.ParseInt(string(bytes.TrimRight(line, "\r\n")), 16, 32)
		if perr != nil {
			return 0, nil, perr
		}
		err = take(in, int(n), keep)
		if err == nil {
			_, err = in.Discard(2)
		}
		if n == 0 {
			break
		}
	}
	if keep != nil {
		body = keep.Bytes()
	}
	return status, body, err
}

func take(in *bufio.Reader, n int, keep *bytes.Buffer) error {
	if keep == nil {
		_, err := in.Discard(n)
		return err
	}
	_, err := io.CopyN(keep, in, int64(n))
	return err
}
