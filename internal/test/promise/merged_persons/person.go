//go:build sabotage

package merged_persons

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

const slug = "tanah-habang"

// village is a village of the puskesmas.
const village = "6311052001"

// world is a server with the puskesmas's staff signed in.
type world struct {
	*apitest.Server
	koordinator, kepala, physician, nurse *homecare.Client
	accounts                              map[string]string
	standing                              string // team of homecare_sanggam
	tenant                                int16
	hours                                 int // of the next visit, so that no member is at two stops at once
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Server: apitest.New(t), accounts: map[string]string{}}
	w.tenant = w.PuskesmasID(t, slug)
	for name, c := range map[string]**homecare.Client{"koordinator": &w.koordinator, "kepala": &w.kepala,
		"petugas1": &w.physician, "petugas2": &w.nurse} {
		*c = w.As(t, name+"."+slug)
		w.accounts[name] = must[homecare.Me](t)((*c).Me(t.Context())).AccountID
	}
	w.standing = must[homecare.Team](t)(w.kepala.CreateTeam(t.Context(), homecare.NewTeam{Programme: "homecare_sanggam",
		Name: "Tim tetap", DecreeNumber: "188/1",
		ValidFrom: "2022-01-03", Members: w.members()})).ID
	return w
}

func (w *world) members() []homecare.TeamMemberInput {
	return []homecare.TeamMemberInput{{AccountID: w.accounts["petugas2"], Lead: true},
		{AccountID: w.accounts["petugas1"]}}
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// odd makes a person with a random selection of all possible data. name
// distinguishes two persons in comparisons; serial makes numbers unique.
func (w *world) odd(t *testing.T, r *rand.Rand, name string, serial int) string {
	t.Helper()
	ctx := t.Context()
	some := func(part float64) bool { return r.Float64() < part }
	in := homecare.NewPatient{Name: name, Sex: "female", Village: village}
	if some(0.5) {
		in.BirthDate = fmt.Sprintf("19%02d-05-02", 40+r.IntN(20))
	}
	if some(0.3) {
		in.BirthDate = ""
		in.NIK = fmt.Sprintf("631105420550%04d", serial)
	}
	if some(0.4) {
		in.KK = fmt.Sprintf("631105110415%04d", serial)
	}
	if some(0.4) {
		in.BPJSCard = fmt.Sprintf("000922658%04d", serial)
	}
	if some(0.4) {
		in.Phone, in.Address = fmt.Sprintf("0840306%05d", serial), "Gang "+name
	}
	p := must[homecare.Patient](t)(w.nurse.RegisterPatient(ctx, in))
	w.told(t, r, p.ID)
	if some(0.4) {
		must[homecare.Priority](t)(w.koordinator.AdjustPriority(ctx, p.ID, homecare.AdjustPriority{Move: "up",
			Points: 1 + r.IntN(9), Reason: "Uji"}))
	}
	for range r.IntN(3) {
		w.file(t, r, "patient", p.ID)
	}
	for _, programme := range []string{"kupinang", "homecare_sanggam"} {
		if some(0.6) && must[homecare.Patient](t)(w.nurse.Patient(ctx, p.ID)).DeceasedOn == "" { // not ended by death
			w.case_(t, r, p.ID, programme)
		}
	}
	if some(0.5) {
		c := must[homecare.Consent](t)(w.koordinator.GiveConsent(ctx, p.ID, homecare.NewConsent{Kind: "home_visit",
			GivenBy: name, Relation: "self", GivenOn: "2026-01-02"}))
		if some(0.4) {
			must[homecare.Consent](t)(w.koordinator.WithdrawConsent(ctx, p.ID, c.ID, c.Version,
				homecare.ConsentWithdrawn{Reason: "Tidak mau"}))
		}
	}
	if some(0.4) {
		q := must[homecare.DataSubjectRequest](t)(w.koordinator.RequestAboutData(ctx,
			homecare.NewDataSubjectRequest{PatientID: p.ID, Kind: "restriction", ReceivedAt: time.Now(),
				Channel: "letter", Note: name}))
		if some(0.4) {
			must[homecare.DataSubjectRequest](t)(w.koordinator.FinishDataSubjectRequest(ctx, q.ID, q.Version,
				homecare.DataSubjectOutcome{Outcome: "Dibatasi"}))
		}
	}
	if some(0.3) {
		v := must[homecare.Patient](t)(w.kepala.Patient(ctx, p.ID)).Version
		must[homecare.Retention](t)(w.kepala.HoldRecord(ctx, p.ID, v, homecare.Why{Reason: "Sengketa " + name}))
	}
	return p.ID
}

// told is data from files and Dinkes: sources, facts (some shared with other
// persons), rows of a file, a break-glass.
func (w *world) told(t *testing.T, r *rand.Rand, id string) {
	t.Helper()
	for _, source := range []string{"ptm", "pispk", "prb"} {
		if r.Float64() < 0.4 {
			w.Database.Exec(t, `insert into patient_source (puskesmas_id, patient_id, source, first_seen, last_seen)
				values ($1, $2, $3, now() - $4 * interval '1 day', now() - interval '1 day')`,
				w.tenant, id, source, 1+r.IntN(300))
		}
	}
	for range r.IntN(5) {
		// A few digests, so that both records often hold the same fact.
		n := r.IntN(6)
		w.Database.Exec(t, `insert into patient_fact (puskesmas_id, patient_id, digest, source, code, value, unit,
			observed_at, recorded_at)
			values ($1, $2, ('00000000-0000-4000-8000-00000000000' || $3::text)::uuid, 'ptm', 'sbp', 120 + $4::int,
			'mmHg', '2026-01-02', now()) on conflict do nothing`,
			w.tenant, id, fmt.Sprint(n), n)
	}
	if r.Float64() < 0.4 {
		file := uuid.NewString()
		w.Database.Exec(t, `insert into import_file (puskesmas_id, id, source, data_source, name_sealed, file_hash,
			as_of, state, format, counts, classes, created_at, created_by)
			values ($1, $2::text::uuid, 'ptm', 'ptm', '', decode(md5($2::text), 'hex'), now(), 'committed',
			'{"kind": "csv", "columns": []}', '{}', '[]', now(), $3)`, w.tenant, file, w.accounts["koordinator"])
		w.Database.Exec(t, `insert into import_row (puskesmas_id, import_id, number, verdict, issues, row_hash, sealed,
			match, patient_id, taken)
			values ($1, $2::text::uuid, 2, 'accepted', '[]', decode(md5($2::text || 'r'), 'hex'), '', 'new', $3,
			true)`, w.tenant, file, id)
	}
	if r.Float64() < 0.3 {
		w.Database.Exec(t, `insert into break_glass (puskesmas_id, id, patient_id, account_id, account_name, reason,
			opened_at, expires_at)
			select $1, gen_random_uuid(), $2, id, name, 'Penyelidikan kejadian luar biasa', now() - interval '2 hours',
			now() - interval '1 hour' from account where username = 'dinkes.admin'`, w.tenant, id)
	}
}

func (w *world) file(t *testing.T, r *rand.Rand, kind, id string) {
	t.Helper()
	a := must[homecare.Attachment](t)(w.koordinator.Upload(t.Context(), homecare.NewAttachment{Kind: "scan",
		SubjectKind: kind, SubjectID: id, File: []byte("%PDF-1.4\nuji\n%%EOF\n")}))
	if r.Float64() < 0.2 {
		must[homecare.Attachment](t)(w.koordinator.VoidAttachment(t.Context(), a.ID, a.Version,
			homecare.Why{Reason: "Kabur"}))
	}
}

// case_ makes a case and brings it into a random state.
func (w *world) case_(t *testing.T, r *rand.Rand, person, programme string) {
	t.Helper()
	ctx := t.Context()
	c := must[homecare.Case](t)(w.koordinator.ProposeCase(ctx, homecare.NewCase{PatientID: person, Programme: programme,
		Origin: "walk_in", Reason: "Uji",
		ProposedOn: clock.Day(time.Now().AddDate(0, 0, -40))}))
	way := r.IntN(8)
	switch way {
	case 0:
		return
	case 1:
		must[homecare.Case](t)(w.kepala.RejectCase(ctx, c.ID, c.Version, homecare.Why{Reason: "Bukan sasaran"}))
		return
	}
	c = must[homecare.Case](t)(w.kepala.ApproveCase(ctx, c.ID, c.Version, homecare.ApproveCase{}))
	if way == 2 {
		return
	}
	team := homecare.CaseTeam{TeamID: w.standing}
	if programme == "kupinang" {
		team = homecare.CaseTeam{Members: w.members()}
	}
	c = must[homecare.Case](t)(w.kepala.FormCaseTeam(ctx, c.ID, c.Version, team))
	if c.State != "active" {
		c = must[homecare.Case](t)(w.nurse.ReviewCase(ctx, c.ID, c.Version,
			homecare.ReviewCase{Problems: []string{"Luka"}, Goals: []string{"Kering"},
				PlannedServices: []homecare.PlannedService{{Type: "limited_medical_care"}},
				VisitFrequency:  homecare.VisitFrequency{Times: 1, EveryWeeks: 2},
				Participants:    []string{w.accounts["petugas2"]}}))
	}
	for range r.IntN(3) {
		w.visited(t, r, c.ID)
	}
	for range r.IntN(3) {
		w.hours++
		at := time.Now().Add(time.Duration(48+2*w.hours) * time.Hour)
		v := must[homecare.Visit](t)(w.nurse.PlanVisit(ctx, homecare.PlanVisit{CaseID: c.ID, StartsAt: &at}))
		switch r.IntN(4) {
		case 0:
			must[homecare.Visit](t)(w.nurse.MissVisit(ctx, v.ID, v.Version, homecare.MissVisit{ReasonCode: "not_home",
				Reason: "Ke kebun"}))
		case 1:
			w.file(t, r, "visit", v.ID)
		}
	}
	if r.Float64() < 0.3 {
		must[homecare.Evaluation](t)(w.nurse.NewEvaluation(ctx, homecare.NewEvaluation{SubjectKind: "case",
			SubjectID: c.ID, Programme: programme, Finding: "Terlambat",
			Cause: "Banjir", Improvement: "Perahu", OwnerAccountID: w.accounts["petugas2"],
			DueOn: time.Now().AddDate(0, 1, 0).Format(time.DateOnly)}))
	}
	c = must[homecare.Case](t)(w.kepala.Case(ctx, c.ID))
	today := time.Now().UTC().Add(8 * time.Hour).Format(time.DateOnly)
	end := homecare.CaseEnd{Date: today}
	switch way {
	case 3:
		end.Kind, end.Refusal = "refusal", &homecare.Refusal{Reason: "Pindah", Refused: "Kunjungan",
			Signer:  homecare.Signer{Name: "Rusdi", Relation: "child"},
			Witness: "Hamdani", Risk: "Memburuk", Explains: w.accounts["petugas2"]}
	case 4:
		end.Kind, end.Referral = "referral", &homecare.Referral{Hospital: "RSUD Balangan",
			Diagnoses: []homecare.ReferralDiagnosis{{Code: "I10"}}, Anamnesis: "Lemas",
			Physical: "TD 200/110", Therapy: "Amlodipin", Purpose: "Tata laksana", Urgency: "urgent",
			SignedBy: w.accounts["petugas1"]}
	case 5:
		if r.Float64() < 0.5 {
			return
		}
		end.Kind, end.Death = "death", &homecare.Death{Place: "home", Cause: "Gagal jantung"}
	default:
		return
	}
	must[homecare.Case](t)(w.physician.EndCase(ctx, c.ID, c.Version, end))
}

// visited records a complete visit of the last days.
func (w *world) visited(t *testing.T, r *rand.Rand, caseID string) {
	t.Helper()
	w.hours++
	arrived := time.Now().Add(-time.Duration(2*w.hours) * time.Hour)
	vitals := homecare.VitalsPart{Vitals: []homecare.Vital{{Code: "sbp", Value: new(float64(120 + 60*r.IntN(2)))},
		{Code: "dbp", Value: new(80.0)}}}
	in := homecare.VisitBundle{Visit: &homecare.PlanVisit{CaseID: caseID}, ArrivedAt: arrived,
		DepartedAt: arrived.Add(time.Hour),
		VisitParts: homecare.VisitParts{Anamnesis: &homecare.Anamnesis{ChiefComplaint: "Lemas"}, Vitals: &vitals,
			Services: homecare.NewServicesPart(&homecare.LimitedMedicalCare{Condition: "unchanged"})},
		Plan: &homecare.VisitPlan{FollowUps: []homecare.PlannedFollowUp{{What: "Antar obat",
			OwnerAccountID: w.accounts["petugas2"], DueOn: time.Now().AddDate(0, 0, 9).Format(time.DateOnly)}},
			NextVisit: &homecare.NextVisit{Date: time.Now().AddDate(0, 0, 14).Format(time.DateOnly)}},
		AlertNotes: []homecare.AlertNote{{Code: "sbp", Note: "Dirujuk ke dokter"}}}
	if *vitals.Vitals[0].Value < 140 {
		in.AlertNotes = nil
	}
	v := must[homecare.Visit](t)(w.nurse.RecordVisit(t.Context(), in))
	if r.Float64() < 0.3 {
		must[homecare.Document](t)(w.nurse.IssueAnamnesisSheet(t.Context(), v.ID))
	}
	for _, f := range v.FollowUps {
		if r.Float64() < 0.3 {
			must[homecare.FollowUp](t)(w.nurse.FinishFollowUp(t.Context(), f.ID, f.Version,
				homecare.CloseFollowUp{Result: "Sudah"}))
		}
	}
}
