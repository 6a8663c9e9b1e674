package report

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostReport opens a draft.
//
//	@Summary		Open the monthly report
//	@Description	Buka draf laporan bulanan of a programme and month (SOP HS 5i, KP C3). A draft of the running month is allowed; its figures grow until it is submitted.
//	@ID				draftReport
//	@Tags			reports
//	@Param			body	body		homecare.DraftReport	true	"Programme and month"
//	@Success		201		{object}	homecare.Report
//	@Router			/v1/reports [post]
func (s *Service) PostReport() rest.Handler { return rest.Handle(http.StatusCreated, s.Draft) }

// GetReports lists reports.
//
//	@Summary		List monthly reports
//	@Description	Daftar laporan bulanan, newest month first, without figures. Dinkes sees those that were sent.
//	@ID				listReports
//	@Tags			reports
//	@Param			programme	query		string	false	"Only this programme"	example(kupinang)
//	@Param			month		query		string	false	"Only this month, YYYY-MM"	example(2026-11)
//	@Param			state		query		string	false	"Only this state"	Enums(draft, withdrawn, submitted, sent, accepted, returned, archived, superseded)
//	@Param			puskesmas	query		string	false	"Only this puskesmas (slug)"	maxlength(41)
//	@Param			limit		query		int		false	"Rows per page"	minimum(1)	maximum(500)	default(50)
//	@Param			cursor		query		string	false	"next_cursor of the page before"	maxlength(1000)
//	@Success		200			{object}	homecare.Page[homecare.Report]
//	@Router			/v1/reports [get]
func (s *Service) GetReports() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// GetReport answers one report.
//
//	@Summary		Read a monthly report
//	@Description	Baca laporan bulanan with its figures: live in a draft, frozen from submission on. Of a report that was sent, delta lists for the puskesmas what its records say otherwise by now.
//	@ID				getReport
//	@Tags			reports
//	@Param			id	path		string	true	"Report"	format(uuid)
//	@Success		200	{object}	homecare.Report
//	@Router			/v1/reports/{id} [get]
func (s *Service) GetReport() rest.Handler { return rest.Handle(http.StatusOK, s.Get) }

// GetEvents answers a report's history.
//
//	@Summary		List the transitions of a report
//	@Description	Riwayat laporan: who moved it, when and why. Dinkes reads it from the sending on.
//	@ID				listReportEvents
//	@Tags			reports
//	@Param			id	path		string	true	"Report"	format(uuid)
//	@Success		200	{object}	homecare.Page[homecare.ReportEvent]
//	@Router			/v1/reports/{id}/events [get]
func (s *Service) GetEvents() rest.Handler { return rest.Handle(http.StatusOK, s.Events) }

// PatchReport changes the note of a draft.
//
//	@Summary		Change the note of a draft
//	@Description	Ubah catatan draf laporan (kendala dan rencana tindak lanjut).
//	@ID				setReportNote
//	@Tags			reports
//	@Param			id		path		string				true	"Report"	format(uuid)
//	@Param			body	body		homecare.ReportNote	true	"The note"
//	@Success		200		{object}	homecare.Report
//	@Router			/v1/reports/{id} [patch]
func (s *Service) PatchReport() rest.Handler { return rest.Handle(http.StatusOK, s.SetNote) }

// PostSubmit freezes a report.
//
//	@Summary		Submit a report
//	@Description	Ajukan laporan: the figures are frozen and Kepala is asked to sign; only after the month ended and with none of its visits left open. Warns of parked acts of the month that wait (parked_waiting).
//	@ID				submitReport
//	@Tags			reports
//	@Param			id		path		string				true	"Report"	format(uuid)
//	@Param			body	body		homecare.Decision	true	"A note"
//	@Success		200		{object}	homecare.Report
//	@Router			/v1/reports/{id}/submit [post]
func (s *Service) PostSubmit() rest.Handler { return rest.Handle(http.StatusOK, s.Submit) }

// PostRedraft sends a submitted report back to draft.
//
//	@Summary		Send a submitted report back to draft
//	@Description	Kembalikan laporan ke draf (Kepala), with the reason.
//	@ID				redraftReport
//	@Tags			reports
//	@Param			id		path		string			true	"Report"	format(uuid)
//	@Param			body	body		homecare.Return	true	"Why"
//	@Success		200		{object}	homecare.Report
//	@Router			/v1/reports/{id}/redraft [post]
func (s *Service) PostRedraft() rest.Handler { return rest.Handle(http.StatusOK, s.Redraft) }

// PostSend signs and sends a report.
//
//	@Summary		Sign and send a report to Dinkes
//	@Description	Tanda tangani dan kirim laporan ke Dinkes (Kepala). Whoever submitted it may not sign it.
//	@ID				sendReport
//	@Tags			reports
//	@Param			id		path		string				true	"Report"	format(uuid)
//	@Param			body	body		homecare.Decision	true	"A note"
//	@Success		200		{object}	homecare.Report
//	@Router			/v1/reports/{id}/send [post]
func (s *Service) PostSend() rest.Handler { return rest.Handle(http.StatusOK, s.Send) }

// PostAccept accepts a report.
//
//	@Summary		Accept a report
//	@Description	Terima laporan (Dinkes).
//	@ID				acceptReport
//	@Tags			reports
//	@Param			id		path		string				true	"Report"	format(uuid)
//	@Param			body	body		homecare.Decision	true	"A note"
//	@Success		200		{object}	homecare.Report
//	@Router			/v1/reports/{id}/accept [post]
func (s *Service) PostAccept() rest.Handler { return rest.Handle(http.StatusOK, s.Accept) }

// PostReturn returns a report.
//
//	@Summary		Return a report with notes
//	@Description	Kembalikan laporan dengan catatan (Dinkes): that version stays readable and its next revision opens as a draft.
//	@ID				returnReport
//	@Tags			reports
//	@Param			id		path		string			true	"Report"	format(uuid)
//	@Param			body	body		homecare.Return	true	"What to correct"
//	@Success		200		{object}	homecare.Report
//	@Router			/v1/reports/{id}/return [post]
func (s *Service) PostReturn() rest.Handler { return rest.Handle(http.StatusOK, s.Return) }

// PostArchive archives a report.
//
//	@Summary		Archive an accepted report
//	@Description	Arsipkan laporan yang diterima: from then on it does not change (SOP HS, arsip).
//	@ID				archiveReport
//	@Tags			reports
//	@Param			id		path		string				true	"Report"	format(uuid)
//	@Param			body	body		homecare.Decision	true	"A note"
//	@Success		200		{object}	homecare.Report
//	@Router			/v1/reports/{id}/archive [post]
func (s *Service) PostArchive() rest.Handler { return rest.Handle(http.StatusOK, s.Archive) }

// PostWithdraw ends a draft.
//
//	@Summary		Withdraw a draft
//	@Description	Tarik draf laporan, with the reason: it ends unsent, and the month can be opened anew.
//	@ID				withdrawReport
//	@Tags			reports
//	@Param			id		path		string			true	"Report"	format(uuid)
//	@Param			body	body		homecare.Return	true	"Why"
//	@Success		200		{object}	homecare.Report
//	@Router			/v1/reports/{id}/withdraw [post]
func (s *Service) PostWithdraw() rest.Handler { return rest.Handle(http.StatusOK, s.Withdraw) }

// PostCorrect opens a correction.
//
//	@Summary		Correct an accepted report
//	@Description	Buka perbaikan laporan yang sudah diterima atau diarsipkan (Kepala), with the reason: its next revision opens as a draft; the older one stays official until Dinkes accepts that.
//	@ID				correctReport
//	@Tags			reports
//	@Param			id		path		string			true	"Report"	format(uuid)
//	@Param			body	body		homecare.Return	true	"Why"
//	@Success		201		{object}	homecare.Report
//	@Router			/v1/reports/{id}/correct [post]
func (s *Service) PostCorrect() rest.Handler { return rest.Handle(http.StatusCreated, s.Correct) }

// PostReopen has a report corrected.
//
//	@Summary		Have an accepted report corrected
//	@Description	Minta perbaikan laporan yang sudah diterima atau diarsipkan (Dinkes), with the reason: its next revision opens as a draft at the puskesmas; this one stays official meanwhile.
//	@ID				reopenReport
//	@Tags			reports
//	@Param			id		path		string			true	"Report"	format(uuid)
//	@Param			body	body		homecare.Return	true	"What to correct"
//	@Success		200		{object}	homecare.Report
//	@Router			/v1/reports/{id}/reopen [post]
func (s *Service) PostReopen() rest.Handler { return rest.Handle(http.StatusOK, s.Reopen) }

// GetPDF answers a report as PDF.
//
//	@Summary		Read a report as PDF
//	@Description	Laporan bulanan sebagai PDF dengan kop resmi. A draft is marked as one.
//	@ID				getReportPdf
//	@Tags			reports
//	@Produce		application/pdf
//	@Param			id	path		string	true	"Report"	format(uuid)
//	@Success		200	{file}		file
//	@Router			/v1/reports/{id}/pdf [get]
func (s *Service) GetPDF() rest.Handler { return rest.HandleFile(s.PDF) }

// GetXLSX answers a report as a workbook.
//
//	@Summary		Read a report as XLSX
//	@Description	Laporan bulanan sebagai lembar kerja XLSX.
//	@ID				getReportXlsx
//	@Tags			reports
//	@Produce		application/vnd.openxmlformats-officedocument.spreadsheetml.sheet
//	@Param			id	path		string	true	"Report"	format(uuid)
//	@Success		200	{file}		file
//	@Router			/v1/reports/{id}/xlsx [get]
func (s *Service) GetXLSX() rest.Handler { return rest.HandleFile(s.XLSX) }

// GetStatus lists where the reports of a month stand.
//
//	@Summary		Which reports are there, late or missing
//	@Description	Status laporan setiap puskesmas dan program pada satu bulan, yang terlambat dan belum masuk terlihat (Dinkes).
//	@ID				listReportStatus
//	@Tags			dashboards
//	@Param			month	query		string	true	"Month, YYYY-MM"	example(2026-11)
//	@Success		200		{object}	homecare.Page[homecare.ReportStatus]
//	@Router			/v1/dashboards/reports [get]
func (s *Service) GetStatus() rest.Handler { return rest.Handle(http.StatusOK, s.Status) }
