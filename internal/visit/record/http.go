package record

import (
	"context"
	"net/http"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

type visitID struct {
	ID string `param:"id" json:"-"`
}

type getVisit struct {
	ID string `param:"id" json:"-"`
	// Records to include in full: patient, case, separated by commas.
	Expand call.Expand `query:"expand" json:"-" validate:"omitempty,max=40,anyof=patient case"`
}

type revisionParams struct {
	ID string `param:"id" json:"-"`
	// Number of the revision.
	N int `param:"n" json:"-" validate:"min=1"`
}

type onAmend struct {
	ID string `param:"id" json:"-"`
	homecare.AmendVisit
}

type onAnamnesis struct {
	ID string `param:"id" json:"-"`
	homecare.Anamnesis
}

type onVitalsPart struct {
	ID string `param:"id" json:"-"`
	homecare.VitalsPart
}

type onExamination struct {
	ID string `param:"id" json:"-"`
	homecare.Examination
}

type onDiagnosesPart struct {
	ID string `param:"id" json:"-"`
	homecare.DiagnosesPart
}

type onServicesPart struct {
	ID string `param:"id" json:"-"`
	homecare.ServicesPart
}

type onAssessmentsPart struct {
	ID string `param:"id" json:"-"`
	homecare.AssessmentsPart
}

type onLabsPart struct {
	ID string `param:"id" json:"-"`
	homecare.LabsPart
}

type onEducation struct {
	ID string `param:"id" json:"-"`
	homecare.Education
}

type onHazardsPart struct {
	ID string `param:"id" json:"-"`
	homecare.HazardsPart
}

type onConsumablesPart struct {
	ID string `param:"id" json:"-"`
	homecare.ConsumablesPart
}

type onVisitPlan struct {
	ID string `param:"id" json:"-"`
	homecare.VisitPlan
}

// GetVisit answers a visit.
//
//	@Summary		Read a visit with its complete record
//	@Description	Kunjungan dengan seluruh rekam medisnya.
//	@ID				getVisit
//	@Tags			visits
func (s *Service) GetVisit() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in getVisit) (homecare.Visit, error) {
		if in.Expand != "" {
			return s.GetExpanded(ctx, in.ID, in.Expand)
		}
		return s.Get(ctx, in.ID)
	})
}

// PutAnamnesis replaces the anamnesis sheet.
//
//	@Summary		Replace the anamnesis sheet
//	@Description	Lembar anamnese. Replaces the whole part of a visit in progress.
//	@ID				putAnamnesis
//	@Tags			record
func (s *Service) PutAnamnesis() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onAnamnesis) (homecare.Visit, error) {
		return s.Put(ctx, in.ID, Parts{VisitParts: homecare.VisitParts{Anamnesis: &in.Anamnesis}})
	})
}

// PutVitals replaces the vital signs.
//
//	@Summary		Replace the vital signs
//	@Description	Tanda vital. An impossible value is refused (implausible) with its limits; a dangerous one
//					raises an alert; a value without limits for the age gets a warning. Replaces the whole part
//					of a visit in progress.
//	@ID				putVitals
//	@Tags			record
func (s *Service) PutVitals() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onVitalsPart) (homecare.Visit, error) {
		return s.Put(ctx, in.ID, Parts{VisitParts: homecare.VisitParts{Vitals: &in.VitalsPart}})
	})
}

// PutExamination replaces the physical examination.
//
//	@Summary		Replace the physical examination
//	@Description	Pemeriksaan fisik. Replaces the whole part of a visit in progress.
//	@ID				putExamination
//	@Tags			record
func (s *Service) PutExamination() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onExamination) (homecare.Visit, error) {
		return s.Put(ctx, in.ID, Parts{VisitParts: homecare.VisitParts{Examination: &in.Examination}})
	})
}

// PutDiagnoses replaces the diagnoses (ICD-10).
//
//	@Summary		Replace the diagnoses (ICD-10)
//	@Description	Diagnosis. Replaces the whole part of a visit in progress.
//	@ID				putDiagnoses
//	@Tags			record
func (s *Service) PutDiagnoses() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onDiagnosesPart) (homecare.Visit, error) {
		return s.Put(ctx, in.ID, Parts{VisitParts: homecare.VisitParts{Diagnoses: &in.DiagnosesPart}})
	})
}

// PutServices replaces the services given.
//
//	@Summary		Replace the services given
//	@Description	Layanan yang diberikan, of the nine types of the SOP, each with its own data. Replaces the whole
//					part of a visit in progress.
//	@ID				putServices
//	@Tags			record
func (s *Service) PutServices() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onServicesPart) (homecare.Visit, error) {
		return s.Put(ctx, in.ID, Parts{VisitParts: homecare.VisitParts{Services: &in.ServicesPart}})
	})
}

// PutAssessments replaces the instruments applied.
//
//	@Summary		Replace the instruments applied
//	@Description	Instrumen: the server computes score and band; status says how certain the bands are. Replaces
//					the whole part of a visit in progress.
//	@ID				putAssessments
//	@Tags			record
func (s *Service) PutAssessments() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onAssessmentsPart) (homecare.Visit, error) {
		return s.Put(ctx, in.ID, Parts{VisitParts: homecare.VisitParts{Assessments: &in.AssessmentsPart}})
	})
}

// PutLabs replaces the limited laboratory.
//
//	@Summary		Replace the limited laboratory
//	@Description	Laboratorium terbatas; dangerous values raise alerts. Replaces the whole part of a visit in
//					progress.
//	@ID				putLabs
//	@Tags			record
func (s *Service) PutLabs() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onLabsPart) (homecare.Visit, error) {
		return s.Put(ctx, in.ID, Parts{VisitParts: homecare.VisitParts{Labs: &in.LabsPart}})
	})
}

// PutEducation replaces the education given.
//
//	@Summary		Replace the education given
//	@Description	Edukasi (KIE): topics, method, teach-back, the family's tasks. Replaces the whole part of a
//					visit in progress.
//	@ID				putEducation
//	@Tags			record
func (s *Service) PutEducation() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onEducation) (homecare.Visit, error) {
		return s.Put(ctx, in.ID, Parts{VisitParts: homecare.VisitParts{Education: &in.Education}})
	})
}

// PutHazards replaces hazards and incidents.
//
//	@Summary		Replace hazards and incidents
//	@Description	Bahaya dan insiden bagi petugas; also for a planned or missed visit. Replaces the whole part of
//					a visit in progress.
//	@ID				putHazards
//	@Tags			record
func (s *Service) PutHazards() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onHazardsPart) (homecare.Visit, error) {
		return s.Put(ctx, in.ID, Parts{Hazards: &in.HazardsPart})
	})
}

// PutConsumables replaces the consumables used.
//
//	@Summary		Replace the consumables used
//	@Description	Bahan habis pakai. Replaces the whole part of a visit in progress.
//	@ID				putConsumables
//	@Tags			record
func (s *Service) PutConsumables() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onConsumablesPart) (homecare.Visit, error) {
		return s.Put(ctx, in.ID, Parts{Consumables: &in.ConsumablesPart})
	})
}

// PutPlan replaces the plan.
//
//	@Summary		Replace the plan
//	@Description	Rencana tindak lanjut dan kunjungan berikutnya, atau usulan penghentian; it takes effect when
//					the visit is completed. Replaces the whole part of a visit in progress.
//	@ID				putPlan
//	@Tags			record
func (s *Service) PutPlan() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onVisitPlan) (homecare.Visit, error) {
		return s.Put(ctx, in.ID, Parts{Plan: &in.VisitPlan})
	})
}

// GetHazards lists hazards.
//
//	@Summary		List hazards and incidents, newest first
//	@Description	Bahaya dan insiden petugas di lapangan (SOP HS 2b), without patients.
//	@ID				listHazards
//	@Tags			alerts
func (s *Service) GetHazards() rest.Handler { return rest.Handle(http.StatusOK, s.Hazards) }

// PostAmend amends a completed visit.
//
//	@Summary		Amend a completed visit
//	@Description	Perbaiki rekam kunjungan yang selesai: the earlier version stays readable. Its performer and
//					its recorder may amend within 48 hours, Kepala always.
//	@ID				amendVisit
//	@Tags			visits
func (s *Service) PostAmend() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onAmend) (homecare.Visit, error) {
		return s.Amend(ctx, in.ID, in.AmendVisit)
	})
}

// GetRevisions lists the versions of a visit.
//
//	@Summary		List the versions of a completed visit
//	@Description	Riwayat perbaikan.
//	@ID				listVisitRevisions
//	@Tags			visits
func (s *Service) GetRevisions() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in visitID) (homecare.Page[homecare.VisitRevision],
		error) {
		return s.Revisions(ctx, in.ID)
	})
}

// GetRevision answers one version of a visit.
//
//	@Summary		Read one version of a completed visit
//	@Description	Satu versi rekam kunjungan, persis seperti pada waktu itu.
//	@ID				getVisitRevision
//	@Tags			visits
func (s *Service) GetRevision() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in revisionParams) (homecare.Visit, error) {
		return s.Revision(ctx, in.ID, in.N)
	})
}

// GetLastValues answers the newest values of a person.
//
//	@Summary		List the newest values of a person
//	@Description	Nilai terakhir setiap tanda vital, pemeriksaan laboratorium, dan instrumen, from completed visits
//					that the caller may see.
//	@ID				listLastValues
//	@Tags			patients
func (s *Service) GetLastValues() rest.Handler { return rest.Handle(http.StatusOK, s.LastValues) }
