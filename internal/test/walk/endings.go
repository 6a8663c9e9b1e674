package walk

import (
	"context"
	"fmt"
	"net/url"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/pkg/homecare"
)

// endings ends three cases (SOP HS 5f-h): a death cancels the planned visits, a
// refusal waits for the signed letter, a referral issues its letter.
func (f *flow) endings(ctx context.Context) error {
	f.at(9, 10)
	// The visits of the three were planned for the fifth and did not happen.
	for i := dying; i <= referred; i++ {
		if i == dying {
			continue
		}
		v, err := f.koordinator.Visit(ctx, f.cases[fmt.Sprintf("visit%d", i)].ID)
		if err != nil {
			return err
		}
		if _, err := f.koordinator.MissVisit(ctx, v.ID, v.Version, homecare.MissVisit{ReasonCode: "refused_at_door",
			Reason: "Tidak bersedia diperiksa hari itu"}); err != nil {
			return err
		}
		f.count("visits_by_village", v.Village, 2, 1)
	}
	if err := f.death(ctx); err != nil {
		return err
	}
	if err := f.refusal(ctx); err != nil {
		return err
	}
	return f.referral(ctx)
}

func (f *flow) end(ctx context.Context, i int, in homecare.CaseEnd) (homecare.Case, error) {
	c, err := f.dokter.Case(ctx, f.cases[fmt.Sprint(i)].ID)
	if err != nil {
		return c, err
	}
	in.Date = clock.Day(f.clock())
	if c, err = f.dokter.EndCase(ctx, c.ID, c.Version, in); err == nil {
		f.cases[fmt.Sprint(i)] = c
	}
	return c, err
}

func (f *flow) ended(kind string) {
	f.count("endings", kind, 0, 1)
	f.count("cases", "active", 0, -1)
}

func (f *flow) death(ctx context.Context) error {
	c, err := f.end(ctx, dying,
		homecare.CaseEnd{Kind: "death", Death: &homecare.Death{Place: "home", Cause: "Stroke berulang"}})
	if err != nil {
		return err
	}
	v, err := f.koordinator.Visit(ctx, f.cases[fmt.Sprintf("visit%d", dying)].ID)
	if err != nil {
		return err
	}
	if c.State != "terminated" || v.State != "cancelled" {
		return surprise("meninggal", c.State+", kunjungan "+v.State)
	}
	f.ended("death")
	f.count("visits_by_village", v.Village, 3, 1)
	_, err = f.perawat.ProposeCase(ctx, homecare.NewCase{PatientID: c.PatientID, Programme: f.programme,
		Origin: "other", Reason: "Coba lagi"})
	if _, err := refused("kasus untuk yang meninggal", err, "case.patient_deceased"); err != nil {
		return err
	}
	f.say("HS 5f,h", "meninggal: kasus ditutup, kunjungan terjadwal dibatalkan, usulan baru ditolak")
	return nil
}

func (f *flow) refusal(ctx context.Context) error {
	c, err := f.end(ctx, refusing, homecare.CaseEnd{Kind: "refusal",
		Refusal: &homecare.Refusal{Reason: "Memilih berobat ke keluarga di kota", Refused: "Kunjungan rumah lanjutan",
			Signer:  homecare.Signer{Name: "Anak Pasien (contoh)", Relation: "child"},
			Witness: "Ketua RT (contoh)", Risk: "Tekanan darah dapat memburuk tanpa pemantauan",
			Explains: f.staff["petugas1"].AccountID}})
	if err != nil {
		return err
	}
	if c.State != "terminating" {
		return surprise("menolak", c.State)
	}
	docs, err := f.dokter.Documents(ctx, url.Values{"case_id": {c.ID}, "kind": {"refusal_letter"}})
	if err != nil {
		return err
	}
	if len(docs.Data) != 1 {
		return surprise("surat pernyataan menolak", docs)
	}
	if err := f.letter(ctx, "HS 5g", docs.Data[0], "surat pernyataan menolak"); err != nil {
		return err
	}
	scan, err := f.perawat.Upload(ctx, homecare.NewAttachment{Kind: "signed_letter", SubjectKind: "document",
		SubjectID: docs.Data[0].ID, Caption: "Salinan bertanda tangan", File: pixel})
	if err != nil {
		return err
	}
	doc, err := f.dokter.Document(ctx, docs.Data[0].ID)
	if err != nil {
		return err
	}
	if _, err := f.dokter.AttachSignedCopy(ctx, doc.ID, doc.Version,
		homecare.SignedCopy{AttachmentID: scan.ID}); err != nil {
		return err
	}
	if c, err = f.dokter.Case(ctx, c.ID); err != nil {
		return err
	}
	if c.State != "terminated" {
		return surprise("setelah salinan bertanda tangan", c.State)
	}
	f.ended("refusal")
	f.say("HS 5g", "menolak: kasus baru ditutup setelah salinan bertanda tangan dilampirkan")
	return nil
}

func (f *flow) referral(ctx context.Context) error {
	c, err := f.end(ctx, referred, homecare.CaseEnd{Kind: "referral",
		Referral: &homecare.Referral{Hospital: "RSUD Balangan", Unit: "Poli Penyakit Dalam",
			Diagnoses: []homecare.ReferralDiagnosis{{Code: "I10"}}, Anamnesis: "Nyeri dada saat beraktivitas",
			Physical: "TD 180/110 mmHg, nadi 96",
			Therapy:  "Amlodipin 10 mg", Purpose: "Evaluasi dan tata laksana lanjut", Urgency: "elective"}})
	if err != nil {
		return err
	}
	docs, err := f.dokter.Documents(ctx, url.Values{"case_id": {c.ID}, "kind": {"referral_letter"}})
	if err != nil {
		return err
	}
	if c.State != "terminated" || len(docs.Data) != 1 {
		return surprise("rujukan", c.State)
	}
	f.ended("referral")
	if err := f.letter(ctx, "HS 5h", docs.Data[0], "surat rujukan"); err != nil {
		return err
	}
	_, err = f.dokter.EndCase(ctx, c.ID, c.Version, homecare.CaseEnd{Kind: "death", Date: clock.Day(f.clock()),
		Death: &homecare.Death{Place: "home", Cause: "-x-"}})
	p, err := refused("mengakhiri kasus yang sudah ditutup", err, "record.state")
	if err != nil {
		return err
	}
	f.say("HS 5f", "kasus yang ditutup tidak diakhiri lagi: keadaan %s, boleh %v", p.CurrentState, p.Allowed)
	return nil
}
