package walk

import (
	"context"
	"net/url"

	"github.com/balangan/homecare/pkg/homecare"
)

// double registers a person a second time under another spelling, with a
// withdrawn consent. The koordinator merges the two, the refusal applies to the
// remaining one, and Kepala undoes the merge (SOP HS 5a: one person, one
// record).
func (f *flow) double(ctx context.Context) error {
	f.at(1, 11)
	stays, err := f.koordinator.Patient(ctx, f.people[inCare].id)
	if err != nil {
		return err
	}
	twin, err := f.bidan.RegisterPatient(ctx, homecare.NewPatient{Name: stays.Name, Sex: stays.Sex,
		BirthDate: stays.BirthDate, Village: stays.Village, Source: "hospital"})
	if err != nil {
		return err
	}
	given, err := f.koordinator.GiveConsent(ctx, twin.ID, homecare.NewConsent{Kind: "home_visit", GivenBy: stays.Name,
		Relation: "self", GivenOn: f.from.Format("2006-01-02")})
	if err != nil {
		return err
	}
	if _, err := f.koordinator.WithdrawConsent(ctx, twin.ID, given.ID, given.Version,
		homecare.ConsentWithdrawn{Reason: "Keluarga belum siap"}); err != nil {
		return err
	}
	pairs, err := f.koordinator.Duplicates(ctx, url.Values{"limit": {"500"}})
	if err != nil {
		return err
	}
	var pair homecare.Duplicate
	for _, p := range pairs.Data {
		if p.First.ID == stays.ID && p.Second.ID == twin.ID || p.First.ID == twin.ID && p.Second.ID == stays.ID {
			pair = p
		}
	}
	if pair.ID == "" {
		return surprise("usulan data ganda", len(pairs.Data))
	}
	if _, err := f.koordinator.MergeDuplicate(ctx, pair.ID, pair.Version, homecare.MergeDuplicate{KeepID: stays.ID,
		Reason: "Orang yang sama"}); err != nil {
		return err
	}
	_, err = f.koordinator.ProposeCase(ctx, homecare.NewCase{PatientID: stays.ID, Programme: f.programme,
		Origin: "walk_in", Reason: "Uji"})
	if _, err := refused("kasus sesudah digabung", err, "patient.consent_withdrawn"); err != nil {
		return err
	}
	gone, err := f.koordinator.Patient(ctx, twin.ID)
	if err != nil {
		return err
	}
	if gone.MergedInto != stays.ID {
		return surprise("data yang digabung", gone.MergedInto)
	}
	f.say("gabung",
		"dua data satu orang digabung; penarikan persetujuan ikut, nomor lama menunjuk ke yang dipertahankan")
	parted, err := f.kepala.UnmergePatient(ctx, twin.ID, gone.Version, homecare.Why{Reason: "Ternyata ibu dan anak"})
	if err != nil {
		return err
	}
	if parted.Patient.MergedInto != "" || len(parted.Kept)+len(parted.ToMove) > 0 {
		return surprise("pembatalan penggabungan", parted)
	}
	if _, err := f.koordinator.VoidPatient(ctx, twin.ID, parted.Patient.Version,
		homecare.Why{Reason: "Didaftarkan untuk uji"}); err != nil {
		return err
	}
	f.say("gabung", "Kepala membatalkan penggabungan: keduanya kembali seperti semula")
	return nil
}
