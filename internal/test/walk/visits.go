package walk

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net/url"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/pkg/homecare"
)

// leftovers closes the visits that an earlier month's walk planned in this
// month: nobody was home.
func (f *flow) leftovers(ctx context.Context) error {
	f.at(4, 8)
	old, err := f.koordinator.Visits(ctx, url.Values{"programme": {f.programme}, "state": {"planned"}, "limit": {"500"},
		"date_from": {clock.Day(f.from)}, "date_to": {clock.Day(f.to.AddDate(0, 0, -1))}})
	if err != nil {
		return err
	}
	for _, v := range old.Data {
		if _, err := f.koordinator.MissVisit(ctx, v.ID, v.Version, homecare.MissVisit{ReasonCode: "not_home",
			Reason: "Keluarga sedang di kebun"}); err != nil {
			return err
		}
		// It was planned before the month's draft was opened; only missing it is new.
		f.count("visits_by_village", v.Village, 2, 1)
	}
	if len(old.Data) > 0 {
		f.say("HS 5d", "%d kunjungan dari bulan lalu dicatat tidak bertemu", len(old.Data))
	}
	return nil
}

// plan plans the visits per village (SOP HS 5d, KP B2). The database refuses
// one nurse at two stops at once. The items of the checklist are ticked (KP
// B3).
func (f *flow) plan(ctx context.Context) error {
	f.at(4, 9)
	for i := inCare; i <= referred; i++ {
		if i == unsuitable {
			continue
		}
		start := f.from.AddDate(0, 0, 4).Add(time.Duration(8+2*i) * time.Hour)
		v, err := f.koordinator.PlanVisit(ctx, homecare.PlanVisit{CaseID: f.cases[fmt.Sprint(i)].ID, StartsAt: &start,
			DurationMinutes: 60, Kind: "initial"})
		if err != nil {
			return err
		}
		f.count("visits_by_village", v.Village, 0, 1)
		f.cases[fmt.Sprintf("visit%d", i)] = homecare.Case{ID: v.ID, Version: v.Version, Village: v.Village}
	}
	clash := f.from.AddDate(0, 0, 4).Add(8*time.Hour + 30*time.Minute)
	_, err := f.koordinator.PlanVisit(ctx, homecare.PlanVisit{CaseID: f.cases["2"].ID, StartsAt: &clash,
		Members: []string{f.staff["petugas2"].AccountID}})
	p, err := refused("perawat di dua tempat sekaligus", err, "visit.team_clash")
	if err != nil {
		return err
	}
	f.say("HS 5d", "empat kunjungan dijadwalkan; bentrok ditolak: %s", p.Detail)
	list, err := f.perawat.Checklist(ctx, f.cases["visit0"].ID)
	if err != nil {
		return err
	}
	var items []string
	for _, item := range list.Items {
		items = append(items, item.Item)
	}
	ticked, err := f.perawat.TickChecklist(ctx, f.cases["visit0"].ID, list.Version,
		homecare.TickChecklist{Ticked: items})
	if err != nil {
		return err
	}
	if len(items) == 0 || ticked.Items[0].TickedAt == nil {
		return surprise("daftar alat", ticked)
	}
	f.say("KP B3", "%d alat dan bahan dicentang sebelum berangkat", len(items))
	return nil
}

// visit makes the first visit (SOP HS 5e, KP C1-C2, flow E-G).
func (f *flow) visit(ctx context.Context) error {
	arrived := f.at(5, 8)
	id := f.cases["visit0"].ID
	v, err := f.perawat.Visit(ctx, id)
	if err != nil {
		return err
	}
	if v, err = f.perawat.CheckIn(ctx, id, v.Version, homecare.CheckIn{ArrivedAt: arrived,
		Position: &homecare.Position{Latitude: -2.367, Longitude: 115.35, AccuracyM: 12}}); err != nil {
		return err
	}
	_, err = f.perawat.CompleteVisit(ctx, id, v.Version, homecare.CompleteVisit{DepartedAt: arrived.Add(time.Hour)})
	if err == nil {
		return surprise("selesai tanpa isi", "diterima")
	}
	f.say("HS 5e", "tiba; selesai tanpa rencana ditolak: %s", err)
	_, err = f.perawat.PutVitals(ctx, id, v.Version,
		homecare.VitalsPart{Vitals: []homecare.Vital{{Code: "sbp", Value: new(900.0)}}})
	if p, err := refused("tensi 900", err, "request.invalid"); err != nil {
		return err
	} else if len(p.Errors) == 0 {
		return surprise("tensi 900", p)
	}
	eight := []homecare.Vital{{Code: "sbp", Value: new(190.0)}, {Code: "dbp", Value: new(104.0)},
		{Code: "hr", Value: new(88.0)}, {Code: "rr", Value: new(18.0)},
		{Code: "temp", Value: new(36.7)}, {Code: "spo2", Value: new(97.0)}, {Code: "weight", Value: new(58.5)},
		{Code: "height", Value: new(155.0)}}
	for _, part := range []struct {
		name string
		body any
	}{
		{"anamnesis", homecare.Anamnesis{ChiefComplaint: "Nyeri kepala sejak tiga hari",
			PresentIllness: "Obat habis dua minggu", Informant: "patient"}},
		{"vitals", homecare.VitalsPart{Vitals: eight}},
		{"examination", homecare.Examination{General: "Tampak sakit ringan", Consciousness: "compos_mentis"}},
		{"diagnoses", homecare.DiagnosesPart{Diagnoses: []homecare.VisitDiagnosis{{Code: "I10", Role: "primary"}}}},
		{"services", *homecare.NewServicesPart(&homecare.LimitedMedicalCare{Adherence: "poor",
			Condition: "unchanged",
			Medications: []homecare.GivenMedicine{{Name: "Amlodipin", Dose: "10 mg", Schedule: "1 x 1",
				Days: new(30)}}},
			&homecare.FamilyNursingCare{
				Interventions: []string{"medication_supervision"}, Outcome: "partly_reached"})},
		{"education", homecare.Education{Topics: []string{"Diet rendah garam"}, Method: "counselling",
			TeachBack:   "understood",
			FamilyTasks: []homecare.FamilyTask{{Task: "Ingatkan minum obat setiap pagi"}}}},
		{"hazards", homecare.HazardsPart{Hazards: []homecare.Hazard{{Kind: "dog", Severity: "low",
			Note: "Anjing tetangga tidak diikat"}}}},
	} {
		if v, err = f.putPart(ctx, id, part.name, v.Version, part.body); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	f.count("top_diagnoses", "I10", 0, 1)
	f.count("visits_by_service", "limited_medical_care", 0, 1)
	f.count("visits_by_service", "family_nursing_care", 0, 1)
	f.say("KP E-G",
		"anamnesis, delapan tanda vital (900 mmHg ditolak), diagnosis I10, dua pelayanan, edukasi, bahaya: anjing")
	if err := f.photo(ctx, id); err != nil {
		return err
	}
	if v, err = f.alert(ctx, v); err != nil {
		return err
	}
	return f.finish(ctx, v, arrived)
}

func (f *flow) photo(ctx context.Context, visitID string) error {
	a, err := f.perawat.Upload(ctx, homecare.NewAttachment{Kind: "photo", SubjectKind: "visit", SubjectID: visitID,
		Caption: "Pengukuran tekanan darah", File: pixel})
	if err != nil {
		return err
	}
	got, err := f.perawat.AttachmentContent(ctx, a.ID)
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(got, []byte("\x89PNG")) {
		return surprise("foto", len(got))
	}
	f.say("KP 4", "foto dilampirkan (%d byte, tersimpan terenkripsi)", a.Size)
	return nil
}

// pixel is the smallest PNG.
var pixel, _ = base64.StdEncoding.DecodeString(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

// alert acknowledges the dangerous values. Until then the visit cannot be
// completed.
func (f *flow) alert(ctx context.Context, v homecare.Visit) (homecare.Visit, error) {
	found := false
	for _, a := range v.Alerts {
		if a.State != "open" {
			continue
		}
		found = true
		if _, err := f.dokter.AcknowledgeAlert(ctx, a.ID, a.Version,
			homecare.AcknowledgeAlert{
				Note: "Diberi amlodipin, dipantau satu jam, keluarga diberi tahu tanda bahaya"}); err != nil {
			return v, err
		}
	}
	if !found {
		return v, surprise("peringatan untuk sistol 190", v.Alerts)
	}
	f.say("HS 5e", "peringatan sistol 190 mmHg ditanggapi dokter")
	return f.perawat.Visit(ctx, v.ID)
}

func (f *flow) finish(ctx context.Context, v homecare.Visit, arrived time.Time) error {
	next := f.to.AddDate(0, 0, 4).Add(8 * time.Hour)
	due := clock.Day(f.from.AddDate(0, 0, 19))
	plan := homecare.VisitPlan{
		FollowUps: []homecare.PlannedFollowUp{
			{What: "Antar obat hipertensi", OwnerAccountID: f.staff["petugas2"].AccountID, DueOn: due},
			{What: "Usulkan bantuan jamban sehat", OwnerAccountID: f.staff["petugas2"].AccountID, DueOn: due},
		},
		NextVisit: &homecare.NextVisit{Date: clock.Day(next), StartsAt: &next},
	}
	v, err := f.perawat.PutPlan(ctx, v.ID, v.Version, plan)
	if err != nil {
		return err
	}
	f.at(5, 10)
	done, err := f.perawat.CompleteVisit(ctx, v.ID, v.Version,
		homecare.CompleteVisit{DepartedAt: arrived.Add(time.Hour)})
	if err != nil {
		return err
	}
	if done.State != "completed" || len(done.FollowUps) != 2 {
		return surprise("selesai", done.State)
	}
	f.count("visits_by_village", done.Village, 1, 1)
	f.count("follow_ups", "opened", 0, 2)
	p := f.people[inCare]
	column := 0
	if p.sex == "P" {
		column = 1
	}
	f.count("patients_by_age", "y60_up", column, 1)
	for _, profession := range []string{"physician", "nurse", "midwife"} {
		f.count("visits_by_profession", profession, 0, 1)
	}
	f.say("HS 5e", "selesai dengan rencana tindak lanjut; kunjungan berikutnya %s", clock.Day(next))
	f.done = done
	return nil
}

// handOver hands one follow-up over to another sector, which answers, and
// finishes the other (SOP KP 3).
func (f *flow) handOver(ctx context.Context) error {
	f.at(8, 9)
	h, err := f.perawat.HandOverFollowUp(ctx, f.done.FollowUps[1].ID, f.done.FollowUps[1].Version,
		homecare.HandOver{Unit: "Dinas Sosial Kabupaten Balangan", Note: "Keluarga tidak mampu"})
	if err != nil {
		return err
	}
	if h, err = f.perawat.AnswerFollowUp(ctx, h.ID, h.Version,
		homecare.AnswerFollowUp{Answer: "Masuk daftar penerima tahun depan"}); err != nil {
		return err
	}
	if h.State != "answered" {
		return surprise("lintas sektor", h)
	}
	f.count("follow_ups", "handed_over", 0, 1)
	f.count("follow_ups", "answered", 0, 1)
	d := f.done.FollowUps[0]
	if _, err = f.perawat.FinishFollowUp(ctx, d.ID, d.Version,
		homecare.CloseFollowUp{Result: "Obat diantar dan diminum"}); err != nil {
		return err
	}
	f.count("follow_ups", "done", 0, 1)
	f.say("KP 3", "satu tindak lanjut diserahkan ke lintas sektor dan dijawab, satu selesai")
	return nil
}

// educate holds a group session outside a visit (SOP HS 2c, KP 2).
func (f *flow) educate(ctx context.Context) error {
	f.at(9, 10)
	before, after := 45, 80
	e, err := f.perawat.AddEducationSession(ctx, homecare.NewEducationSession{Programme: f.programme,
		Village: f.done.Village, HeldOn: clock.Day(f.clock()),
		Topics: []string{"Hipertensi", "Diet rendah garam"}, Method: "group_session", Participants: 27,
		ConductedBy:     []string{f.staff["petugas2"].AccountID, f.staff["petugas3"].AccountID},
		EducationResult: homecare.EducationResult{KnowledgeBefore: &before, KnowledgeAfter: &after}})
	if err != nil {
		return err
	}
	f.count("education", "sessions", 0, 1)
	f.count("education", "participants", 0, 27)
	f.say("KP 2", "penyuluhan kelompok di %s: %d peserta, pengetahuan %d%% menjadi %d%%", e.VillageName, e.Participants,
		*e.KnowledgeBefore, *e.KnowledgeAfter)
	return nil
}

// papers issues the lembar anamnese of the visit and the laporan kegiatan of
// its day (SOP HS 8).
func (f *flow) papers(ctx context.Context) error {
	sheet, err := f.perawat.IssueAnamnesisSheet(ctx, f.done.ID)
	if err != nil {
		return err
	}
	again, err := f.dokter.IssueAnamnesisSheet(ctx, f.done.ID)
	if err != nil {
		return err
	}
	if again.ID != sheet.ID {
		return surprise("lembar anamnese kedua", again)
	}
	activity, err := f.koordinator.IssueActivityReport(ctx, homecare.NewActivityReport{Programme: f.programme,
		Date: clock.Day(*f.done.ArrivedAt)})
	if err != nil {
		return err
	}
	for _, d := range []homecare.Document{sheet, activity} {
		b, err := f.koordinator.DocumentPDF(ctx, d.ID)
		if err != nil {
			return err
		}
		if !bytes.HasPrefix(b, []byte("%PDF")) {
			return surprise("PDF "+d.Kind, len(b))
		}
	}
	f.say("HS 8", "lembar anamnese %s dan laporan kegiatan %s diterbitkan", sheet.Number, activity.Number)
	return nil
}

// amend corrects a completed visit; both versions stay readable.
func (f *flow) amend(ctx context.Context) error {
	f.at(6, 9)
	v, err := f.perawat.Visit(ctx, f.cases["visit0"].ID)
	if err != nil {
		return err
	}
	_, err = f.perawat.PutAnamnesis(ctx, v.ID, v.Version, homecare.Anamnesis{ChiefComplaint: "Pusing"})
	if err == nil {
		return surprise("mengubah kunjungan selesai", "diterima")
	}
	amended, err := f.perawat.AmendVisit(ctx, v.ID, v.Version, homecare.AmendVisit{Reason: "Salah ketik keluhan utama",
		VisitParts: homecare.VisitParts{Anamnesis: &homecare.Anamnesis{ChiefComplaint: "Nyeri kepala sejak lima hari",
			Informant: "patient"}}})
	if err != nil {
		return err
	}
	first, err := f.perawat.VisitRevision(ctx, v.ID, 1)
	if err != nil {
		return err
	}
	if amended.Revision != 2 || first.Anamnesis == nil ||
		first.Anamnesis.ChiefComplaint == amended.Anamnesis.ChiefComplaint {
		return surprise("perbaikan", amended.Revision)
	}
	f.say("HS 8", "kunjungan selesai tidak diubah melainkan diperbaiki; kedua versi terbaca")
	return nil
}

// putPart writes one part of a visit's record; its name is that in the address.
func (f *flow) putPart(ctx context.Context, id, part string, version int64, body any) (v homecare.Visit, err error) {
	err = f.perawat.Do(ctx, homecare.Call{Method: "PUT", Path: "/v1/visits/" + id + "/" + part, IfMatch: version,
		Body: body, Out: &v})
	return v, err
}
