package walk

import (
	"bytes"
	"context"
	"fmt"
	"net/url"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/pkg/homecare"
)

// formTeams gives every approved case its team and its numbered letter (SOP KP
// flow C): a team per case for KUPINANG, the standing team for Homecare
// Sanggam.
func (f *flow) formTeams(ctx context.Context) error {
	f.at(2, 13)
	members := []homecare.TeamMemberInput{{AccountID: f.staff["petugas1"].AccountID, Lead: true},
		{AccountID: f.staff["petugas2"].AccountID}, {AccountID: f.staff["petugas3"].AccountID}}
	in := homecare.CaseTeam{Members: members, Letter: &homecare.AssignmentOrder{PeriodStart: clock.Day(f.clock()),
		PeriodEnd: clock.Day(f.to.AddDate(0, 1, 0)), Vehicle: "Sepeda motor dinas"}}
	if f.cases["0"].Demands.TeamMode == "standing" {
		team, err := f.standingTeam(ctx, members)
		if err != nil {
			return err
		}
		in = homecare.CaseTeam{TeamID: team.ID}
	}
	for i := inCare; i <= referred; i++ {
		if i == unsuitable {
			continue
		}
		c := f.cases[fmt.Sprint(i)]
		c, err := f.kepala.FormCaseTeam(ctx, c.ID, c.Version, in)
		if err != nil {
			return err
		}
		if len(c.Team) != 3 {
			return surprise("tim", c.Team)
		}
		f.cases[fmt.Sprint(i)] = c
		if c.Demands.TeamMode == "per_case" && i == inCare {
			docs, err := f.kepala.Documents(ctx, url.Values{"case_id": {c.ID}})
			if err != nil {
				return err
			}
			if len(docs.Data) == 0 {
				return surprise("surat tugas", docs)
			}
			if err := f.letter(ctx, "KP C", docs.Data[0], "surat tugas"); err != nil {
				return err
			}
		}
	}
	f.say("KP C", "Kepala membentuk tim: dokter (ketua), perawat, bidan")
	return nil
}

func (f *flow) standingTeam(ctx context.Context, members []homecare.TeamMemberInput) (homecare.Team, error) {
	teams, err := f.kepala.Teams(ctx, url.Values{"programme": {f.programme}})
	if err != nil {
		return homecare.Team{}, err
	}
	var team homecare.Team
	for _, t := range teams.Data {
		if t.Mode == "standing" {
			team = t
		}
	}
	if team.ID == "" {
		team, err = f.kepala.CreateTeam(ctx, homecare.NewTeam{Programme: f.programme, Name: "Tim Homecare Sanggam",
			DecreeNumber: "188.45/312/Kum Tahun 2022",
			ValidFrom:    "2022-01-03", Members: members})
		if err != nil {
			return team, err
		}
	}
	villages, err := f.kepala.Villages(ctx, url.Values{"puskesmas": {f.puskesmas}})
	if err != nil {
		return team, err
	}
	doc, err := f.kepala.AssignTeam(ctx, team.ID, homecare.TeamAssignment{Villages: []string{villages.Data[0].Code},
		AssignmentOrder: homecare.AssignmentOrder{PeriodStart: clock.Day(f.clock()),
			PeriodEnd: clock.Day(f.to.AddDate(0, 0, -1)), Vehicle: "Puskesmas keliling"}})
	if err != nil {
		return team, err
	}
	return team, f.letter(ctx, "HS 3", doc, "surat tugas tim tetap")
}

// letter reads a letter twice: a PDF, numbered, always the same bytes, without
// a patient's name in a letter of assignment, and found by /verify.
func (f *flow) letter(ctx context.Context, step string, doc homecare.Document, name string) error {
	first, err := f.kepala.DocumentPDF(ctx, doc.ID)
	if err != nil {
		return err
	}
	second, err := f.kepala.DocumentPDF(ctx, doc.ID)
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(first, []byte("%PDF")) || !bytes.Equal(first, second) || doc.Number == "" {
		return surprise(name, doc)
	}
	v, err := f.kepala.Verify(ctx, doc.Code)
	if err != nil {
		return err
	}
	if v.Number != doc.Number || v.Status != "valid" {
		return surprise("verifikasi "+name, v)
	}
	f.say(step, "%s nomor %s, %d byte PDF, terverifikasi", name, doc.Number, len(first))
	return nil
}

// review is the team's case review (SOP KP flow D).
func (f *flow) review(ctx context.Context) error {
	f.at(3, 8)
	for i := inCare; i <= referred; i++ {
		if i == unsuitable {
			continue
		}
		c := f.cases[fmt.Sprint(i)]
		c, err := f.dokter.ReviewCase(ctx, c.ID, c.Version, homecare.ReviewCase{
			Problems:        []string{"Hipertensi tidak terkontrol"},
			Goals:           []string{"Tekanan darah di bawah 140/90 dalam tiga bulan"},
			PlannedServices: []homecare.PlannedService{{Type: "limited_medical_care"}, {Type: "family_education"}},
			VisitFrequency:  homecare.VisitFrequency{Times: 1, EveryWeeks: 2},
			Participants:    []string{f.staff["petugas1"].AccountID, f.staff["petugas2"].AccountID},
		})
		if err != nil {
			return err
		}
		if c.State != "active" {
			return surprise("setelah tinjauan", c.State)
		}
		f.cases[fmt.Sprint(i)] = c
		f.count("cases", "activated", 0, 1)
		f.count("cases", "active", 0, 1)
	}
	f.say("KP D", "tinjauan kasus: masalah, tujuan, dua pelayanan, tiap dua minggu; empat kasus dilayani")
	return nil
}
