package walk

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/pkg/homecare"
)

// written is a complete visit as a phone sends it after days without a
// connection.
func written(arrived time.Time) homecare.VisitBundle {
	return homecare.VisitBundle{ArrivedAt: arrived, DepartedAt: arrived.Add(50 * time.Minute),
		VisitParts: homecare.VisitParts{
			Anamnesis: &homecare.Anamnesis{ChiefComplaint: "Lemas", Informant: "child"},
			Vitals:    &homecare.VitalsPart{AbsentReason: "Baterai tensimeter habis"},
			Services: homecare.NewServicesPart(&homecare.FamilyNursingCare{
				Interventions: []string{"medication_supervision"}, Outcome: "partly_reached"})},
		Plan: &homecare.VisitPlan{StopProposal: &homecare.StopProposal{Ending: "referral",
			Reason: "Perlu pemeriksaan di rumah sakit"}}}
}

// served counts a visit of written by hand, with its members.
func (f *flow) served(v homecare.Visit, professions ...string) {
	f.count("visits_by_village", v.Village, 1, 1)
	f.count("visits_by_service", "family_nursing_care", 0, 1)
	for _, profession := range professions {
		f.count("visits_by_profession", profession, 0, 1)
	}
}

// late sends the record of a visit that took place before the death that
// cancelled it: it is accepted, counts on its own day, and is marked late.
func (f *flow) late(ctx context.Context) error {
	f.at(10, 9)
	planned := f.cases[fmt.Sprintf("visit%d", dying)]
	in := written(f.from.AddDate(0, 0, 4).Add(time.Duration(8+2*dying) * time.Hour))
	in.VisitID = planned.ID
	v, err := f.perawat.RecordVisit(ctx, in)
	if err != nil {
		return err
	}
	if v.State != "completed" || !v.Late || v.CountsOn != clock.Day(in.ArrivedAt) {
		return surprise("kiriman terlambat", v.State)
	}
	f.served(v, "physician", "nurse", "midwife")
	f.count("visits_by_village", v.Village, 3, -1)
	column := 0
	if f.people[dying].sex == "P" {
		column = 1
	}
	f.count("patients_by_age", "y60_up", column, 1)
	f.say("terlambat",
		"kunjungan %s terkirim sesudah kematian membatalkannya: diterima, ditandai terlambat, dihitung pada harinya",
		v.CountsOn)
	return nil
}

// parked parks a visit of a midwife who had left the case's team. It waits until
// the koordinator has asked her, and is then taken.
func (f *flow) parked(ctx context.Context) error {
	c, err := f.kepala.Case(ctx, f.cases[fmt.Sprint(inCare)].ID)
	if err != nil || c.Demands.TeamMode != "per_case" {
		return err // a standing team changes by decree
	}
	f.at(11, 8)
	if _, err = f.kepala.FormCaseTeam(ctx, c.ID, c.Version, homecare.CaseTeam{Reason: "Bidan bertugas di posyandu",
		Members: []homecare.TeamMemberInput{{AccountID: f.staff["petugas1"].AccountID, Lead: true},
			{AccountID: f.staff["petugas2"].AccountID}}}); err != nil {
		return err
	}
	in := written(f.at(11, 10))
	in.Visit, in.PerformedBy = &homecare.PlanVisit{CaseID: c.ID}, f.staff["petugas3"].AccountID
	f.at(12, 9)
	_, err = f.perawat.RecordVisit(ctx, in)
	kept, is := errors.AsType[*homecare.ParkedError](err)
	if !is {
		return surprise("kunjungan di luar tim", err)
	}
	waits, err := f.koordinator.Parked(ctx, kept.ID)
	if err != nil {
		return err
	}
	f.say("tertunda",
		"kunjungan bidan yang bukan anggota tim hari itu disimpan utuh (%s), menunggu koordinator sampai %s",
		waits.Reason, waits.DueOn)
	taken, err := f.koordinator.TakeParked(ctx, waits.ID, waits.Version,
		homecare.DecideParked{Note: "Bidan menggantikan perawat; keluarga membenarkan"})
	if err != nil {
		return err
	}
	v, err := f.koordinator.Visit(ctx, taken.ResultID)
	if err != nil {
		return err
	}
	if taken.State != "taken" || v.State != "completed" || v.PerformedBy != in.PerformedBy {
		return surprise("kiriman diambil", taken)
	}
	f.served(v, "midwife")
	f.say("tertunda", "diambil koordinator: kunjungan %s oleh bidan kini dihitung", v.CountsOn)
	return nil
}

// correct records a session that was missing in the month: the sent report stays
// official, the difference is shown, and a correction replaces it.
func (f *flow) correct(ctx context.Context) error {
	held := clock.Day(f.from.AddDate(0, 0, 19))
	e, err := f.bidan.AddEducationSession(ctx, homecare.NewEducationSession{Programme: f.programme,
		Village: f.done.Village, HeldOn: held,
		Topics: []string{"Perawatan luka"}, Method: "counselling", Participants: 14,
		ConductedBy: []string{f.staff["petugas3"].AccountID}})
	if err != nil {
		return err
	}
	sent, err := f.kepala.Report(ctx, f.report.ID)
	if err != nil {
		return err
	}
	if len(sent.Delta) != 2 {
		return surprise("selisih", sent.Delta)
	}
	for _, d := range sent.Delta {
		f.say("selisih", "%s %s: %d saat dikirim, %d sekarang", d.Label, d.Column, d.Frozen, d.Live)
	}
	f.count("education", "sessions", 0, 1)
	f.count("education", "participants", 0, int64(e.Participants))
	next, err := f.kepala.CorrectReport(ctx, sent.ID, sent.Version,
		homecare.Return{Note: "Penyuluhan " + held + " terlambat dicatat"})
	if err != nil {
		return err
	}
	if next, err = f.accepted(ctx, next, "Perbaikan diterima"); err != nil {
		return err
	}
	all, err := f.kepala.Reports(ctx, url.Values{"programme": {f.programme}, "month": {f.month},
		"state": {"superseded"}})
	if err != nil {
		return err
	}
	if len(all.Data) != 1 || all.Data[0].ID != sent.ID || next.Replaces != sent.Revision || next.Late {
		return surprise("perbaikan laporan", next)
	}
	f.say("perbaikan", "revisi %d dengan alasannya diterima Dinkes; revisi %d tetap terbaca sebagai digantikan",
		next.Revision, sent.Revision)
	f.report = next
	return nil
}
