package rest

import (
	"compress/gzip"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/labstack/echo/v4"
)

// leastCompressed is the size from which an answer is worth the work.
const leastCompressed = 1024

// encoder writes one content coding; all three libraries have this shape.
type encoder interface {
	io.WriteCloser
	Reset(w io.Writer)
	Flush() error
}

// coding is one content coding of RFC 9110 with its encoders at rest.
type coding struct {
	name string
	pool sync.Pool
}

// codings are what the service offers, the cheapest for its size first. Levels
// are low: on two cores a higher one costs more time than a phone's line saves.
var codings = []*coding{
	{name: "zstd", pool: sync.Pool{New: func() any {
		z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(128<<10), zstd.WithLowerEncoderMem(true))
		if err != nil {
			panic(err) // the options are constants
		}
		return z
	}}},
	{name: "br", pool: sync.Pool{New: func() any { return brotli.NewWriterOptions(nil, brotli.WriterOptions{Quality: 2, LGWin: 18}) }}},
	{name: "gzip", pool: sync.Pool{New: func() any {
		z, err := gzip.NewWriterLevel(nil, 3)
		if err != nil {
			panic(err) // the level is a constant
		}
		return z
	}}},
}

// accepted is the coding that an Accept-Encoding header likes best, the first
// of codings among equals; nil for none (RFC 9110, 12.5.3).
func accepted(header string) *coding {
	if header == "" {
		return nil
	}
	likes := map[string]float64{}
	for part := range strings.SplitSeq(strings.ToLower(header), ",") {
		name, parameters, _ := strings.Cut(part, ";")
		q := 1.0
		if value, found := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q="); found {
			var err error
			if q, err = strconv.ParseFloat(value, 64); err != nil {
				q = 0
			}
		}
		likes[strings.TrimSpace(name)] = q
	}
	liking := func(name string) float64 {
		if q, named := likes[name]; named {
			return q
		}
		return likes["*"]
	}
	var best *coding
	most := 0.0
	for _, k := range codings {
		if q := liking(k.name); q > most {
			best, most = k, q
		}
	}
	if identity, named := likes["identity"]; named && identity > most {
		return nil
	}
	return best
}

// secretPaths answer with tokens and keys; beside text of the request, their
// length when compressed would give them away piece by piece (BREACH).
var secretPaths = []string{"/v1/auth/", "/v1/me/", "/v1/clients"}

// compress compresses the answers that gain from it: text and JSON from 1 kB.
func compress(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Add("Vary", "Accept-Encoding")
		k := accepted(c.Request().Header.Get("Accept-Encoding"))
		if k == nil || c.Request().Method == http.MethodHead || slices.ContainsFunc(secretPaths, func(p string) bool { return strings.HasPrefix(c.Path(), p) }) {
			return next(c)
		}
		plain := c.Response().Writer
		w := &compressed{ResponseWriter: plain, coding: k}
		c.Response().Writer = w
		// On a panic and for problems, too: what was begun has to be ended.
		defer func() { w.end(); c.Response().Writer = plain }()
		if err := next(c); err != nil {
			c.Error(err) // here, so that a long problem is compressed as well
		}
		return nil
	}
}

// compressed is an answer that decides at its first bytes whether it is
// compressed.
type compressed struct {
	http.ResponseWriter
	coding *coding
	status int
	held   []byte // not sent yet: too short to decide
	out    encoder
	plain  bool // decided against
}

// WriteHeader implements http.ResponseWriter; the header waits for the decision.
func (w *compressed) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	if status == http.StatusNoContent || status == http.StatusNotModified || status < 200 {
		w.decide(false)
	}
}

// Write implements io.Writer.
func (w *compressed) Write(b []byte) (int, error) {
	switch {
	case w.out != nil:
		return w.out.Write(b)
	case w.plain:
		return w.ResponseWriter.Write(b)
	case !worth(w.Header()):
		w.decide(false)
		return w.ResponseWriter.Write(b)
	}
	if len(w.held)+len(b) < leastCompressed {
		w.held = append(w.held, b...)
		return len(b), nil
	}
	w.decide(true)
	return w.out.Write(b)
}

// worth says whether the kind of content is one that shrinks.
func worth(h http.Header) bool {
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	text := strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "json") || strings.HasSuffix(kind, "xml") || strings.HasSuffix(kind, "yaml") || strings.HasSuffix(kind, "javascript")
	return text && h.Get("Content-Encoding") == "" && h.Get("Content-Range") == ""
}

func (w *compressed) decide(compress bool) {
	if w.plain || w.out != nil {
		return
	}
	if compress {
		h := w.Header()
		h.Set("Content-Encoding", w.coding.name)
		h.Del("Content-Length")
		w.out = w.coding.pool.Get().(encoder)
		w.out.Reset(w.ResponseWriter)
	}
	w.plain = !compress
	if w.status != 0 {
		w.ResponseWriter.WriteHeader(w.status)
	}
	if len(w.held) == 0 {
		return
	}
	if compress {
		_, _ = w.out.Write(w.held) // the client is gone; the next write says so
	} else {
		_, _ = w.ResponseWriter.Write(w.held)
	}
	w.held = nil
}

// Flush implements http.Flusher: a stream is not held back.
func (w *compressed) Flush() {
	w.decide(worth(w.Header()))
	if w.out != nil {
		_ = w.out.Flush()
	}
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach the connection.
func (w *compressed) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *compressed) end() {
	if w.status != 0 || len(w.held) > 0 {
		w.decide(false)
	}
	if w.out == nil {
		return
	}
	_ = w.out.Close() // the client is gone
	w.out.Reset(nil)  // lets go of the connection
	w.coding.pool.Put(w.out)
	w.out = nil
}
