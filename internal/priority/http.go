package priority

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// GetPriorities answers the ranked list.
//
//	@Summary		List the targets, most urgent first
//	@Description	Prioritas sasaran (SOP HS 5c): total, reasons in words and points, and manual adjustments.
//					With programme: only persons without an open case in it.
//	@ID				listPriorities
//	@Tags			priorities
func (s *Service) GetPriorities() rest.Handler { return rest.Handle(http.StatusOK, s.Priorities) }

// PostRecompute rescores all persons.
//
//	@Summary		Rescore all targets
//	@Description	Hitung ulang prioritas: ages and due windows move with the day, and a new version of the rules
//					takes effect.
//	@ID				recomputePriorities
//	@Tags			priorities
func (s *Service) PostRecompute() rest.Handler { return rest.Handle(http.StatusOK, s.Recompute) }

// PostAdjustment moves a person manually.
//
//	@Summary		Move a person up or down the list manually
//	@Description	Ubah prioritas seseorang dengan alasan. It replaces an earlier adjustment; 0 points removes it.
//	@ID				adjustPriority
//	@Tags			priorities
func (s *Service) PostAdjustment() rest.Handler { return rest.Handle(http.StatusOK, s.Adjust) }

// GetRiskFactors answers a person's risk factors.
//
//	@Summary		List the risk factors of a person
//	@Description	Faktor risiko dari fakta semua sumber, most urgent first. Of several readings the latest
//					counts (SOP HS 5b).
//	@ID				listRiskFactors
//	@Tags			registry
func (s *Service) GetRiskFactors() rest.Handler { return rest.Handle(http.StatusOK, s.RiskFactors) }

// GetRuleSets answers the versions of the rules.
//
//	@Summary		List the versions of the priority rules, newest first
//	@Description	Aturan prioritas: the versions that Dinkes published.
//	@ID				listPriorityRules
//	@Tags			priorities
func (s *Service) GetRuleSets() rest.Handler { return rest.Handle(http.StatusOK, s.RuleSets) }

// PostRuleSet adds a version of the rules.
//
//	@Summary		Add a version of the priority rules
//	@Description	Tambah versi aturan prioritas. It is valid from effective_from; each puskesmas then
//					recomputes its list.
//	@ID				addPriorityRules
//	@Tags			priorities
func (s *Service) PostRuleSet() rest.Handler { return rest.Handle(http.StatusCreated, s.AddRuleSet) }

// GetRiskCodes answers the codes that rules may name.
//
//	@Summary		List the risk codes
//	@Description	Kode risiko yang dapat dipakai aturan prioritas.
//	@ID				listRiskCodes
//	@Tags			priorities
func (s *Service) GetRiskCodes() rest.Handler { return rest.Handle(http.StatusOK, s.RiskCodes) }
