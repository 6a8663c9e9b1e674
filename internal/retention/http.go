package retention

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// GetDue lists the records that may be destroyed.
//
//	@Summary		List records past their retention
//	@Description	Daftar rekam medis yang melewati masa simpan: the last contact was 25 years ago or more.
//	@ID				listRetentionDue
//	@Tags			trust
func (s *Service) GetDue() rest.Handler { return rest.Handle(http.StatusOK, s.Due) }

// GetRetention answers how long a record is kept.
//
//	@Summary		Get a record's retention
//	@Description	Masa simpan rekam medis: until when the record is kept, its hold and proposal; for a destroyed
//					record, what remains.
//	@ID				getRetention
//	@Tags			trust
func (s *Service) GetRetention() rest.Handler { return rest.Handle(http.StatusOK, s.Get) }

// PostHold places a hold.
//
//	@Summary		Hold a record
//	@Description	Tangguhkan pemusnahan: the record stays beyond its retention period while a dispute or
//					inquiry lasts.
//	@ID				holdRecord
//	@Tags			trust
func (s *Service) PostHold() rest.Handler { return rest.Handle(http.StatusOK, s.Hold) }

// PostRelease releases a hold.
//
//	@Summary		Release a held record
//	@Description	Akhiri penangguhan pemusnahan.
//	@ID				releaseRecord
//	@Tags			trust
func (s *Service) PostRelease() rest.Handler { return rest.Handle(http.StatusOK, s.Release) }

// PostPropose proposes a destruction.
//
//	@Summary		Propose to destroy a record
//	@Description	Usulkan pemusnahan rekam medis yang melewati masa simpan; Kepala carries it out.
//	@ID				proposeDestruction
//	@Tags			trust
func (s *Service) PostPropose() rest.Handler { return rest.Handle(http.StatusOK, s.Propose) }

// PostDestroy destroys a record.
//
//	@Summary		Destroy a record
//	@Description	Musnahkan rekam medis secara permanen: the person's key, letters, files and clinical text are
//					destroyed; counts stay. It requires a proposal by another account and a recent proof of
//					identity. It cannot be undone.
//	@ID				destroyRecord
//	@Tags			trust
func (s *Service) PostDestroy() rest.Handler { return rest.Handle(http.StatusOK, s.Destroy) }
