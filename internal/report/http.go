package report

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/rest"
)

// PostReport opens a draft.
//
//	@Summary		Open the monthly report
//	@Description	Buka draf laporan bulanan of a programme and month (SOP HS 5i, KP C3). A draft of the running
//					month is allowed; its figures grow until it is submitted.
//	@ID				draftReport
//	@Tags			reports
func (s *Service) PostReport() rest.Handler { return rest.Handle(http.StatusCreated, s.Draft) }

// GetReports lists reports.
//
//	@Summary		List monthly reports
//	@Description	Daftar laporan bulanan, newest month first, without figures. Dinkes sees those that were sent.
//	@ID				listReports
//	@Tags			reports
func (s *Service) GetReports() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// GetReport answers one report.
//
//	@Summary		Read a monthly report
//	@Description	Baca laporan bulanan with its figures: live in a draft, frozen from submission on. Of a report
//					that was sent, delta lists for the puskesmas what its records say otherwise by now.
//	@ID				getReport
//	@Tags			reports
func (s *Service) GetReport() rest.Handler { return rest.Handle(http.StatusOK, s.Get) }

// GetEvents answers a report's history.
//
//	@Summary		List the transitions of a report
//	@Description	Riwayat laporan: who moved it, when and why. Dinkes reads it from the sending on.
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

// PostSubmit freezes a report.
//
//	@Summary		Submit a report
//	@Description	Ajukan laporan: the figures are frozen and Kepala is asked to sign; only after the month ended
//					and with none of its visits left open. Warns of parked acts of the month that wait
//					(parked_waiting).
//	@ID				submitReport
//	@Tags			reports
func (s *Service) PostSubmit() rest.Handler { return rest.Handle(http.StatusOK, s.Submit) }

// PostRedraft sends a submitted report back to draft.
//
//	@Summary		Send a submitted report back to draft
//	@Description	Kembalikan laporan ke draf (Kepala), with the reason.
//	@ID				redraftReport
//	@Tags			reports
func (s *Service) PostRedraft() rest.Handler { return rest.Handle(http.StatusOK, s.Redraft) }

// PostSend signs and sends a report.
//
//	@Summary		Sign and send a report to Dinkes
//	@Description	Tanda tangani dan kirim laporan ke Dinkes (Kepala). Whoever submitted it may not sign it.
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
//	@Description	Kembalikan laporan dengan catatan (Dinkes): that version stays readable and its next revision
//					opens as a draft.
//	@ID				returnReport
//	@Tags			reports
func (s *Service) PostReturn() rest.Handler { return rest.Handle(http.StatusOK, s.Return) }

// PostArchive archives a report.
//
//	@Summary		Archive an accepted report
//	@Description	Arsipkan laporan yang diterima: from then on it does not change (SOP HS, arsip).
//	@ID				archiveReport
//	@Tags			reports
func (s *Service) PostArchive() rest.Handler { return rest.Handle(http.StatusOK, s.Archive) }

// PostWithdraw ends a draft.
//
//	@Summary		Withdraw a draft
//	@Description	Tarik draf laporan, with the reason: it ends unsent, and the month can be opened anew.
//	@ID				withdrawReport
//	@Tags			reports
func (s *Service) PostWithdraw() rest.Handler { return rest.Handle(http.StatusOK, s.Withdraw) }

// PostCorrect opens a correction.
//
//	@Summary		Correct an accepted report
//	@Description	Buka perbaikan laporan yang sudah diterima atau diarsipkan (Kepala), with the reason: its next
//					revision opens as a draft; the older one stays official until Dinkes accepts that.
//	@ID				correctReport
//	@Tags			reports
func (s *Service) PostCorrect() rest.Handler { return rest.Handle(http.StatusCreated, s.Correct) }

// PostReopen has a report corrected.
//
//	@Summary		Have an accepted report corrected
//	@Description	Minta perbaikan laporan yang sudah diterima atau diarsipkan (Dinkes), with the reason: its next
//					revision opens as a draft at the puskesmas; this one stays official meanwhile.
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

// GetStatus lists where the reports of a month stand.
//
//	@Summary		Which reports are there, late or missing
//	@Description	Status laporan setiap puskesmas dan program pada satu bulan, yang terlambat dan belum masuk
//					terlihat (Dinkes).
//	@ID				listReportStatus
//	@Tags			dashboards
func (s *Service) GetStatus() rest.Handler { return rest.Handle(http.StatusOK, s.Status) }
