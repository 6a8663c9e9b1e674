package rest

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// The faults of the router itself.
var (
	ErrNoRoute = fault.Define(fault.NotFound, "route.not_found",
		"Alamat ini tidak ada. Periksa penulisannya; bila dari aplikasi, perbarui aplikasi.", "There is no such address. Check its spelling; if an application used it, update that.").
		Hint("/openapi.json lists the addresses")
	ErrMethod = fault.Define(fault.NotAllowed, "route.method",
		"Tindakan ini tidak berlaku di alamat ini. Perbarui aplikasi; bila tetap terjadi, hubungi pembuatnya.",
		"This action does not apply at this address. Update the application; if it happens again, tell its maker.").
		Hint("/openapi.json lists the methods of each address")
)

type kindTexts struct {
	status int
	title  fault.Text
}

var kinds = map[fault.Kind]kindTexts{
	fault.Malformed:       {400, fault.Text{ID: "Permintaan tidak dapat dibaca", EN: "Malformed request"}},
	fault.Unauthenticated: {401, fault.Text{ID: "Belum masuk", EN: "Not signed in"}},
	fault.Forbidden:       {403, fault.Text{ID: "Tidak berwenang", EN: "Not allowed"}},
	fault.NotFound:        {404, fault.Text{ID: "Tidak ditemukan", EN: "Not found"}},
	fault.NotAllowed:      {405, fault.Text{ID: "Metode tidak berlaku", EN: "Method not allowed"}},
	fault.Conflict:        {409, fault.Text{ID: "Bertentangan dengan data", EN: "Conflict"}},
	fault.Stale:           {412, fault.Text{ID: "Data sudah berubah", EN: "Record changed"}},
	fault.TooLarge:        {413, fault.Text{ID: "Terlalu besar", EN: "Too large"}},
	fault.WrongMedia:      {415, fault.Text{ID: "Jenis isi tidak didukung", EN: "Unsupported content type"}},
	fault.Invalid:         {422, fault.Text{ID: "Isian belum benar", EN: "Invalid fields"}},
	fault.Required:        {428, fault.Text{ID: "Prasyarat belum dikirim", EN: "Precondition required"}},
	fault.TooMany:         {429, fault.Text{ID: "Terlalu banyak permintaan", EN: "Too many requests"}},
	fault.Internal:        {500, fault.Text{ID: "Kesalahan di pihak kami", EN: "Internal error"}},
	fault.Unavailable:     {503, fault.Text{ID: "Layanan sedang tidak tersedia", EN: "Service unavailable"}},
}

// StatusOf is the status code of a kind of fault.
func StatusOf(k fault.Kind) int { return kinds[k].status }

// TitleOf is the title of a kind of fault.
func TitleOf(k fault.Kind) fault.Text { return kinds[k].title }

// Problems is Echo's error handler and the only place that makes problem
// answers. It logs what it hides from the caller, without personal data.
func Problems(log *slog.Logger) echo.HTTPErrorHandler {
	return func(err error, c echo.Context) {
		if c.Response().Committed {
			return
		}
		if r, ok := errors.AsType[*pg.Replayed](err); ok {
			_ = send(c, Route{}, r.Answer, true)
			return
		}
		f := faultOf(err)
		k := kinds[f.Kind]
		c.Set("code", f.Code)
		lang := Language(c.Request())
		p := homecare.Problem{
			Type: "/problems/" + f.Code, Title: k.title.In(lang, nil), Status: k.status,
			Detail: f.Detail.In(lang, f.Args), Hint: fault.Text{EN: f.Advice}.In("en", f.Args), Code: f.Code,
			Instance: c.Request().URL.Path, Retryable: f.Retryable, TraceID: call.Of(c.Request().Context()).Trace,
		}
		conflict := f.Kind == fault.Conflict || f.Kind == fault.Stale
		for _, fd := range f.Fields {
			if fd.Pointer == "" && conflict {
				fd.Pointer = pointerOf(c, f)
			}
			p.Errors = append(p.Errors, homecare.ProblemField{Pointer: fd.Pointer, Code: fd.Code,
				Message: fd.Text.In(lang, fd.Args), Hint: fd.Advice})
		}
		if len(p.Errors) == 0 && (conflict || len(f.Pointers) > 0) {
			p.Errors = []homecare.ProblemField{{Pointer: pointerOf(c, f), Code: f.Code, Message: p.Detail}}
		}
		extend(&p, f.Extra)
		if p.Status >= 500 {
			log.ErrorContext(c.Request().Context(), "request failed", "err", err.Error(), "route", c.Path(), "code",
				p.Code, "trace_id", p.TraceID)
		}
		if wait, ok := f.Extra["retry_after"].(int); ok {
			c.Response().Header().Set("Retry-After", strconv.Itoa(wait))
		}
		if oauth, _ := c.Get("oauth").(bool); oauth {
			oauthMembers(&p, f)
		}
		answerProblem(c, p, lang)
	}
}

// pointerOf is the place of a fault that names no field: the version that the client
// last read, a field that its definition names and the request has, or the record in the
// path. The same conflict meets requests that differ, so a field is told only where it is.
func pointerOf(c echo.Context, f *fault.Error) string {
	if f.Kind == fault.Stale && c.Request().Header.Get("If-Match") != "" {
		return "header/If-Match"
	}
	request, _ := c.Get("request").(reflect.Type)
	for _, p := range f.Pointers {
		if !strings.HasPrefix(p, "/") || hasMember(request, strings.Split(p, "/")[1:]) {
			return p
		}
	}
	if c.Param("id") != "" {
		return "path/" + c.ParamNames()[len(c.ParamNames())-1]
	}
	return ""
}

// hasMember says whether a type has the member at that path of names.
func hasMember(t reflect.Type, path []string) bool {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return false
	}
	found := false
	members(t, func(name string, of reflect.Type) {
		found = found || name == path[0] && (len(path) == 1 || hasMember(of, path[1:]))
	})
	return found
}

// extend fills the members of p that a fault names by their JSON names. A member of
// another type is a mistake of ours and is reported as one.
func extend(p *homecare.Problem, extra map[string]any) {
	if len(extra) == 0 {
		return
	}
	b, err := json.Marshal(extra)
	if err == nil {
		err = json.Unmarshal(b, p)
	}
	if err != nil {
		p.Status, p.Code = http.StatusInternalServerError, fault.ErrInternal.Code
	}
}

func answerProblem(c echo.Context, p homecare.Problem, lang string) {
	h := c.Response().Header()
	h.Set("Content-Language", lang)
	h.Set("Cache-Control", "no-store")
	switch p.Status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="homecare"`)
		if p.OAuthError != "" {
			h.Set("WWW-Authenticate", `Basic realm="homecare"`)
		}
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "2")
	case http.StatusConflict:
		if p.Retryable {
			h.Set("Retry-After", "1")
		}
	case http.StatusPreconditionFailed:
		if p.CurrentVersion > 0 {
			h.Set("ETag", ETag(p.CurrentVersion))
		}
	}
	b, err := json.Marshal(p)
	if err != nil {
		b = []byte("{}")
	}
	kind := "application/problem+json"
	if p.OAuthError != "" {
		kind = "application/json" // RFC 6749 section 5.2; libraries check it
	}
	_ = c.Blob(p.Status, kind, b)
}

func faultOf(err error) *fault.Error {
	if f := fault.From(err); f != nil {
		return f
	}
	if he, ok := errors.AsType[*echo.HTTPError](err); ok {
		switch he.Code {
		case http.StatusNotFound:
			return ErrNoRoute.Because(nil)
		case http.StatusMethodNotAllowed:
			return ErrMethod.Because(nil)
		case http.StatusRequestEntityTooLarge:
			return ErrBodyTooLarge.With("limit", BodyLimit)
		}
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fault.ErrUnavailable.Because(err)
	}
	return fault.ErrInternal.Because(err)
}

// Language is the caller's: "en" when Accept-Language prefers English to
// Indonesian by its order and weights (RFC 9110, 12.5.4), else "id".
func Language(r *http.Request) string {
	said := r.Header.Get("Accept-Language")
	if said == "" {
		return "id"
	}
	tags, _, err := language.ParseAcceptLanguage(said) // the best first
	if err != nil {
		return "id"
	}
	for _, t := range tags {
		if base, _ := t.Base(); base.String() == "en" || base.String() == "id" {
			return base.String()
		}
	}
	return "id"
}
