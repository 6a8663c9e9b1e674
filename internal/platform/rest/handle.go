package rest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// VersionOf is the member of a result that has the record's version, which
// becomes the ETag: version, or the member tagged `etag:"version"`; nil for none.
func VersionOf(result reflect.Type) []int {
	if result.Kind() != reflect.Struct {
		return nil
	}
	if f, ok := result.FieldByName("Version"); ok && f.Type.Kind() == reflect.Int64 && f.Tag.Get("json") == "version" {
		return f.Index
	}
	for f := range result.Fields() {
		if within := f.Tag.Get("etag") == "version"; within {
			return append(f.Index, VersionOf(f.Type)...)
		}
	}
	return nil
}

// Handle adapts a use case to HTTP: bind, validate, call, answer. Fields of Req
// tagged `param`, `query` or `header` come from there and have `json:"-"`; the
// others are the JSON body.
func Handle[Req, Res any](status int, f func(context.Context, Req) (Res, error)) Handler {
	shape := shapeOf(reflect.TypeFor[Req]())
	pick := fieldsOf(reflect.TypeFor[Res](), reflect.TypeFor[Req]())
	h := Handler{Status: status, Maker: maker(), Request: reflect.TypeFor[Req](), result: reflect.TypeFor[Res]()}
	h.redo = func(ctx context.Context, recordID string, body []byte) (any, error) {
		var req Req
		if err := refill(&req, shape, recordID, body); err != nil {
			return nil, err
		}
		return f(ctx, req)
	}
	h.serve = func(c echo.Context, r Route) error {
		var req Req
		body, err := bind(c, r, shape, &req)
		if err != nil {
			return refusedForm(c, err)
		}
		fields, err := pick.asked(c, r)
		if err != nil {
			return err
		}
		expand := call.Expand(c.QueryParam("expand")) // bind refused it on routes without it
		if err := r.scoped(c.Request().Context(), expand); err != nil {
			return err
		}
		var kept *pg.Answer // the answer stored with the key is the answer sent
		encode := func(result any) (pg.Answer, error) {
			if _, parked := result.(homecare.ParkedAnswer); parked { // another type, without persons
				a, err := encodeJSON(r, http.StatusAccepted, result, parkedFields, nil, "")
				kept = &a
				return a, err
			}
			a, err := encodeJSON(r, status, result, pick, fields, expand)
			if a.Body != nil {
				a.Subjects = r.subjectsOf(c, result)
			}
			kept = &a
			return a, err
		}
		ctx := r.unseen(withClaim(c, r, body, encode), req)
		var res any
		res, err = f(ctx, req)
		if r.parks(c, err) {
			refused := call.Refused{Permission: r.Permission(), RecordID: c.Param("id"), Request: req, Body: body,
				Err: err}
			if answer, kept, failed := r.park(ctx, refused); kept {
				res, err = answer, failed
			}
		}
		if err != nil {
			if again, ok := errors.AsType[*pg.Replayed](err); ok {
				if err := r.show(c, again.Answer.Subjects, true); err != nil {
					return err
				}
			}
			return err
		}
		if kept == nil {
			if _, err := encode(res); err != nil {
				return err
			}
		}
		if err := r.show(c, kept.Subjects, false); err != nil {
			return err
		}
		return send(c, r, *kept, false)
	}
	return h
}

// refusedForm marks for the log that a request was refused for its form, which
// the OpenAPI document defines, and not by a domain rule.
func refusedForm(c echo.Context, err error) error {
	c.Set("form", true)
	return err
}

// filePolicy prevents everything a file could do in a browser: scripts, forms,
// frames, plug-ins, the service's own origin.
const filePolicy = "sandbox; default-src 'none'; frame-ancestors 'none'"

// HandleFile is Handle for files of the media types kinds. Every answer has
// filePolicy and, like all answers, X-Content-Type-Options: nosniff.
func HandleFile[Req any](f func(context.Context, Req) (call.File, error), kinds ...string) Handler {
	shape := shapeOf(reflect.TypeFor[Req]())
	h := Handler{Status: http.StatusOK, Maker: maker(), Request: reflect.TypeFor[Req](), Files: kinds}
	h.serve = func(c echo.Context, r Route) error {
		var req Req
		if _, err := bind(c, r, shape, &req); err != nil {
			return refusedForm(c, err)
		}
		file, err := f(c.Request().Context(), req)
		if err != nil {
			return err
		}
		if err := r.show(c, r.subjectsOf(c, file), false); err != nil {
			return err
		}
		kind := "attachment"
		if file.Inline {
			kind = "inline"
		}
		head := c.Response().Header()
		head.Set("Content-Disposition", kind+`; filename="`+file.Name+`"`)
		head.Set("Content-Security-Policy", filePolicy)
		return c.Blob(http.StatusOK, file.ContentType, file.Bytes)
	}
	return h
}

// Raw is for the few routes without JSON: health, metrics, the docs.
func Raw(f echo.HandlerFunc) Handler {
	return Handler{Status: http.StatusOK, serve: func(c echo.Context, _ Route) error { return f(c) }}
}

func encodeJSON(r Route, status int, result any, pick fieldSet, fields []string, expand call.Expand) (pg.Answer,
	error) {
	a := pg.Answer{Status: status}
	if _, none := result.(call.None); none {
		a.Status = http.StatusNoContent
		return a, nil
	}
	b, err := marshal(result)
	if err != nil {
		return a, err
	}
	if len(fields) > 0 {
		if b, err = pick.cut(b, fields); err != nil {
			return a, err
		}
	}
	a.Body = b
	switch {
	case pick.version != nil:
		tag := strconv.FormatInt(reflect.ValueOf(result).FieldByIndex(pick.version).Int(), 10)
		if len(fields) > 0 || expand != "" || r.Flags.Has(Cached) { // one version has several answers
			sum := sha256.Sum256(b)
			tag += "-" + hex.EncodeToString(sum[:4])
		}
		a.ETag = `"` + tag + `"`
	case r.Flags.Has(Cached):
		sum := sha256.Sum256(b)
		a.ETag = `"` + hex.EncodeToString(sum[:12]) + `"`
	}
	return a, nil
}

// marshal is json.Marshal, or the type's own append method: the most used lists
// have one (a test checks that both give the same bytes).
func marshal(result any) ([]byte, error) {
	if hot, ok := result.(interface {
		AppendJSON(b []byte) ([]byte, error)
	}); ok {
		return hot.AppendJSON(nil)
	}
	return json.Marshal(result)
}

func send(c echo.Context, r Route, a pg.Answer, replayed bool) error {
	h := c.Response().Header()
	if a.ETag != "" {
		h.Set("ETag", a.ETag)
	}
	if replayed {
		h.Set("Idempotent-Replayed", "true")
	}
	if r.Flags.Has(Cached) {
		h.Set("Cache-Control", "private, no-cache")
		if a.ETag != "" && matches(c.Request().Header.Values("If-None-Match"), a.ETag) {
			return c.NoContent(http.StatusNotModified)
		}
	}
	if a.Body == nil {
		return c.NoContent(a.Status)
	}
	h.Set("Content-Length", strconv.Itoa(len(a.Body))) // compression removes it again
	return c.Blob(a.Status, "application/json; charset=utf-8", a.Body)
}

// matches compares weakly with each tag of If-None-Match (RFC 9110 section 13.1.2).
func matches(header []string, etag string) bool {
	for tag := range strings.SplitSeq(strings.Join(header, ","), ",") {
		if t := strings.TrimPrefix(strings.TrimSpace(tag), "W/"); t == etag || t == "*" {
			return true
		}
	}
	return false
}

// withClaim adds the request's Idempotency-Key to its context. With the hash of
// the request, the database refuses the key for another request.
func withClaim(c echo.Context, r Route, body []byte, encode func(any) (pg.Answer, error)) context.Context {
	ctx := c.Request().Context()
	key := c.Request().Header.Get("Idempotency-Key")
	if !r.TakesKey() || key == "" {
		return ctx
	}
	h := sha256.New()
	for _, part := range [][]byte{[]byte(r.Method), []byte(c.Request().URL.RequestURI()),
		[]byte(c.Request().Header.Get("If-Match")), body} {
		h.Write([]byte(strconv.Itoa(len(part)) + ":"))
		h.Write(part)
	}
	claim := &pg.Claim{Key: sha256.Sum256([]byte(key)), Encode: encode}
	h.Sum(claim.Request[:0])
	return pg.WithClaim(ctx, claim)
}

// readBody reads at most limit bytes. Error: ErrBodyTooLarge.
func readBody(c echo.Context, limit int64) ([]byte, error) {
	r := c.Request()
	if r.ContentLength > limit {
		return nil, ErrBodyTooLarge.With("limit", limit)
	}
	b, err := io.ReadAll(http.MaxBytesReader(c.Response(), r.Body, limit))
	if err != nil {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			return nil, ErrBodyTooLarge.With("limit", limit)
		}
		return nil, ErrBodyUnreadable.Because(err)
	}
	return bytes.TrimSpace(b), nil
}
