package report

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/rest"
)

// PostReport opens a draft.
//
//	@Summary		Open the monthly report
//	@Description	Buka draf laporan bulanan of a programme and month (SOP HS 5i, KP C3). A draft of the current
//					month is allowed; its figures are live until it is submitted.
//	@ID				draftReport
//	@Tags			reports
func (s *Service) PostReport() rest.Handler { return rest.Handle(http.StatusCreated, s.Draft) }

// GetReports lists reports.
//
//	@Summary		List monthly reports
//	@Description	Daftar laporan bulanan, newest month first, without figures. Dinkes sees sent reports only.
//	@ID				listReports
//	@Tags			reports
func (s *Service) GetReports() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// GetReport answers one report.
//
//	@Summary		Read a monthly report
//	@Description	Baca laporan bulanan with its figures: live in a draft, frozen from submission on. For a
//					submitted report, delta lists for the puskesmas how its records now differ.
//	@ID				getReport
//	@Tags			reports
func (s *Service) GetReport() rest.Handler { return rest.Handle(http.StatusOK, s.Get) }

// GetEvents answers the history of a report.
//
//	@Summary		List the transitions of a report
//	@Description	Riwayat laporan: who changed its state, when and why. Dinkes sees the transitions
//					from the sending on.
//	@ID				listReportEvents
//	@Tags			reports
func (s *Service) GetEvents() rest.Handler { return rest.Handle(http.StatusOK, s.Events) }

// PatchReport changes the note of a draft.
//
//	@Summary		Change the note of a draft
//	@Description	Ubah catatan draf laporan (kendala dan rencana tindak lanjut).
//	@ID				setReportNote
//	@Tags			reports
func (s *Service) PatchReport() rest.Handler { return rest.Handle(http.StatusOK, s.SetNote) }

// PostSubmit submits a report.
//
//	@Summary		Submit a report
//	@Description	Ajukan laporan: the figures are frozen and Kepala is asked to sign. Only after the month ended
//					and without open visits of the month. Warns of undecided parked acts of the month
//					(parked_waiting).
//	@ID				submitReport
//	@Tags			reports
func (s *Service) PostSubmit() rest.Handler { return rest.Handle(http.StatusOK, s.Submit) }

// PostRedraft returns a submitted report to draft.
//
//	@Summary		Return a submitted report to draft
//	@Description	Kembalikan laporan ke draf (Kepala), with the reason.
//	@ID				redraftReport
//	@Tags			reports
func (s *Service) PostRedraft() rest.Handler { return rest.Handle(http.StatusOK, s.Redraft) }

// PostSend signs and sends a report.
//
//	@Summary		Sign and send a report to Dinkes
//	@Description	Tanda tangani dan kirim laporan ke Dinkes (Kepala). The account that submitted the report
//					may not sign it.
//	@ID				sendReport
//	@Tags			reports
func (s *Service) PostSend() rest.Handler { return rest.Handle(http.StatusOK, s.Send) }

// PostAccept accepts a report.
//
//	@Summary		Accept a report
//	@Description	Terima laporan (Dinkes).
//	@ID				acceptReport
//	@Tags			reports
func (s *Service) PostAccept() rest.Handler { return rest.Handle(http.StatusOK, s.Accept) }

// PostReturn returns a report.
//
//	@Summary		Return a report with notes
//	@Description	Kembalikan laporan dengan catatan (Dinkes): this revision stays readable, and the next one
//					opens as a draft.
//	@ID				returnReport
//	@Tags			reports
func (s *Service) PostReturn() rest.Handler { return rest.Handle(http.StatusOK, s.Return) }

// PostArchive archives a report.
//
//	@Summary		Archive an accepted report
//	@Description	Arsipkan laporan yang diterima: it no longer changes (SOP HS, arsip).
//	@ID				archiveReport
//	@Tags			reports
func (s *Service) PostArchive() rest.Handler { return rest.Handle(http.StatusOK, s.Archive) }

// PostWithdraw withdraws a draft.
//
//	@Summary		Withdraw a draft
//	@Description	Tarik draf laporan, with the reason: it ends unsent, and the month can be opened
//					again.
//	@ID				withdrawReport
//	@Tags			reports
func (s *Service) PostWithdraw() rest.Handler { return rest.Handle(http.StatusOK, s.Withdraw) }

// PostCorrect opens a correction.
//
//	@Summary		Correct an accepted report
//	@Description	Buka perbaikan laporan yang sudah diterima atau diarsipkan (Kepala), with the reason: the next
//					revision opens as a draft. The earlier one stays official until Dinkes accepts it.
//	@ID				correctReport
//	@Tags			reports
func (s *Service) PostCorrect() rest.Handler { return rest.Handle(http.StatusCreated, s.Correct) }

// PostReopen requests a correction.
//
//	@Summary		Request a correction of an accepted report
//	@Description	Minta perbaikan laporan yang sudah diterima atau diarsipkan (Dinkes), with the reason: the next
//					revision opens as a draft at the puskesmas. This one stays official meanwhile.
//	@ID				reopenReport
//	@Tags			reports
func (s *Service) PostReopen() rest.Handler { return rest.Handle(http.StatusOK, s.Reopen) }

// GetPDF answers a report as PDF.
//
//	@Summary		Read a report as PDF
//	@Description	Laporan bulanan sebagai PDF dengan kop resmi. A draft is marked as one.
//	@ID				getReportPdf
//	@Tags			reports
func (s *Service) GetPDF() rest.Handler { return rest.HandleFile(s.PDF, call.PDF) }

// GetXLSX answers a report as a workbook.
//
//	@Summary		Read a report as XLSX
//	@Description	Laporan bulanan sebagai lembar kerja XLSX.
//	@ID				getReportXlsx
//	@Tags			reports
func (s *Service) GetXLSX() rest.Handler { return rest.HandleFile(s.XLSX, call.XLSX) }

// GetStatus lists the states of the reports of a month.
//
//	@Summary		List which reports were sent, are late or missing
//	@Description	Status laporan setiap puskesmas dan program pada satu bulan, termasuk yang terlambat dan
//					belum masuk (Dinkes).
//	@ID				listReportStatus
//	@Tags			dashboards
func (s *Service) GetStatus() rest.Handler { return rest.Handle(http.StatusOK, s.Status) }
