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
// next request. Answers during warm-up do not count. A request is done when the database
// has its row of the access log: what those still take after the last answer belongs to the
// time and to the costs.
//
// It writes and reads HTTP by hand: on a small machine net/http's client needs
// as much of the processor as a fast server, and would pull every ratio towards
// 1.
func drive(ctx context.Context, m meter, clients int, warmup, measure time.Duration, seed uint64,
	next func(client int, r *random) request) (measured, error) {
	ctx, cancel := context.WithTimeout(ctx, warmup+measure+5*time.Minute)
	defer cancel()
	begin := time.Now().Add(warmup)
	end := begin.Add(measure)
	var mu sync.Mutex
	var took []time.Duration
	var errs []error
	var wg sync.WaitGroup
	var used Cost
	var behind time.Duration // the access log at the end
	wg.Go(func() {
		time.Sleep(time.Until(begin))
		before, unread := m.read(ctx)
		time.Sleep(time.Until(end))
		waiting := m.c.drained(ctx)
		late := max(0, time.Since(end)-soon)
		after, unread2 := m.read(ctx)
		mu.Lock()
		defer mu.Unlock()
		// Some of what waits is of the warm-up.
		used, behind = after.minus(before), time.Duration(float64(late)*float64(measure)/float64(warmup+measure))
		if err := errors.Join(unread, waiting, unread2); err != nil {
			errs = append(errs, err)
		}
	})
	for c := range clients {
		wg.Go(func() {
			mine, err := client(ctx, m.c.addr, begin, end, func(r *random) request { return next(c, r) },
				rand.New(rand.NewPCG(seed, uint64(c))))
			mu.Lock()
			defer mu.Unlock()
			took = append(took, mine...)
			if err != nil {
				errs = append(errs, err)
			}
		})
	}
	wg.Wait()
	if len(errs) > 0 {
		return measured{}, errs[0]
	}
	if len(took) == 0 {
		return measured{}, errors.New("nothing was answered in time")
	}
	slices.Sort(took)
	return measured{float64(len(took)) / (measure + behind).Seconds(), ms(took[len(took)/2]),
		ms(took[len(took)*99/100]), used.each(len(took))}, nil
}

func client(ctx context.Context, addr string, begin, end time.Time, next func(*random) request,
	r *random) ([]time.Duration, error) {
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
	for {
		q := next(r)
		sent := time.Now()
		if sent.After(end) {
			return took, nil
		}
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
		done := time.Now()
		if sent.After(begin) && done.Before(end) {
			took = append(took, done.Sub(sent))
		}
	}
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
