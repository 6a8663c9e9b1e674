package rest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/labstack/echo/v4"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/rest"
)

type text struct {
	Text string `json:"text"`
}

// Which coding an answer comes in, and that it opens to the same bytes.
func TestCompression(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Puskesmas Tanah Habang, kunjungan rumah. ", 100)
	answer := func(s string) rest.Handler {
		return rest.Handle(http.StatusOK, func(context.Context, call.None) (text, error) { return text{s}, nil })
	}
	file := rest.HandleFile(func(context.Context, call.None) (call.File, error) {
		return call.File{ContentType: "application/pdf", Name: "surat.pdf", Bytes: []byte(long)}, nil
	})
	stream := rest.Raw(func(c echo.Context) error {
		c.Response().Header().Set("Content-Type", "text/event-stream")
		for range 3 {
			_, _ = fmt.Fprint(c.Response(), "data: x\n\n")
			c.Response().Flush()
		}
		return nil
	})
	packed := rest.Raw(func(c echo.Context) error {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = io.WriteString(z, long)
		_ = z.Close()
		c.Response().Header().Set("Content-Encoding", "gzip")
		return c.Blob(http.StatusOK, "text/javascript", b.Bytes())
	})
	part := rest.Raw(func(c echo.Context) error {
		c.Response().Header().Set("Content-Range", fmt.Sprintf("bytes 0-%d/*", len(long)-1))
		return c.Blob(http.StatusPartialContent, "text/plain", []byte(long))
	})
	wrong := rest.Handle(http.StatusOK, func(context.Context, call.None) (text, error) {
		var c fault.Check
		for range 40 {
			c.Add("/a", "x", "salah", "wrong")
		}
		return text{}, c.Err()
	})
	get := func(path string, h rest.Handler) rest.Route {
		return rest.Route{Method: http.MethodGet, Path: path, Handler: h, Flags: rest.Public}
	}
	edge := httptest.NewServer(rest.New(rest.Options{Log: slog.New(slog.DiscardHandler)}, []rest.Route{
		get("/long", answer(long)), get("/short", answer("pendek")), get("/pdf", file),
		get("/v1/auth/token", answer(long)), get("/stream", stream), get("/wrong", wrong),
		get("/packed", packed), get("/part", part), get("/panic", rest.Raw(func(echo.Context) error { panic("x") })),
		{Method: http.MethodGet, Path: "/cached", Handler: answer(long), Flags: rest.Public | rest.Cached}}))
	t.Cleanup(edge.Close)
	open := map[string]func(io.Reader) io.Reader{
		"":     func(r io.Reader) io.Reader { return r },
		"gzip": func(r io.Reader) io.Reader { z, err := gzip.NewReader(r); must(t, err); return z },
		"zstd": func(r io.Reader) io.Reader { z, err := zstd.NewReader(r); must(t, err); return z },
	}
	fetch := func(path, accept string, headers ...string) (*http.Response, []byte, int) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, edge.URL+path, http.NoBody)
		must(t, err)
		req.Header.Set("Accept-Encoding", accept)
		for i := 0; i < len(headers); i += 2 {
			req.Header.Set(headers[i], headers[i+1])
		}
		res, err := http.DefaultTransport.RoundTrip(req)
		must(t, err)
		defer func() { _ = res.Body.Close() }()
		packed, err := io.ReadAll(res.Body)
		must(t, err)
		if len(packed) == 0 {
			return res, nil, 0
		}
		b, err := io.ReadAll(open[res.Header.Get("Content-Encoding")](bytes.NewReader(packed)))
		must(t, err)
		return res, b, len(packed)
	}
	for _, c := range []struct{ path, accept, want string }{
		{"/long", "identity", ""},
		{"/long", "gzip", "gzip"},
		{"/long", "zstd", "zstd"},
		{"/long", "gzip, deflate, br, zstd", "zstd"},
		{"/long", "gzip, deflate, br", "gzip"},
		{"/long", "gzip;q=1.0, zstd;q=0.5", "gzip"},
		{"/long", "gzip;q=0.2, br;q=0.5, zstd;q=0", "gzip"},
		{"/long", "GZIP ; Q=0.3", "gzip"},
		{"/long", "gzip;q=0, zstd;q=0", ""},
		{"/long", "br", ""},
		{"/long", "*", ""},
		{"/long", "deflate", ""},
		{"/long", "gzip;q=x", ""},
		{"/short", "gzip, zstd", ""},
		{"/pdf", "gzip, zstd", ""},
		{"/packed", "gzip, zstd", "gzip"}, // not twice
		{"/part", "gzip, zstd", ""},
		{"/v1/auth/token", "gzip, zstd", ""},
		{"/stream", "gzip", "gzip"},
		{"/wrong", "gzip", "gzip"},
		{"/panic", "zstd", ""},
		{"/nothing", "gzip", ""},
		{"/cached", "zstd", "zstd"},
	} {
		res, b, packed := fetch(c.path, c.accept)
		_, plain, _ := fetch(c.path, "identity")
		trace := func(b []byte) []byte { return bytes.SplitN(b, []byte(`"trace_id"`), 2)[0] }
		if got := res.Header.Get("Content-Encoding"); got != c.want || !bytes.Equal(trace(b), trace(plain)) ||
			!strings.Contains(strings.Join(res.Header.Values("Vary"), ","), "Accept-Encoding") {
			t.Errorf("%s, %s: %q, %d of %d bytes, want %q; %v", c.path, c.accept, got, len(b), len(plain), c.want,
				res.Header)
		}
		if c.want != "" && c.path != "/stream" && packed > len(plain)/3 {
			t.Errorf("%s, %s: %d bytes of %d", c.path, c.accept, packed, len(plain))
		}
	}
	res, _, _ := fetch("/cached", "gzip")
	tag := res.Header.Get("ETag")
	res, b, _ := fetch("/cached", "zstd", "If-None-Match", tag)
	if res.StatusCode != http.StatusNotModified || len(b) != 0 || res.Header.Get("Content-Encoding") != "" {
		t.Errorf("If-None-Match %s: %d %v", tag, res.StatusCode, res.Header)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
