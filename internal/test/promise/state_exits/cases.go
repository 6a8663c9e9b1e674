//go:build sabotage

package state_exits

import (
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/balangan/homecare/internal/episode"
	"github.com/balangan/homecare/pkg/homecare"
)

func cases() machine {
	return machine{
		name: episode.Machine.Name, base: "/v1/cases/{id}",
		ways: []way{
			{state: "proposed", make: func(w *world) string { return w.proposed(standing, w.person()).ID }},
			{state: "approved", holds: []string{"demands_met"}, make: func(w *world) string {
				return w.approved(standing, w.person()).ID
			}},
			{state: "approved", make: func(w *world) string { return w.approved(perCase, w.person()).ID }},
			{state: "approved", holds: []string{"has_team"}, make: func(w *world) string {
				return w.teamed(w.approved(perCase, w.person())).ID
			}},
			{state: "active", make: func(w *world) string { return w.inCare().ID }},
			{state: "terminating", holds: []string{"was_active"}, make: func(w *world) string {
				return w.ended(w.inCare(), "refusal")
			}},
			{state: "terminating", holds: []string{"was_approved"}, make: func(w *world) string {
				return w.ended(w.approved(standing, w.person()), "refusal")
			}},
			{state: "rejected", make: func(w *world) string {
				c := w.proposed(standing, w.person())
				return must(w.kepala().RejectCase(w.Context(), c.ID, c.Version, because)).ID
			}},
			{state: "withdrawn", make: func(w *world) string {
				c := w.proposed(standing, w.person())
				return must(w.petugas().WithdrawCase(w.Context(), c.ID, c.Version, because)).ID
			}},
			{state: "terminated", holds: []string{"counts", "referral", "may_be_reopened"},
				make: func(w *world) string { return w.ended(w.inCare(), "referral") }},
			{state: "terminated", holds: []string{"counts", "ending_enabled", "may_be_reopened"},
				make: func(w *world) string { return w.ended(w.inCare(), "ending_enabled") }},
			{state: "terminated", holds: []string{"counts", "refusal", "may_be_reopened"}, make: func(w *world) string {
				id := w.ended(w.inCare(), "refusal")
				w.sign(id)
				return id
			}},
			{state: "terminated", holds: []string{"counts", "death", "ended_from_active"}, make: func(w *world) string {
				return w.ended(w.inCare(), "death")
			}},
			{state: "terminated", holds: []string{"counts", "death", "ended_from_approved"},
				make: func(w *world) string { return w.ended(w.approved(perCase, w.person()), "death") }},
			{state: "terminated", holds: []string{"counts", "death", "ended_from_proposed"},
				make: func(w *world) string { return w.ended(w.proposed(perCase, w.person()), "death") }},
			{state: "terminated", holds: []string{"entered_in_error"}, make: func(w *world) string {
				return w.ended(w.inCare(), "entered_in_error")
			}},
			{state: "terminated", holds: []string{"merged"}, to: "active", make: func(w *world) string {
				return w.merged(w.inCare())
			}},
			{state: "terminated", holds: []string{"merged"}, to: "approved", make: func(w *world) string {
				return w.merged(w.approved(perCase, w.person()))
			}},
			{state: "terminated", holds: []string{"merged"}, to: "proposed", make: func(w *world) string {
				return w.merged(w.proposed(standing, w.person()))
			}},
			{state: "terminated", holds: []string{"merged"}, to: "terminating", make: func(w *world) string {
				return w.merged(w.caseOf(w.ended(w.inCare(), "refusal")))
			}},
		},
		chosen: map[string][]string{"end": {"death", "refusal", "referral", "ending_enabled", "entered_in_error"}},
		read: func(w *world, by *homecare.Client, id string) (record, error) {
			c, err := by.Case(w.Context(), id)
			if err != nil {
				return record{}, err
			}
			all, err := by.Cases(w.Context(), url.Values{"patient_id": {c.PatientID}})
			return record{state: c.State, version: c.Version, allowed: c.Allowed,
				mark: fmt.Sprint(c.Version, len(c.ReferralOutcome), len(all.Data))}, err
		},
		acts: map[string]func(*world, *homecare.Client, string, int64, string) error{
			"approve": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				_, err := by.ApproveCase(w.Context(), id, version, homecare.ApproveCase{})
				return err
			},
			"reject": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				_, err := by.RejectCase(w.Context(), id, version, because)
				return err
			},
			"withdraw": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				_, err := by.WithdrawCase(w.Context(), id, version, because)
				return err
			},
			"team": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				_, err := by.FormCaseTeam(w.Context(), id, version, w.teamFor(w.caseOf(id)))
				return err
			},
			"review": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				_, err := by.ReviewCase(w.Context(), id, version, homecare.ReviewCase{Problems: []string{"Luka"},
					Goals:           []string{"Kering"},
					PlannedServices: []homecare.PlannedService{{Type: "limited_medical_care"}},
					VisitFrequency:  homecare.VisitFrequency{Times: 1, EveryWeeks: 2},
					Participants:    []string{w.ids["petugas2"]}})
				return err
			},
			"end": func(w *world, by *homecare.Client, id string, version int64, when string) error {
				_, err := by.EndCase(w.Context(), id, version, w.ending(when))
				return err
			},
			"correct-days": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				c := must(w.kepala().Case(w.Context(), id))
				_, err := by.CorrectCaseDays(w.Context(), id, version,
					homecare.CorrectCaseDays{ProposedOn: c.ProposedOn, Reason: "Salah tulis"})
				return err
			},
			"retract-refusal": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				_, err := by.RetractRefusal(w.Context(), id, version, homecare.Retraction{Reason: "Berubah pikiran"})
				return err
			},
			"retract-death": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				_, err := by.RetractDeath(w.Context(), id, version, homecare.Retraction{Reason: "Salah orang"})
				return err
			},
			"referral-outcome": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				_, err := by.RecordReferralOutcome(w.Context(), id, version,
					homecare.NewReferralOutcome{Result: "admitted", OccurredOn: w.today()})
				return err
			},
			"reopen": func(w *world, by *homecare.Client, id string, version int64, _ string) error {
				_, err := by.ReopenCase(w.Context(), id, version, homecare.ReopenCase{Origin: "back_referral",
					Reason: "Perlu dilayani lagi"})
				return err
			},
			"signed-copy": func(w *world, _ *homecare.Client, id string, _ int64, _ string) error {
				w.sign(id)
				return nil
			},
			"merge": func(w *world, _ *homecare.Client, id string, _ int64, _ string) error {
				w.merged(w.caseOf(id))
				return nil
			},
			"unmerge": func(w *world, _ *homecare.Client, id string, _ int64, _ string) error { return w.unmerged(id) },
		},
	}
}

var because = homecare.Why{Reason: "Salah catat"}

func (w *world) caseOf(id string) homecare.Case { return must(w.kepala().Case(w.Context(), id)) }

func (w *world) teamFor(c homecare.Case) homecare.CaseTeam {
	in := homecare.CaseTeam{TeamID: w.team}
	if c.Programme == perCase {
		in = homecare.CaseTeam{Members: []homecare.TeamMemberInput{{AccountID: w.ids["petugas2"], Lead: true},
			{AccountID: w.ids["petugas1"]}}}
	}
	if c.TeamID != "" {
		in.Reason = "Pergantian"
	} else {
		in.From = c.ProposedOn // the team began before the letter
	}
	return in
}

// ending is the body of an ending under that condition; a death where none is
// named.
func (w *world) ending(when string) homecare.CaseEnd {
	in := homecare.CaseEnd{Kind: when, Date: w.today()}
	switch when {
	case "refusal":
		in.Refusal = &homecare.Refusal{Reason: "Pindah", Refused: "Kunjungan", Signer: homecare.Signer{Name: "Rusdi",
			Relation: "child"}, Witness: "Hamdani",
			Risk: "Memburuk", Explains: w.ids["petugas2"]}
	case "referral":
		in.Referral = &homecare.Referral{Hospital: "RSUD Balangan",
			Diagnoses: []homecare.ReferralDiagnosis{{Code: "I10"}}, Anamnesis: "Lemas", Physical: "TD 200/110",
			Therapy: "Amlodipin", Purpose: "Tata laksana", Urgency: "urgent", SignedBy: w.ids["petugas1"]}
	case "ending_enabled":
		in.Kind = "goals_reached"
	case "entered_in_error":
		in.Note = "Orang lain"
	default:
		in.Kind, in.Death = "death", &homecare.Death{Place: "home", Cause: "Gagal jantung"}
	}
	return in
}

func (w *world) ended(c homecare.Case, when string) string {
	return must(w.kepala().EndCase(w.Context(), c.ID, c.Version, w.ending(when))).ID
}

// sign attaches the signed copy of a refusal.
func (w *world) sign(caseID string) {
	docs := must(w.koordinator().Documents(w.Context(), url.Values{"case_id": {caseID}, "kind": {"refusal_letter"}})).
		Data
	d := docs[slices.IndexFunc(docs, func(d homecare.Document) bool { return d.State == "issued" })]
	a := must(w.koordinator().Upload(w.Context(), homecare.NewAttachment{Kind: "signed_letter", SubjectKind: "document",
		SubjectID: d.ID, File: []byte("%PDF-1.4\nuji\n%%EOF\n")}))
	must(w.koordinator().AttachSignedCopy(w.Context(), d.ID, d.Version, homecare.SignedCopy{AttachmentID: a.ID}))
}

// merged ends a case as merged: its person turns out to be another, whose case is
// older and as far on as possible.
func (w *world) merged(c homecare.Case) string {
	w.now = w.now.Add(-time.Hour)
	other := w.caseOf(w.ended(w.approved(c.Programme, w.person()), "refusal"))
	w.now = w.now.Add(time.Hour)
	p := must(w.koordinator().Patient(w.Context(), c.PatientID))
	must(w.koordinator().MergePatient(w.Context(), p.ID, p.Version, homecare.MergePatient{IntoID: other.PatientID,
		Reason: "Orang yang sama"}))
	return c.ID
}

func (w *world) unmerged(caseID string) error {
	merges := must(w.kepala().PatientMerges(w.Context(), w.caseOf(caseID).PatientID)).Data
	_, err := w.kepala().UnmergePatient(w.Context(), merges[0].PatientID, merges[0].PatientVersion,
		homecare.Why{Reason: "Ternyata dua orang"})
	return err
}
