package privacy

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/document"
	"github.com/balangan/homecare/internal/episode"
	"github.com/balangan/homecare/internal/intake"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Export returns everything that is held on the person of a request of kind
// access, with sealed data opened. Errors: fault.ErrNotFound, ErrNoExport.
func (s *Service) Export(ctx context.Context, in idParams) (homecare.PersonExport, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.PersonExport, error) {
		var out homecare.PersonExport
		r, err := requestIn(tx, in.ID)
		if err != nil {
			return out, err
		}
		if r.Kind != "access" {
			return out, ErrNoExport
		}
		out.PatientID, out.GeneratedAt = r.PatientID, tx.Now()
		if out.Person, err = identityIn(tx, r.PatientID); err != nil {
			return out, err
		}
		persons, err := pg.Scalar[[]string](tx, `select same_person($1)::text[]`, r.PatientID)
		if err != nil {
			return out, err
		}
		out.Merged = []homecare.ExportIdentity{}
		for _, id := range persons {
			if id == r.PatientID {
				continue
			}
			p, err := identityIn(tx, id)
			if err != nil {
				return out, err
			}
			out.Merged = append(out.Merged, p)
		}
		parted, err := pg.Scalar[[]string](tx, partedEvents, persons)
		if err != nil {
			return out, err
		}
		described, err := describe(tx)
		if err != nil {
			return out, err
		}
		k, err := tx.Keys()
		if err != nil {
			return out, err
		}
		for _, h := range patient.Holdings {
			t := homecare.ExportTable{Name: h.Table, Says: described[h.Table].Says, Rows: []map[string]any{}}
			all, err := pg.Rows[struct{ R []byte }](tx, `select to_jsonb(t) as r from `+h.Table+` t where `+h.Of+`
				order by 1`, persons)
			if err != nil {
				return out, err
			}
			for _, one := range all {
				row, err := readable(k, h, described[h.Table].Binary, one.R)
				if err != nil {
					return out, err
				}
				if id, _ := row["id"].(string); h.Table == "audit_event" && slices.Contains(parted, id) {
					delete(row, "content")
				}
				t.Rows = append(t.Rows, row)
			}
			out.Tables = append(out.Tables, t)
		}
		return out, s.trail.Record(tx, audit.Event{Action: "data_subject_request.export", SubjectKind: "patient",
			SubjectID: r.PatientID})
	})
}

// partedEvents are the events of merges that are not in force. Their changes also
// concern another person, so the copy says only that they happened. The merge of an
// event is the last one recorded before it: merges run one at a time
// (patient.LockCommits).
const partedEvents = `select coalesce(array_agg(e.id::text), '{}') from audit_event e
	where e.subject_id = any ($1::uuid[]) and e.action in ('patient.merge', 'patient.unmerge', 'duplicate.merge')
		and (e.action = 'patient.unmerge' or e.dry_run or (select m.undone_at is not null from person_merge m
			where e.subject_id in (m.from_id, m.to_id) and m.recorded_at <= e.recorded_at
			order by m.recorded_at desc limit 1) is not false)`

// identityIn returns a record with its numbers in full.
func identityIn(tx pg.Tx, id string) (homecare.ExportIdentity, error) {
	p, err := patient.IdentityIn(tx, id)
	out := homecare.ExportIdentity{Name: p.Name, Sex: p.Sex, NIK: p.NIK, KK: p.KK, BPJSCard: p.BPJSCard, Phone: p.Phone,
		Address: p.Address, MotherNIK: p.MotherNIK, Village: p.Village}
	if p.BirthDate != nil {
		out.BirthDate = *p.BirthDate
	}
	return out, err
}

type description struct {
	Name, Says string
	Binary     []string
}

// describe returns the comment of each table and its columns of type bytea.
func describe(tx pg.Tx) (map[string]description, error) {
	all, err := pg.Rows[description](tx, `select c.relname::text as name, coalesce(obj_description(c.oid, 'pg_class'),
		'') as says,
		array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.atttypid = 'bytea'::regtype
		and not a.attisdropped) as binary
		from pg_class c where c.relnamespace = 'public'::regnamespace and c.relname = any($1)`, patient.HoldingTables())
	out := map[string]description{}
	for _, d := range all {
		out[d.Name] = d
	}
	return out, err
}

// readable is a row with its sealed data opened and without keys, hashes and ids of
// other persons.
func readable(k crypt.Tenant, h patient.Holding, binary []string, raw []byte) (map[string]any, error) {
	var row map[string]any
	if err := json.Unmarshal(raw, &row); err != nil {
		return nil, err
	}
	id, _ := row["id"].(string)
	for _, column := range binary {
		text, _ := row[column].(string)
		delete(row, column)
		sealed, err := hex.DecodeString(strings.TrimPrefix(text, `\x`))
		if err != nil || len(sealed) == 0 {
			continue
		}
		var plain []byte
		switch h.Table + "." + column {
		case "case_ending.detail_sealed":
			plain, err = episode.OpenEnding(k, id, sealed)
		case "document.frozen_sealed":
			plain, err = document.OpenContent(k, id, sealed)
		case "import_row.sealed":
			importID, _ := row["import_id"].(string)
			number, _ := row["number"].(float64)
			plain, err = intake.OpenRow(k, importID, int(number), sealed)
		case "audit_event.change":
			plain, err = audit.OpenChange(k, id, sealed)
		default:
			continue // keys, hashes, and the PDF, whose content is in frozen_sealed
		}
		if err != nil {
			return nil, err
		}
		var content any
		if err := json.Unmarshal(plain, &content); err != nil {
			return nil, err
		}
		row["content"] = content
	}
	delete(row, "puskesmas_id")
	for _, column := range h.Hidden {
		delete(row, column)
	}
	switch h.Table {
	case "attachment":
		row["file"] = "/v1/attachments/" + id + "/content"
	case "document":
		row["file"] = "/v1/documents/" + id + "/pdf"
	}
	for name, v := range row {
		if v == nil {
			delete(row, name)
		}
	}
	return row, nil
}
