package retention

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// GetDue lists whose records may be destroyed.
//
//	@Summary		List records past their retention
//	@Description	Daftar rekam medis yang melewati masa simpan: the last contact was 25 years ago or more.
//	@ID				listRetentionDue
//	@Tags			trust
func (s *Service) GetDue() rest.Handler { return rest.Handle(http.StatusOK, s.Due) }

// GetRetention answers how long a record is kept.
//
//	@Summary		Get a record's retention
//	@Description	Masa simpan rekam medis: until when it is kept, a hold, a proposal; of a destroyed one what remains.
//	@ID				getRetention
//	@Tags			trust
func (s *Service) GetRetention() rest.Handler { return rest.Handle(http.StatusOK, s.Get) }

// PostHold places a hold.
//
//	@Summary		Hold a record
//	@Description	Tangguhkan pemusnahan: while a dispute or inquiry lasts, the record stays past its time.
//	@ID				holdRecord
//	@Tags			trust
func (s *Service) PostHold() rest.Handler { return rest.Handle(http.StatusOK, s.Hold) }

// PostRelease ends a hold.
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
//	@Description	Musnahkan rekam medis untuk selamanya: the person's key, letters, files and clinical text go;
//					counts stay. Wants a proposal by somebody else and a recent proof of identity. Nothing brings it
//					back.
//	@ID				destroyRecord
//	@Tags			trust
func (s *Service) PostDestroy() rest.Handler { return rest.Handle(http.StatusOK, s.Destroy) }
