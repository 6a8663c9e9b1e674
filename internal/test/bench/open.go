package bench

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// programme and month have visits of every puskesmas.
const programme, month = "kupinang", "2026-05"

// reads are what people and devices ask for at a fixed rate: searches, pulls, dashboards.
func (o Options) reads(ctx context.Context, w *world, product *child) (out []Latency, err error) {
	b, r := newWeb(product), rand.New(rand.NewPCG(3, 0))
	at := func(n int) *tenant { return w.tenants[n%len(w.tenants)] }
	own := "/v1/dashboards/puskesmas?" + url.Values{"month": {month}, "programme": {programme}}.Encode()
	since := func(t time.Time) string {
		return "/v1/patients?" + url.Values{"limit": {"200"}, "updated_since": {t.Format(time.RFC3339)}}.Encode()
	}
	// One request to each beforehand: the first look at a month counts it and keeps the figures.
	tags := make([]string, len(w.tenants))
	n := max(len(w.tenants), int(float64(o.Rounds)*o.Measure.Seconds()*perSecond))
	searches := make([]string, n)
	for i := range searches {
		t := at(i)
		searches[i] = fmt.Sprintf(`{"name":%q}`, beginning(t.persons[r.IntN(len(t.persons))].name))
	}
	for _, x := range []struct {
		work    string
		promise float64
		do      func(n int) error
	}{
		{"search by the beginning of a name", 50, func(n int) error {
			_, _, err := b.ask(ctx, at(n), "POST", "/v1/patients/search", "", searches[n], http.StatusOK)
			return err
		}},
		{"pull the persons changed since: nothing new", 15, func(n int) error {
			_, _, err := b.ask(ctx, at(n), "GET", since(time.Now()), "", "", http.StatusOK)
			return err
		}},
		{"pull the persons changed since: 200", 40, func(n int) error {
			_, got, err := b.ask(ctx, at(n), "GET", since(time.Time{}.AddDate(2000, 0, 0)), "", "", http.StatusOK)
			if n := bytes.Count(got, []byte(`"birth_date":`)); err == nil && n != 200 {
				err = fmt.Errorf("%d persons", n)
			}
			return err
		}},
		{"dashboard of a puskesmas", 20, func(n int) error {
			_, _, err := b.ask(ctx, at(n), "GET", own, "", "", http.StatusOK)
			return err
		}},
		{"dashboard of a puskesmas, known by its ETag", 3, func(n int) error {
			n %= len(tags)
			if tags[n] != "" {
				_, _, err := b.ask(ctx, at(n), "GET", own, tags[n], "", http.StatusNotModified)
				return err
			}
			h, _, err := b.ask(ctx, at(n), "GET", own, "", "", http.StatusOK)
			tags[n] = h.Get("ETag")
			return err
		}},
	} {
		if !o.wants(x.work) {
			continue
		}
		if err := w.signIn(ctx, product.url); err != nil {
			return out, err
		}
		if _, err := repeat(len(w.tenants), x.do); err != nil {
			return out, fmt.Errorf("%s: %w", x.work, err)
		}
		took, err := arrive(n, x.do)
		if err != nil {
			return out, fmt.Errorf("%s: %w", x.work, err)
		}
		out = append(out, latency(x.work, w.scale, x.promise, took))
	}
	return out, nil
}

// beginning is what somebody types of a name: one word and two letters of the next.
func beginning(name string) string {
	first, rest, _ := strings.Cut(strings.ToLower(name), " ")
	return first + " " + rest[:min(2, len(rest))]
}
