package privacy

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/document"
	"github.com/balangan/homecare/internal/episode"
	"github.com/balangan/homecare/internal/intake"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/sabotage"
	"github.com/balangan/homecare/pkg/homecare"
)

// ErrNoExport is the fault of asking a copy for a request of another kind.
var ErrNoExport = fault.Define(fault.Conflict, "data_subject_request.not_access",
	"Salinan data hanya untuk permintaan akses (kind access).", "A copy is given for a request of kind access only.")

const (
	ofCases  = `t.case_id in (select c.id from care_case c where c.patient_id = $1)`
	ofVisits = `t.visit_id in (select v.id from visit v where v.patient_id = $1)`
	ofPerson = `t.patient_id = $1`
	// ofAll is for rows that name a record of any kind without a foreign key.
	ofAll = `t.subject_id in (select $1 union all select c.id from care_case c where c.patient_id = $1 union all select v.id from visit v where v.patient_id = $1
		union all select f.id from follow_up f join care_case c on c.puskesmas_id = f.puskesmas_id and c.id = f.case_id where c.patient_id = $1
		union all select d.id from document d join care_case c on c.puskesmas_id = d.puskesmas_id and c.id = d.case_id where c.patient_id = $1)`
)

// held says where a person's data lies: every table that reaches patient by
// foreign keys (a test holds it against the catalogue), and those that name a
// person's records without one. $1 is the person.
var held = []struct{ table, where string }{
	{"patient", `t.id = $1`},
	{"household", `t.id = (select p.household_id from patient p where p.id = $1)`},
	{"patient_source", ofPerson},
	{"patient_fact", ofPerson},
	{"patient_key", ofPerson},
	{"patient_score", ofPerson},
	{"duplicate_candidate", `(t.first_id = $1 or t.second_id = $1)`},
	{"import_row", `(t.patient_id = $1 or t.newborn_id = $1)`},
	{"consent", ofPerson},
	{"data_subject_request", ofPerson},
	{"break_glass", ofPerson},
	{"legal_hold", ofPerson},
	{"record_destruction", ofPerson},
	{"care_case", ofPerson},
	{"case_transition", ofCases},
	{"case_review", ofCases},
	{"case_ending", ofCases},
	{"referral_outcome", ofCases},
	{"visit", ofPerson},
	{"visit_vital", ofVisits},
	{"visit_diagnosis", ofVisits},
	{"visit_service", ofVisits},
	{"visit_assessment", ofVisits},
	{"visit_lab", ofVisits},
	{"visit_hazard", ofVisits},
	{"visit_checklist_item", ofVisits},
	{"visit_revision", ofVisits},
	{"visit_due", ofCases},
	{"alert", ofPerson},
	{"follow_up", ofCases},
	{"evaluation", ofAll},
	{"document", `(` + ofCases + ` or ` + ofAll + `)`},
	{"attachment", `(` + ofCases + ` or ` + ofAll + `)`},
	{"access_event", `t.id in (select p.access_id from access_person p where p.patient_id = $1)`},
	{"access_person", ofPerson},
	{"audit_event", ofAll},
}

// Tables are the names of the tables that an export reads.
func Tables() []string {
	out := make([]string, len(held))
	for i, h := range held {
		out[i] = h.table
	}
	return out
}

// othersIDs are members that name another person, whose data it is.
var othersIDs = map[string][]string{"duplicate_candidate": {"first_id", "second_id"}, "patient": {"merged_into_id"}}

// Export returns everything that is held on the person of a request of kind
// access, what is sealed opened. Errors: fault.ErrNotFound, ErrNoExport.
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
		p, err := patient.IdentityIn(tx, r.PatientID)
		if err != nil {
			return out, err
		}
		out.Person = homecare.ExportIdentity{Name: p.Name, Sex: p.Sex, NIK: p.NIK, KK: p.KK, BPJSCard: p.BPJSCard, Phone: p.Phone, Address: p.Address, MotherNIK: p.MotherNIK, Village: p.Village}
		if p.BirthDate != nil {
			out.Person.BirthDate = *p.BirthDate
		}
		described, err := describe(tx)
		if err != nil {
			return out, err
		}
		k, err := tx.Keys()
		if err != nil {
			return out, err
		}
		for _, h := range held {
			if sabotage.On("export_incomplete") && h.table == "visit_vital" {
				continue
			}
			t := homecare.ExportTable{Name: h.table, Says: described[h.table].Says, Rows: []map[string]any{}}
			all, err := pg.Rows[struct{ R []byte }](tx, `select to_jsonb(t) as r from `+h.table+` t where `+h.where+` order by 1`, r.PatientID)
			if err != nil {
				return out, err
			}
			for _, one := range all {
				row, err := readable(k, h.table, described[h.table].Binary, one.R)
				if err != nil {
					return out, err
				}
				t.Rows = append(t.Rows, row)
			}
			out.Tables = append(out.Tables, t)
		}
		return out, s.trail.Record(tx, audit.Event{Action: "data_subject_request.export", SubjectKind: "patient", SubjectID: r.PatientID})
	})
}

type description struct {
	Name, Says string
	Binary     []string
}

// describe reads what the tables are and which of their columns hold bytes.
func describe(tx pg.Tx) (map[string]description, error) {
	all, err := pg.Rows[description](tx, `select c.relname::text as name, coalesce(obj_description(c.oid, 'pg_class'), '') as says,
		array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.atttypid = 'bytea'::regtype and not a.attisdropped) as binary
		from pg_class c where c.relnamespace = 'public'::regnamespace and c.relname = any($1)`, Tables())
	out := map[string]description{}
	for _, d := range all {
		out[d.Name] = d
	}
	return out, err
}

// readable is a row without keys, hashes and ids of others, with what is sealed
// in it opened.
func readable(k crypt.Tenant, table string, binary []string, raw []byte) (map[string]any, error) {
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
		switch table + "." + column {
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
			continue // keys, hashes, and the PDF, which is content rendered
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
	for _, column := range othersIDs[table] {
		delete(row, column)
	}
	switch table {
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

// Reaching lists, for a superuser, the tables that reach patient by foreign
// keys, or hold a patient_id: all of them must be among Tables.
const Reaching = `with recursive reaching as (
		select 'patient'::regclass::oid as rel
		union select c.conrelid from pg_constraint c join reaching r on c.confrelid = r.rel where c.contype = 'f' and c.connamespace = 'public'::regnamespace)
	select r.rel::regclass::text from reaching r
	union select a.attrelid::regclass::text from pg_attribute a join pg_class t on t.oid = a.attrelid
		where a.attname in ('patient_id', 'newborn_id') and not a.attisdropped and t.relkind = 'r' and t.relnamespace = 'public'::regnamespace order by 1`
