package document

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/balangan/homecare/internal/document/paper"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/reference"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/internal/visit"
	"github.com/balangan/homecare/pkg/homecare"
)

// IssueAnamnesis returns the lembar anamnese of a completed visit (SOP HS 8):
// the current one, or a new one signed by the caller when there is none or
// the visit was amended since; the old one is then void. Errors:
// fault.ErrNotFound, fault.ErrState.
func (s *Service) IssueAnamnesis(ctx context.Context, in idParams) (homecare.Document, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Document, error) {
		var none homecare.Document
		v, err := visit.CompletedIn(tx, in.ID) // locked: callers wait for each other
		if err != nil {
			return none, err
		}
		standing, err := pg.Rows[homecare.Document](tx, `select `+columns+` from document d where d.kind = $1
			and d.subject_id = $2 and d.subject_revision = $3 and d.state <> 'void'`,
			AnamnesisSheet, v.ID, v.Revision)
		if err != nil {
			return none, err
		}
		if len(standing) > 0 {
			return standing[0], nil
		}
		sheet, err := sheetOf(tx, v)
		if err != nil {
			return none, err
		}
		if err := s.VoidIn(tx, AnamnesisSheet, v.ID, replacedText.In(call.Of(ctx).Language, nil)); err != nil {
			return none, err
		}
		return s.IssueIn(tx, Draft{Kind: AnamnesisSheet, SubjectKind: "visit", SubjectID: v.ID, CaseID: v.CaseID,
			Revision: v.Revision,
			Paper:    func(i paper.Issue) (any, error) { sheet.Issue = i; return sheet, nil }})
	})
}

// sheetOf writes a visit's record as the sheet has it. Consent stays blank: it is
// signed by hand on the paper.
func sheetOf(tx pg.Tx, v homecare.Visit) (paper.AnamnesisSheet, error) {
	var none paper.AnamnesisSheet
	person, err := patient.IdentityIn(tx, v.PatientID)
	if err != nil {
		return none, err
	}
	people, err := staff.ServedOnIn(tx, v.CountsOn) // staff of that day may have left since
	if err != nil {
		return none, err
	}
	w := words{tx.Call().Language}
	source, err := sourceOf(tx, v, w)
	if err != nil {
		return none, err
	}
	diagnoses, err := diagnosesOf(tx, v)
	if err != nil {
		return none, err
	}
	sheet := paper.AnamnesisSheet{Patient: patientOf(person), VisitDate: paper.Date(clock.Day(*v.ArrivedAt)),
		Source: source, Reason: w.of("visit_kind", v.Kind),
		Function: w.function(v.Assessments), Vitals: w.vitals(v), Physical: append(w.physical(v.Examination),
			w.assessed(v.Assessments)...), Laboratory: w.labs(v.Labs),
		MedicalDiagnoses: diagnoses, Note: w.note(v, diagnoses), Education: w.education(v.Education),
		Officer: signatory(people, cmp.Or(v.PerformedBy, v.CompletedBy))}
	if a := v.Anamnesis; a != nil {
		sheet.ChiefComplaint, sheet.PresentIllness, sheet.PastIllness, sheet.FamilyIllness = a.ChiefComplaint,
			a.PresentIllness, a.PastIllness, a.FamilyIllness
		sheet.Social, sheet.Allergies, sheet.CurrentDrugs = a.Social, strings.Join(a.Allergies, ", "), a.Medications
	}
	if n := nursing(v); n != nil {
		for _, d := range n.Diagnoses {
			sheet.NursingDiagnoses = append(sheet.NursingDiagnoses, join(" / ", d.SDKI, d.SLKI, d.SIKI))
		}
	}
	if p := v.Plan; p != nil {
		sheet.FollowUp = tasks(p)
		if p.StopProposal != nil {
			sheet.FollowUp = join("\n", sheet.FollowUp,
				stopText.In(w.lang, map[string]any{"reason": p.StopProposal.Reason}))
		}
		if p.NextVisit != nil {
			sheet.NextVisit = paper.Date(p.NextVisit.Date)
		}
	}
	return sheet, nil
}

// sourceOf names the sources that know the patient (PIS-PK, PRB …), or else the
// origin of the case.
func sourceOf(tx pg.Tx, v homecare.Visit, w words) (string, error) {
	type found struct {
		Origin string
		Names  []string
	}
	f, err := pg.Row[found](tx, `select c.origin, array(select source_label(s.source, $2)
			from (select distinct source from patient_source where patient_id = c.patient_id) s order by 1) as names
		from care_case c where c.id = $1`, v.CaseID, w.lang)
	return or(strings.Join(f.Names, ", "), w.of("case_origin", f.Origin)), err
}

func diagnosesOf(tx pg.Tx, v homecare.Visit) ([]paper.Diagnosis, error) {
	var codes []string
	for _, d := range v.Diagnoses {
		codes = append(codes, d.Code)
	}
	known, err := pg.Rows[homecare.DiagnosisCode](tx, `select code, name_id, name_en from diagnosis_code
		where code = any($1::text[])`, codes)
	if err != nil {
		return nil, err
	}
	var out []paper.Diagnosis
	for _, d := range v.Diagnoses {
		name := ""
		if i := slices.IndexFunc(known, func(k homecare.DiagnosisCode) bool { return k.Code == d.Code }); i >= 0 {
			name = known[i].NameID
			if tx.Call().Language == "en" {
				name = known[i].NameEN
			}
		}
		out = append(out, paper.Diagnosis{Code: d.Code, Name: join(", ", name, d.Note)})
	}
	return out, nil
}

// words writes codes and figures of a record in one language.
type words struct{ lang string }

// figure is a number as a reader of the language writes it.
func (w words) figure(v float64) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if w.lang != "en" {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

func (w words) measured(code string, v float64, unit string) paper.Item {
	return paper.Item{Label: w.of("vital+lab_test", code),
		Value: join(" ", w.figure(v), reference.PrintedUnit(unit))}
}

func (w words) vitals(v homecare.Visit) []paper.Item {
	var out []paper.Item
	for _, x := range v.Vitals {
		out = append(out, w.measured(x.Code, *x.Value, x.Unit))
	}
	if len(out) == 0 && v.VitalsAbsentReason != "" {
		out = append(out, paper.Item{Label: absentText.In(w.lang, nil), Value: v.VitalsAbsentReason})
	}
	return out
}

func (w words) labs(labs []homecare.LabResult) []paper.Item {
	var out []paper.Item
	for _, l := range labs {
		item := paper.Item{Label: w.of("vital+lab_test", l.Code), Value: w.of("lab_finding", l.Finding)}
		if l.Value != nil {
			item = w.measured(l.Code, *l.Value, l.Unit)
		}
		out = append(out, item)
	}
	return out
}

func (w words) physical(e *homecare.Examination) []paper.Item {
	if e == nil {
		return nil
	}
	var out []paper.Item
	add := func(label, value string) {
		if value != "" {
			out = append(out, paper.Item{Label: label, Value: value})
		}
	}
	add(generalText.In(w.lang, nil), e.General)
	add(consciousnessText.In(w.lang, nil), w.of("consciousness", e.Consciousness))
	for _, s := range e.Systems {
		finding := s.Finding
		if s.Normal {
			finding = join("; ", normalText.In(w.lang, nil), s.Finding)
		}
		add(w.of("body_system", s.System), or(finding, "-"))
	}
	add(notesText.In(w.lang, nil), e.Notes)
	return out
}

// barthel is the instrument of daily living (AKS), which has its own line.
const barthel = "barthel_aks"

func (w words) function(as []homecare.Assessment) string {
	for _, a := range as {
		if a.Instrument == barthel {
			return w.score(a)
		}
	}
	return ""
}

// assessed lists the other instruments with score and band.
func (w words) assessed(as []homecare.Assessment) []paper.Item {
	var out []paper.Item
	for _, a := range as {
		if a.Instrument == barthel {
			continue
		}
		title := a.Instrument
		if i, ok := reference.InstrumentByID(a.Instrument); ok {
			title = i.TitleID
		}
		out = append(out, paper.Item{Label: title, Value: w.score(a)})
	}
	return out
}

func (w words) score(a homecare.Assessment) string {
	score := "-"
	if a.Score != nil {
		score = w.figure(*a.Score)
	}
	return scoreText.In(w.lang, map[string]any{"score": score, "band": or(a.BandLabel, "-")})
}

// note is the SOAPIE note: the nurse's own words where there are some, else
// what the other parts of the record say.
func (w words) note(v homecare.Visit, diagnoses []paper.Diagnosis) paper.ProgressNote {
	var n paper.ProgressNote
	if f := nursing(v); f != nil {
		n = paper.ProgressNote{Subjective: f.Subjective, Objective: f.Objective, Assessment: f.Analysis,
			Plan: f.Planning, Evaluation: w.of("nursing_outcome", f.Outcome)}
	}
	if v.Anamnesis != nil {
		n.Subjective = or(n.Subjective, v.Anamnesis.ChiefComplaint)
	}
	if v.Examination != nil {
		n.Objective = or(n.Objective, v.Examination.General)
	}
	var named []string
	for _, d := range diagnoses {
		named = append(named, or(d.Name, d.Code))
	}
	n.Assessment = or(n.Assessment, strings.Join(named, "; "))
	if v.Plan != nil {
		n.Plan = or(n.Plan, tasks(v.Plan))
	}
	if e := v.Education; e != nil {
		var family []string
		for _, t := range e.FamilyTasks {
			family = append(family, t.Task)
		}
		n.Instruction = strings.Join(family, "\n")
		n.Evaluation = join("; ", n.Evaluation, w.of("teach_back", e.TeachBack))
	}
	return n
}

func (w words) education(e *homecare.Education) string {
	if e == nil {
		return ""
	}
	return educationText.In(w.lang, map[string]any{"topics": strings.Join(e.Topics, ", "),
		"method": w.of("education_method", e.Method)})
}

func nursing(v homecare.Visit) *homecare.FamilyNursingCare {
	for _, s := range v.Services {
		if n, ok := s.Data.(*homecare.FamilyNursingCare); ok {
			return n
		}
	}
	return nil
}

func tasks(p *homecare.VisitPlan) string {
	var out []string
	for _, f := range p.FollowUps {
		out = append(out, join(" - ", f.What, f.Unit))
	}
	return strings.Join(out, "\n")
}

// join joins what is not empty.
func join(between string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), between)
}
