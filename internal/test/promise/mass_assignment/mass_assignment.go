//go:build sabotage

// Package mass_assignment measures: a body with a tenant, an author, a role, a
// version or an id other than the path's changes no other row.
package mass_assignment

import (
	"bytes"
	"fmt"
	"maps"
	"mime/multipart"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/probe"
)

const (
	least      = 1000
	madeUp     = 77777 // a version that no record has
	foreignTag = "xsisip"
)

// Promise is ISO-7.
var Promise = promise.Promise{ID: "ISO-7",
	Promised: "0 rows moved by tenant, author, role, version or id in a body, over all writable operations",
	Measure:  measure, Control: promise.Control{Fault: "body_overrides_path"}}

func measure(t *testing.T) promise.Result {
	w := probe.NewWorld(t)
	_ = w.App.Jobs.Stop(t.Context()) // the walk's roll-up must not interfere
	m := &assignment{t: t, w: w, paths: map[string][2]probe.Record{}}
	m.ids()
	var all []probe.Request
	operations := 0
	for _, o := range w.Operations {
		if !o.Writes() || o.EndsSessions() || strings.HasPrefix(o.Route.Path, "/v1/auth/") {
			continue
		}
		operations++
		all = append(all, m.requests(o)...)
	}
	before := m.snapshot()
	var taken, refused atomic.Int64
	probe.Each(all, func(r probe.Request) {
		if a := w.Send(t, r); a.Status < 300 {
			taken.Add(1)
		} else {
			refused.Add(1)
		}
	})
	after := m.snapshot()
	var moved []string
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if before[name] != after[name] {
			moved = append(moved, name)
		}
	}
	moved = append(moved, m.planted()...)
	return promise.Result{
		Measured: fmt.Sprintf("%d moved %.300q by %d requests (%d refused, %d taken) over %d writable operations",
			len(moved), moved, len(all), refused.Load(), taken.Load(), operations),
		Kept: len(moved) == 0 && len(all) >= least && operations >= 50,
	}
}

type assignment struct {
	t       *testing.T
	w       *probe.World
	paths   map[string][2]probe.Record // by noun: the record of the path and its victim, both of Uren
	mine    map[string]string          // by noun: a record of Uren
	foreign map[string]string          // by noun: a record of the other puskesmas
	chosen  map[string]string          // by noun: another one, whose id is used for a new record
	secrets []string                   // all ids of the other puskesmas except the chosen ones
	author  string                     // an account of the other puskesmas
}

type id struct{ ID string }

// ids chooses for each noun two records of the same version: one for the path
// and one for the body.
func (m *assignment) ids() {
	m.mine, m.foreign, m.chosen = map[string]string{}, map[string]string{}, map[string]string{}
	for _, o := range m.w.Operations {
		noun := o.Noun()
		if noun == "" || noun == "sessions" || m.foreign[noun] != "" {
			continue
		}
		own := m.w.Records(m.t, noun, probe.Own, 500)
		if len(own) > 0 {
			m.paths[noun], m.mine[noun] = [2]probe.Record{own[0], own[0]}, own[0].ID
		}
		for i, a := range own {
			for _, b := range own[i+1:] {
				if a.Version == b.Version {
					m.paths[noun] = [2]probe.Record{a, b}
				}
			}
		}
		for i, r := range m.w.Records(m.t, noun, probe.Foreign, 2) {
			if m.chosen[noun] = r.ID; i == 0 {
				m.foreign[noun] = r.ID
			}
		}
	}
	secrets := m.w.Secrets(m.t, probe.Foreign)
	for _, noun := range []string{"patients", "cases", "follow-ups"} {
		if m.chosen[noun] == m.foreign[noun] {
			m.t.Fatalf("too few %s", noun)
		}
		delete(secrets, m.chosen[noun])
	}
	m.secrets = slices.Collect(maps.Keys(secrets))
	m.author = probe.Query[id](m.t, m.w, `select m.account_id::text as id from membership m
		join puskesmas p on p.id = m.puskesmas_id where p.slug = $1 limit 1`, probe.Foreign)[0].ID
}

// ofDinkes are the operations in which Dinkes may name a puskesmas or makes an
// account of its own: it manages the accounts of all, keeps the register of
// breaches and has machine clients (ADR 12, 17, 19).
func ofDinkes(o probe.Operation) bool {
	return slices.ContainsFunc([]string{"/v1/users", "/v1/memberships", "/v1/breaches", "/v1/clients"},
		func(p string) bool { return strings.HasPrefix(o.Route.Path, p) })
}

// requests are the operation's example with one more member, in each role that
// may call it.
func (m *assignment) requests(o probe.Operation) []probe.Request {
	path := m.paths[o.Noun()]
	base := probe.Request{Op: o, ID: path[0].ID, IfMatch: rest.ETag(path[0].Version)}
	extra := map[string]any{"puskesmas_id": 1, "puskesmas": probe.Foreign, "tenant_id": 1, "PuskesmasID": 1,
		"created_by": m.author, "proposed_by": m.author, "recorded_by": m.author, "account_id": m.author,
		"actor_id": m.author, "CreatedBy": m.author,
		"role": "kepala_puskesmas", "version": madeUp, "Version": madeUp, "state": "archived", "if_match": madeUp}
	if o.Noun() != "" {
		extra["id"], extra["ID"] = path[1].ID, m.foreign[o.Noun()]
	}
	var out []probe.Request
	for role, as := range probe.Accounts {
		if !slices.Contains(o.Route.By, role) || role == access.DinkesAdmin && ofDinkes(o) {
			continue
		}
		base.As = as
		if example := o.Example(); example != nil {
			example = m.fill(example, m.mine).(map[string]any)
			for _, name := range slices.Sorted(maps.Keys(extra)) {
				if _, own := example[name]; own && name == "account_id" {
					continue // the member is part of the form
				}
				r := base
				r.Body = probe.Encode(probe.With(example, name, extra[name]))
				out = append(out, r)
			}
			r := base
			all := maps.Clone(example)
			maps.Copy(all, extra)
			r.Body = probe.Encode(all)
			out = append(out, r)
			// Ids of the other puskesmas in every reference.
			r.Body = probe.Encode(m.fill(o.Example(), m.foreign))
			out = append(out, r)
			if body := m.creation(o); body != nil {
				r.Body = probe.Encode(body)
				out = append(out, r)
			}
			if o.Noun() != "" { // the other puskesmas's id in the body, ours in the path, and the reverse
				for _, other := range []string{m.foreign[o.Noun()], path[1].ID} {
					r.Body = probe.Encode(probe.With(m.minimal(o, example), "id", other))
					out = append(out, r)
				}
			}
		} else {
			r := base
			r.Body = probe.Encode(extra)
			out = append(out, r)
			out = append(out, m.form(r, extra)...)
		}
	}
	return out
}

// minimal is a body that the operation accepts: where an example is refused for
// its content, nothing could change and the control would prove nothing.
func (m *assignment) minimal(o probe.Operation, example map[string]any) map[string]any {
	switch o.ID {
	case "changePatient":
		return map[string]any{"name": "Nama " + foreignTag}
	case "setReportNote":
		return map[string]any{"note": "Catatan " + foreignTag}
	}
	return example
}

// form does the same for a multipart form.
func (m *assignment) form(r probe.Request, extra map[string]any) []probe.Request {
	if r.Op.Op.RequestBody == nil || r.Op.Op.RequestBody.Value.Content["multipart/form-data"] == nil {
		return nil
	}
	var out []probe.Request
	for name, value := range extra {
		var b bytes.Buffer
		f := multipart.NewWriter(&b)
		fields := map[string]string{"kind": "photo", "subject_kind": "visit", "subject_id": m.paths["visits"][0].ID,
			"source": "ptm", name: fmt.Sprint(value)}
		if name == "state" {
			fields["subject_id"] = m.foreign["visits"] // a photo for the other puskesmas's visit
		}
		for k, v := range fields {
			_ = f.WriteField(k, v) // a bytes.Buffer never fails
		}
		part, err := f.CreateFormFile("file", "a.png")
		if err != nil {
			m.t.Fatal(err)
		}
		_, _ = part.Write([]byte("\x89PNG\r\n\x1a\n"))
		_ = f.Close()
		r.Body, r.ContentType = b.Bytes(), f.FormDataContentType()
		out = append(out, r)
	}
	return out
}

// references are the members that refer to a record, with its noun.
var references = map[string]string{"patient_id": "patients", "case_id": "cases", "visit_id": "visits",
	"team_id": "teams", "attachment_id": "attachments",
	"subject_id": "visits", "into_id": "patients", "keep_id": "patients", "reopens_case_id": "cases"}

// fill sets the example's references to the given records.
func (m *assignment) fill(v any, records map[string]string) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			switch {
			case references[k] != "":
				out[k] = records[references[k]]
			case k == "id":
				out[k] = uuid.Must(uuid.NewV7()).String()
			default:
				out[k] = m.fill(x, records)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = m.fill(x, records)
		}
		return out
	}
	return v
}

// creation is a valid body whose id, which a client may choose, is that of a
// record of the other puskesmas. It may create our new record; the other record
// must stay.
func (m *assignment) creation(o probe.Operation) map[string]any {
	switch o.ID {
	case "registerPatient":
		return map[string]any{"id": m.chosen["patients"], "name": "Orang " + foreignTag, "sex": "female",
			"birth_date": "1960-01-01"}
	case "proposeCase":
		return map[string]any{"id": m.chosen["cases"], "patient_id": m.mine["patients"],
			"programme": "homecare_sanggam", "origin": "walk_in", "reason": foreignTag}
	case "addFollowUp":
		return map[string]any{"id": m.chosen["follow-ups"], "case_id": m.mine["cases"], "what": foreignTag,
			"unit": "Poli umum", "due_on": clock.Day(time.Now().AddDate(0, 1, 0))}
	}
	return nil
}

type row struct{ Name, Sum string }

// snapshot is a checksum of each table's rows of the other puskesmas, of each
// victim, and of the tables of rights.
func (m *assignment) snapshot() map[string]string {
	out := map[string]string{}
	const sum = `md5(coalesce(string_agg(md5(r::text), '' order by md5(r::text)), '')) || count(*) as sum from `
	for _, table := range m.tables() {
		for _, r := range probe.Query[row](m.t, m.w, `select $1::text as name, `+sum+table+
			` r where r.puskesmas_id = (select id from puskesmas where slug = $2)`, table+" of "+probe.Foreign,
			probe.Foreign) {
			out[r.Name] = r.Sum
		}
	}
	// Kepala manages the accounts of their own puskesmas; those of others stay.
	const others = ` where not exists (select from membership o join puskesmas p on p.id = o.puskesmas_id
		where p.slug = '` + probe.Own + `' and `
	for table, which := range map[string]string{"account": others + `o.account_id = r.id)`, "membership": others +
		`o.id = r.id)`,
		"puskesmas": "", "puskesmas_key": "", "puskesmas_village": "", "puskesmas_programme": ""} {
		from := table
		if table == "account" { // the callers' authenticators may change: a used code, a new offer
			from = `(select a.id, to_jsonb(a) - case when a.username = any (array['` +
				strings.Join(slices.Collect(maps.Values(probe.Accounts)), `', '`) + `'])
				then array['totp_step', 'totp_offered'] else array[]::text[] end from account a)`
		}
		for _, r := range probe.Query[row](m.t, m.w, `select $1::text as name, `+sum+from+` r`+which, table) {
			out[r.Name] = r.Sum
		}
	}
	for noun, path := range m.paths {
		if path[1].ID == path[0].ID {
			continue
		}
		for _, r := range m.w.Records(m.t, noun, probe.Own, 500) {
			if r.ID == path[1].ID {
				out["victim of "+noun] = fmt.Sprint(r)
			}
		}
	}
	return out
}

func (m *assignment) tables() []string {
	var out []string
	for _, r := range probe.Query[row](m.t, m.w, `select c.table_name::text as name, '' as sum
		from information_schema.columns c join information_schema.tables using (table_schema, table_name)
		where table_schema = 'public' and column_name = 'puskesmas_id' and table_type = 'BASE TABLE' order by 1`) {
		out = append(out, r.Name)
	}
	if len(out) < 20 {
		m.t.Fatalf("only %d tables", len(out))
	}
	return out
}

// planted searches the caller's own puskesmas for values from a body: an author
// or record of the other one, or the invented version.
func (m *assignment) planted() []string {
	var out []string
	for _, c := range probe.Query[row](m.t, m.w, `select c.table_name::text as name, c.column_name::text as sum
		from information_schema.columns c
		join information_schema.columns p on p.table_schema = 'public' and p.table_name = c.table_name
		and p.column_name = 'puskesmas_id'
		where c.table_schema = 'public' and (c.data_type = 'uuid' or c.column_name = 'version')`) {
		if n := probe.Query[id](m.t, m.w, `select count(*)::text as id from `+c.Name+` r
			join puskesmas p on p.id = r.puskesmas_id where p.slug = $1 and r.`+c.Sum+`::text = any ($2)`,
			probe.Own, append([]string{fmt.Sprint(madeUp)}, m.secrets...))[0].ID; n != "0" {
			out = append(out, n+" rows of "+c.Name+" with a chosen "+c.Sum)
		}
	}
	return out
}
