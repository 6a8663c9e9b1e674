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
//	@Param			limit	query		int		false	"Rows per page"	minimum(1)	maximum(500)	default(50)
//	@Param			cursor	query		string	false	"next_cursor of the page before"	maxlength(1000)
//	@Success		200		{object}	homecare.Page[homecare.RetentionDue]
//	@Router			/v1/retention/due [get]
func (s *Service) GetDue() rest.Handler { return rest.Handle(http.StatusOK, s.Due) }

// GetRetention answers how long a record is kept.
//
//	@Summary		Get a record's retention
//	@Description	Masa simpan rekam medis: until when it is kept, a hold, a proposal; of a destroyed one what remains.
//	@ID				getRetention
//	@Tags			trust
//	@Param			id	path		string	true	"Person"	format(uuid)
//	@Success		200	{object}	homecare.Retention
//	@Router			/v1/patients/{id}/retention [get]
func (s *Service) GetRetention() rest.Handler { return rest.Handle(http.StatusOK, s.Get) }

// PostHold places a hold.
//
//	@Summary		Hold a record
//	@Description	Tangguhkan pemusnahan: while a dispute or inquiry lasts, the record stays past its time.
//	@ID				holdRecord
//	@Tags			trust
//	@Param			id		path		string			true	"Person"	format(uuid)
//	@Param			body	body		homecare.Why	true	"Why"
//	@Success		200		{object}	homecare.Retention
//	@Router			/v1/patients/{id}/legal-hold [post]
func (s *Service) PostHold() rest.Handler { return rest.Handle(http.StatusOK, s.Hold) }

// PostRelease ends a hold.
//
//	@Summary		Release a held record
//	@Description	Akhiri penangguhan pemusnahan.
//	@ID				releaseRecord
//	@Tags			trust
//	@Param			id		path		string			true	"Person"	format(uuid)
//	@Param			body	body		homecare.Why	true	"Why"
//	@Success		200		{object}	homecare.Retention
//	@Router			/v1/patients/{id}/release-hold [post]
func (s *Service) PostRelease() rest.Handler { return rest.Handle(http.StatusOK, s.Release) }

// PostPropose proposes a destruction.
//
//	@Summary		Propose to destroy a record
//	@Description	Usulkan pemusnahan rekam medis yang melewati masa simpan; Kepala carries it out.
//	@ID				proposeDestruction
//	@Tags			trust
//	@Param			id		path		string			true	"Person"	format(uuid)
//	@Param			body	body		homecare.Why	true	"Why"
//	@Success		200		{object}	homecare.Retention
//	@Router			/v1/patients/{id}/propose-destruction [post]
func (s *Service) PostPropose() rest.Handler { return rest.Handle(http.StatusOK, s.Propose) }

// PostDestroy destroys a record.
//
//	@Summary		Destroy a record
//	@Description	Musnahkan rekam medis untuk selamanya: the person's key, letters, files and clinical text go; counts stay. Wants a proposal by somebody else and a recent proof of identity. Nothing brings it back.
//	@ID				destroyRecord
//	@Tags			trust
//	@Param			id		path		string			true	"Person"	format(uuid)
//	@Param			body	body		homecare.Why	true	"Why"
//	@Success		200		{object}	homecare.Retention
//	@Router			/v1/patients/{id}/destroy [post]
func (s *Service) PostDestroy() rest.Handler { return rest.Handle(http.StatusOK, s.Destroy) }
