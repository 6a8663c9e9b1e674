package patient

import (
	"context"
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostPatient registers a person.
//
//	@Summary		Register a person
//	@Description	Daftarkan sasaran yang datang tanpa berkas: a walk-in, a hospital discharge, a report. A NIK
//					supplies a missing sex and birth date. It is unique per puskesmas.
//	@ID				registerPatient
//	@Tags			registry
func (s *Service) PostPatient() rest.Handler { return rest.Handle(http.StatusCreated, s.Register) }

// GetPatient answers one person.
//
//	@Summary		Get a person
//	@Description	Data sasaran; nomor identitas disamarkan (the first six and last two digits are
//					shown).
//	@ID				getPatient
//	@Tags			registry
func (s *Service) GetPatient() rest.Handler { return rest.Handle(http.StatusOK, s.Get) }

// PatchPatient changes a person.
//
//	@Summary		Change a person
//	@Description	Ubah data sasaran: absent members stay, null clears. The death of a person with an open case
//					is recorded at the case.
//	@ID				changePatient
//	@Tags			registry
func (s *Service) PatchPatient() rest.Handler { return rest.Handle(http.StatusOK, s.Change) }

// GetPatients lists the persons.
//
//	@Summary		List persons by name
//	@Description	Daftar sasaran puskesmas Anda menurut nama, without merged or voided ones.
//	@ID				listPatients
//	@Tags			registry
func (s *Service) GetPatients() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in listParams) (listed, error) {
		all, err := s.List(ctx, in)
		return listed{all}, err
	})
}

// PostSearch searches persons.
//
//	@Summary		Search persons
//	@Description	Cari sasaran dengan tepat satu cara: nik, bpjs_card, phone, or the beginning of the name and a
//					birth date. The search is a POST so that no personal data is in a URL. Every search is
//					recorded. `truncated` says that more persons fit than the limit allows.
//	@ID				searchPatients
//	@Tags			registry
func (s *Service) PostSearch() rest.Handler { return rest.Handle(http.StatusOK, s.Search) }

// PostReveal shows a person's numbers.
//
//	@Summary		Show a person's numbers in full
//	@Description	Tampilkan nomor identitas lengkap untuk suatu keperluan. The audit trail records who, when and
//					for what purpose.
//	@ID				revealPatient
//	@Tags			registry
func (s *Service) PostReveal() rest.Handler { return rest.Handle(http.StatusOK, s.Reveal) }

// PostVoid voids a person.
//
//	@Summary		Void a person registered by mistake
//	@Description	Batalkan data yang keliru: nothing is deleted, and the NIK is free for another
//					person.
//	@ID				voidPatient
//	@Tags			registry
func (s *Service) PostVoid() rest.Handler { return rest.Handle(http.StatusOK, s.Void) }

// PostMerge merges a person into another.
//
//	@Summary		Merge a person into another
//	@Description	Gabungkan data ganda ke orang yang dipertahankan (into_id): sources, facts, open cases and
//					planned visits move; nothing is deleted. The answer is the remaining person.
//	@ID				mergePatient
//	@Tags			registry
func (s *Service) PostMerge() rest.Handler { return rest.Handle(http.StatusOK, s.Merge) }

// PostUnmerge undoes a merge.
//
//	@Summary		Undo a merge
//	@Description	Batalkan penggabungan data ganda (Kepala), within 30 days and the newest merge first. {id} is
//					the record that was merged. What the merge moved goes back, cases with everything recorded on
//					them since. kept lists what changed meanwhile and stays; to_move lists what was recorded
//					since on the remaining person alone.
//	@ID				unmergePatient
//	@Tags			registry
func (s *Service) PostUnmerge() rest.Handler { return rest.Handle(http.StatusOK, s.Unmerge) }

// GetMerges answers the merges of a person.
//
//	@Summary		List the merges of a person
//	@Description	Riwayat penggabungan data orang ini, newest first, with the time until which each can be undone.
//	@ID				listPatientMerges
//	@Tags			registry
func (s *Service) GetMerges() rest.Handler { return rest.Handle(http.StatusOK, s.Merges) }

// GetTimeline answers a person's record.
//
//	@Summary		List what is known of a person, newest first
//	@Description	Garis waktu rekam medis: sources, facts, cases and visits. A petugas sees the cases and visits
//					of their own teams only.
//	@ID				getPatientTimeline
//	@Tags			registry
func (s *Service) GetTimeline() rest.Handler { return rest.Handle(http.StatusOK, s.Timeline) }

// GetSources answers which sources named a person.
//
//	@Summary		List the sources that named a person
//	@Description	Sumber data yang menyebut sasaran ini, first and last time (SOP HS 5a).
//	@ID				listPatientSources
//	@Tags			registry
func (s *Service) GetSources() rest.Handler { return rest.Handle(http.StatusOK, s.Sources) }

// GetHousehold answers a household.
//
//	@Summary		Get a household with its members
//	@Description	Keluarga (KK) dengan anggotanya, and the indicators and index (IKS) of its PIS-PK survey.
//	@ID				getHousehold
//	@Tags			registry
func (s *Service) GetHousehold() rest.Handler { return rest.Handle(http.StatusOK, s.Household) }
