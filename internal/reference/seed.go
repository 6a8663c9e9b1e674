package reference

import (
	"context"
	"embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/pkg/homecare"
)

//go:embed data
var data embed.FS

// Seed fills empty reference tables as the owner role. Existing rows, perhaps
// changed by Dinkes, stay.
func Seed(ctx context.Context, ownerDSN string) error {
	c, err := pgx.Connect(ctx, ownerDSN)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
		for _, step := range []func(context.Context, *pgx.Batch) error{
			seedPuskesmas, seedVillages, seedServiceTypes, seedProgrammes, seedReportTemplates, seedDiagnoses,
			seedVitalRanges, seedLists, seedFactCodes,
		} {
			var b pgx.Batch
			if err := step(ctx, &b); err != nil {
				return fmt.Errorf("seed: %w", err)
			}
			if err := tx.SendBatch(ctx, &b).Close(); err != nil {
				return fmt.Errorf("seed: %w", err)
			}
		}
		return nil
	})
}

// records reads an embedded CSV file into maps by header.
func records(name string) ([]map[string]string, error) {
	f, err := data.Open("data/" + name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	out := make([]map[string]string, 0, len(rows)-1)
	for _, r := range rows[1:] {
		m := make(map[string]string, len(r))
		for i, v := range r {
			m[rows[0][i]] = v
		}
		out = append(out, m)
	}
	return out, nil
}

// Code writes a Kemendagri code without dots (63.11.05.2001 becomes 6311052001).
func Code(dotted string) string { return strings.ReplaceAll(dotted, ".", "") }

func seedPuskesmas(_ context.Context, b *pgx.Batch) error {
	rows, err := records("puskesmas.csv")
	for _, r := range rows {
		var inpatient *bool
		if t := r["care_type_from_code"]; t != "" {
			yes := t == "rawat_inap"
			inpatient = &yes
		}
		b.Queue(`insert into puskesmas (id, slug, name, district_code, district_name, address, kemenkes_code,
			kemenkes_code_status, bpjs_code, inpatient, latitude, longitude, source)
			values ($1, $2, $3, $4, $5, $6, nullif($7, ''), $8, nullif($9, ''), $10, $11, $12, $13)
			on conflict do nothing`,
			number(r["sop_no"]), r["slug"], r["name"], Code(r["district_code"]), r["district_name"], r["address"],
			r["kemenkes_code_2019"],
			r["kemenkes_code_status"], r["bpjs_faskes_code"], inpatient, float(r["lat"]), float(r["lng"]),
			r["coord_source"])
	}
	return err
}

func seedVillages(_ context.Context, b *pgx.Batch) error {
	districts, err := records("districts.csv")
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, d := range districts {
		names[d["code"]] = d["name"]
	}
	villages, err := records("villages.csv")
	if err != nil {
		return err
	}
	for _, v := range villages {
		b.Queue(`insert into village (code, name, kind, district_code, district_name, postal_code, latitude, longitude,
			source)
			values ($1, $2, $3, $4, $5, nullif($6, ''), $7, $8, $9) on conflict do nothing`,
			Code(v["code"]), v["name"], v["type"], Code(v["district_code"]), names[v["district_code"]],
			v["postal_code"], float(v["lat"]), float(v["lng"]),
			"Kemendagri via cahyadsn/wilayah (MIT); coordinates idn-area-data (ODbL)")
	}
	served, err := records("puskesmas_villages.csv")
	for _, s := range served {
		b.Queue(`insert into puskesmas_village (puskesmas_id, village_code, status, source)
			select id, $2, $3, $4 from puskesmas where slug = $1 on conflict do nothing`,
			s["puskesmas_slug"], Code(s["village_code"]), strings.ToLower(s["status"]),
			"data of 2026-11, to be confirmed by Dinkes unless confirmed")
	}
	return err
}

func seedServiceTypes(_ context.Context, b *pgx.Batch) error {
	var types []struct {
		Code      string          `json:"code"`
		SOPItem   int             `json:"sop_item"`
		Checklist json.RawMessage `json:"checklist"`
	}
	err := read("service_types.json", &types)
	for _, t := range types {
		b.Queue(`insert into service_type (code, label_id, label_en, sop_item, checklist) values ($1, $2, $3, $4, $5)
			on conflict do nothing`,
			t.Code, homecare.LabelOf("service_type", t.Code, "id"), homecare.LabelOf("service_type", t.Code, "en"),
			t.SOPItem, t.Checklist)
	}
	return err
}

func seedProgrammes(_ context.Context, b *pgx.Batch) error {
	var programmes []struct {
		Code, Name, Description string
		ReportTemplate          string `json:"report_template"`
		Puskesmas               string
		StartsOn                string `json:"starts_on"`
		SOP                     struct {
			ID             string          `json:"id"`
			DocumentNumber string          `json:"document_number"`
			Revision       int             `json:"revision"`
			IssuedOn       string          `json:"issued_on"`
			EffectiveFrom  string          `json:"effective_from"`
			Issuer         string          `json:"issuer"`
			SignerName     string          `json:"signer_name"`
			LegalBasis     json.RawMessage `json:"legal_basis"`
			Distribution   json.RawMessage `json:"distribution"`
			Changes        json.RawMessage `json:"changes"`
			Approval       string          `json:"approval"`
			TeamMode       string          `json:"team_mode"`
			ReviewRequired bool            `json:"review_required"`
			Optional       json.RawMessage `json:"optional_endings"`
		} `json:"sop"`
	}
	err := read("programmes.json", &programmes)
	for _, p := range programmes {
		b.Queue(`insert into programme (code, name, description, report_template) values ($1, $2, $3, $4)
			on conflict do nothing`,
			p.Code, p.Name, p.Description, p.ReportTemplate)
		s := p.SOP
		b.Queue(`insert into sop_version (id, programme_code, document_number, revision, issued_on, effective_from,
			issuer, signer_name, legal_basis, distribution, changes, approval, team_mode, review_required,
			optional_endings)
			values ($1, $2, $3, $4, $5::text::date, $6::text::date, $7, $8, $9, $10, $11, $12, $13, $14, $15)
			on conflict do nothing`,
			s.ID, p.Code, s.DocumentNumber, s.Revision, s.IssuedOn, s.EffectiveFrom, s.Issuer, s.SignerName,
			s.LegalBasis, s.Distribution, s.Changes,
			s.Approval, s.TeamMode, s.ReviewRequired, s.Optional)
		b.Queue(`insert into puskesmas_programme (puskesmas_id, programme_code, starts_on)
			select id, $2, $3::text::date from puskesmas where $1 in ('all', slug)
			on conflict do nothing`, p.Puskesmas, p.Code, p.StartsOn)
	}
	return err
}

func seedReportTemplates(_ context.Context, b *pgx.Batch) error {
	var templates []struct {
		Code     string          `json:"code"`
		TitleID  string          `json:"title_id"`
		TitleEN  string          `json:"title_en"`
		Source   string          `json:"source"`
		Sections json.RawMessage `json:"sections"`
	}
	err := read("report_templates.json", &templates)
	for _, t := range templates {
		b.Queue(`insert into report_template (code, title_id, title_en, sections, source) values ($1, $2, $3, $4, $5)
			on conflict do nothing`,
			t.Code, t.TitleID, t.TitleEN, t.Sections, t.Source)
	}
	return err
}

func seedDiagnoses(_ context.Context, b *pgx.Batch) error {
	rows, err := records("icd10_homecare.csv")
	for _, r := range rows {
		b.Queue(`insert into diagnosis_code (code, name_id, name_en, category, default_service, prb_programme,
			sensitive, core)
			values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
			r["code"], r["name_id"], r["name_en"], r["group"], r["default_service"], r["prb_programme"],
			r["sensitive"] == "1", r["core"] == "1")
	}
	return err
}

func seedVitalRanges(_ context.Context, b *pgx.Batch) error {
	rows, err := records("vital_ranges.csv")
	for _, r := range rows {
		from, until := number(r["age_min_days"]), number(r["age_max_days"])
		if until == 0 {
			until = 150 * 366
		}
		b.Queue(`insert into vital_range (code, label_id, loinc, unit, age_min_days, age_max_days, plausible_min,
			plausible_max, alert_low, alert_high, critical_low, critical_high, source)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing`,
			r["code"], r["label_id"], r["loinc"], r["unit"], from, until, float(r["plausible_min"]),
			float(r["plausible_max"]),
			float(r["alert_low"]), float(r["alert_high"]), float(r["critical_low"]), float(r["critical_high"]),
			r["source"])
	}
	return err
}

// seedLists makes reference_item the code lists of the release: what the code
// accepts, so an earlier release's code that is gone leaves.
func seedLists(_ context.Context, b *pgx.Batch) error {
	b.Queue(`delete from reference_item`)
	sort := 0
	for _, l := range homecare.CodeLists() {
		for _, i := range l.Items {
			b.Queue(`insert into reference_item (list, code, label_id, label_en, source_code, status, source, sort)
				values ($1, $2, $3, $4, $5, $6, $7, $8)`,
				l.Name, i.Code, i.LabelID, i.LabelEN, i.SourceCode, i.Status, i.Source, sort)
			sort++
		}
	}
	return nil
}

func read(name string, into any) error {
	b, err := data.ReadFile("data/" + name)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, into)
}

func number(s string) int { n, _ := strconv.Atoi(s); return n }

func float(s string) *float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil
	}
	return &f
}
