package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"reflect"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/pkg/homecare"
)

// kind is one row of the benchmark's table.
type kind struct {
	name    string
	clients int
	promise float64
	product func(*world, int, *random) request
	floors  func(*child) []side
	// noWorkers leaves the background jobs to another process, which does not
	// run: it measures the request's own work, with its audit event, outbox row
	// and stored answer, without the roll-ups that the same processors would
	// compute.
	noWorkers bool
	// budget is what a request may take at most at one district. WAL and allocations are the
	// highest that was measured with a tenth more, rows written the most that was counted. The
	// multiple of the floor's processor time varies by a quarter on a shared machine, and more
	// while others compile. So its budget is a third above the highest that was measured, and
	// finds only what became much slower.
	budget Budget
}

// side is a server with its requests.
type side struct {
	name string
	at   *child
	ask  func(*world, int, *random) request
}

const unsealed = "against a floor whose numbers are not sealed"

func reading(sealed, plain func(*world, int, *random) request) func(*child) []side {
	return func(f *child) []side { return []side{{"floor", f, sealed}, {unsealed, f, plain}} }
}

func writing(f *child) []side { return []side{{"floor", f, floorBundle}} }

var works = []kind{
	{"read one person by id", 32, 0.60, productOne, reading(floorOne("patients"), floorOne("plain")), false,
		Budget{Rows: 3, Allocs: 350, CPU: 5.3}},
	{"list 50 people by keyset", 16, 0.85, productList, reading(floorList("patients"), floorList("plain")), false,
		Budget{Rows: 52, WAL: 30_500, Allocs: 3400, CPU: 4.6}},
	{"list 50 people by keyset", 64, 0.85, productList, reading(floorList("patients"), floorList("plain")), false,
		Budget{Rows: 52, WAL: 30_500, Allocs: 3400, CPU: 4.6}},
	{"write a visit bundle", 16, 0.50, productBundle, writing, true,
		Budget{Rows: 35, WAL: 24_000, Allocs: 2700, CPU: 6.2}},
	{"write a visit bundle, its roll-ups computed meanwhile", 16, 0, productBundle, writing, false,
		Budget{Rows: 35, WAL: 26_500, Allocs: 3000, CPU: 8.7}},
}

func (w *world) any(r *random) *tenant { return w.tenants[r.IntN(len(w.tenants))] }

func get(path, token string) request {
	var b []byte
	b = append(append(append(b, "GET "...), path...), " HTTP/1.1\r\nHost: 127.0.0.1\r\n"...)
	if token != "" {
		b = append(append(append(b, "Authorization: Bearer "...), token...), "\r\n"...)
	}
	return request{append(b, "\r\n"...), 200}
}

func post(path, token string, body []byte) request {
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n",
		path, len(body))
	if token != "" {
		fmt.Fprintf(&b, "Authorization: Bearer %s\r\nIdempotency-Key: %s\r\n", token, uuid.NewString())
	}
	b.WriteString("\r\n")
	b.Write(body)
	return request{b.Bytes(), 201}
}

func productOne(w *world, _ int, r *random) request {
	t := w.any(r)
	return get("/v1/patients/"+t.persons[r.IntN(len(t.persons))].id, t.token)
}

func floorOne(where string) func(*world, int, *random) request {
	return func(w *world, _ int, r *random) request {
		t := w.any(r)
		return get(fmt.Sprintf("/%s/%d/%s", where, t.id, t.persons[r.IntN(len(t.persons))].id), "")
	}
}

func productList(w *world, _ int, r *random) request {
	t := w.any(r)
	return get("/v1/patients?cursor="+t.cursors[r.IntN(len(t.cursors))], t.token)
}

func floorList(where string) func(*world, int, *random) request {
	return func(w *world, _ int, r *random) request {
		t := w.any(r)
		p := t.persons[r.IntN(len(t.persons))]
		return get(fmt.Sprintf("/%s/%d?name=%s&id=%s", where, t.id, url.QueryEscape(strings.ToLower(p.name)), p.id), "")
	}
}

// counter numbers what one side wrote. A client's next visits are at different
// times; otherwise its team would be in two places at once.
type counter struct{ n atomic.Int64 }

func productBundle(w *world, client int, _ *random) request {
	t := w.tenants[client%len(w.tenants)]
	return post("/v1/visits/bundle", t.token, w.bundle(0, client))
}

func floorBundle(w *world, client int, _ *random) request {
	return post(fmt.Sprintf("/bundle/%d", w.tenants[client%len(w.tenants)].id), "", w.bundle(1, client))
}

var vitals = []struct {
	code  string
	value float64
}{{"sbp", 120}, {"dbp", 80}, {"hr", 80}, {"rr", 16}, {"temp", 36.8}, {"spo2", 98}, {"weight", 55}, {"height", 150}}

// bundle is a whole visit: eight vital signs, two services, a plan with one
// task and the next visit. Every case has its own team, and a run goes round them, so
// that a person is not visited a thousand times in a day.
func (w *world) bundle(side, client int) []byte {
	t := w.tenants[client%len(w.tenants)]
	now := time.Now().UTC().Truncate(time.Second)
	n := w.written[side].n.Add(1)
	c := t.cases[side][n%benchCases]
	// 08:00 to 18:00 WITA
	start := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC).AddDate(0, 0, 7+int(n)/40).
		Add(time.Duration(n%40) * 15 * time.Minute)
	// One performer arrives once at a case in a second; another such bundle would be parked.
	// The visits of a run spread over the 40 days in which a late one may still come, as no
	// puskesmas makes a thousand in a day.
	const spread = 40 * 24 * 12
	arrived := now.Add(-time.Hour - time.Duration(n%spread)*5*time.Minute - time.Duration(n/spread)*time.Second)
	in := homecare.VisitBundle{Visit: &homecare.PlanVisit{CaseID: c.id}, ArrivedAt: arrived,
		DepartedAt: arrived.Add(50 * time.Minute), PerformedBy: c.owner}
	in.Anamnesis = &homecare.Anamnesis{ChiefComplaint: "Nyeri kepala"}
	in.Vitals = &homecare.VitalsPart{}
	for _, v := range vitals {
		in.Vitals.Vitals = append(in.Vitals.Vitals, homecare.Vital{Code: v.code, Value: new(v.value)})
	}
	in.Services = homecare.NewServicesPart(&homecare.LimitedMedicalCare{Condition: "unchanged"},
		&homecare.ElderlyCare{Conditions: []string{"hypertension"},
			Dependence: "mild"})
	date := start.Format(time.DateOnly)
	in.Plan = &homecare.VisitPlan{FollowUps: []homecare.PlannedFollowUp{{What: "Antar obat", OwnerAccountID: c.owner,
		DueOn: date}},
		NextVisit: &homecare.NextVisit{Date: date, StartsAt: &start, DurationMinutes: 15}}
	b, err := json.Marshal(in)
	if err != nil {
		panic(err) // our own types
	}
	return b
}

// same returns an error unless the product and both floors answer the same
// persons; otherwise the ratios would compare different work.
func (w *world) same(ctx context.Context, product, floor *child) error {
	t := w.tenants[len(w.tenants)/2]
	p := t.persons[len(t.persons)/2]
	var first any
	for i, at := range []struct {
		c *child
		q request
	}{{product, get("/v1/patients/"+p.id, t.token)}, {floor, get(fmt.Sprintf("/patients/%d/%s", t.id, p.id), "")},
		{floor, get(fmt.Sprintf("/plain/%d/%s", t.id, p.id), "")}} {
		body, err := ask(ctx, at.c.addr, at.q)
		if err != nil {
			return err
		}
		var got map[string]any
		if err := json.Unmarshal(body, &got); err != nil {
			return fmt.Errorf("%w: %s", err, body)
		}
		delete(got, "created_at") // a copied row has its own times
		delete(got, "updated_at")
		if i == 0 {
			first = got
		} else if !reflect.DeepEqual(first, any(got)) {
			return fmt.Errorf("product and floor differ: %v, %v", first, got)
		}
	}
	return nil
}

func ask(ctx context.Context, addr string, q request) ([]byte, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write(q.bytes); err != nil {
		return nil, err
	}
	status, body, err := read(bufio.NewReader(conn), &bytes.Buffer{}, q.want)
	if err == nil && status != q.want {
		err = fmt.Errorf("status %d: %s", status, body)
	}
	return body, err
}
