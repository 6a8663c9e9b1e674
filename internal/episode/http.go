package episode

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostCase proposes a case.
//
//	@Summary		Propose a case
//	@Description	Usulkan kasus (SOP KP A-B) untuk satu orang dalam satu program yang dijalankan puskesmas. The
//					case keeps the SOP version in force on proposed_on (at most 45 days back). A person has one
//					open case per programme. A new case may not overlap an earlier one.
//	@ID				proposeCase
//	@Tags			cases
func (s *Service) PostCase() rest.Handler { return rest.Handle(http.StatusCreated, s.Propose) }

// GetCases lists cases.
//
//	@Summary		List cases, newest proposal first
//	@Description	Daftar kasus. A petugas sees the cases of their teams and, until a team exists, their own
//					proposals. Koordinator and Kepala see all cases of the puskesmas.
//	@ID				listCases
//	@Tags			cases
func (s *Service) GetCases() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// GetCase answers one case.
//
//	@Summary		Get a case
//	@Description	Satu kasus dengan tim, tinjauan terakhir, dan cara berakhirnya.
//	@ID				getCase
//	@Tags			cases
func (s *Service) GetCase() rest.Handler { return rest.Handle(http.StatusOK, s.Get) }

// GetHistory answers the history of a case.
//
//	@Summary		Get a case's history
//	@Description	Riwayat kasus: every transition, oldest first, with the performer, the day, the recorder, the
//					time of recording and the reason.
//	@ID				getCaseHistory
//	@Tags			cases
func (s *Service) GetHistory() rest.Handler { return rest.Handle(http.StatusOK, s.History) }

// PostApprove is the action approve.
//
//	@Summary		Approve a proposed case
//	@Description	Setujui usulan kasus (SOP KP C). A caller cannot approve a case that they
//					proposed.
//	@ID				approveCase
//	@Tags			cases
func (s *Service) PostApprove() rest.Handler { return rest.Handle(http.StatusOK, s.Approve) }

// PostReject is the action reject.
//
//	@Summary		Reject a proposed case
//	@Description	Tolak usulan kasus, dengan alasan. A caller cannot reject a case that they proposed; they can
//					withdraw it.
//	@ID				rejectCase
//	@Tags			cases
func (s *Service) PostReject() rest.Handler { return rest.Handle(http.StatusOK, s.Reject) }

// PostWithdraw is the action withdraw.
//
//	@Summary		Withdraw a proposed case
//	@Description	Tarik kembali usulan kasus, dengan alasan.
//	@ID				withdrawCase
//	@Tags			cases
func (s *Service) PostWithdraw() rest.Handler { return rest.Handle(http.StatusOK, s.Withdraw) }

// PostFormTeam is the action team.
//
//	@Summary		Form or replace a case's team
//	@Description	Bentuk atau ganti tim (SOP KP C): members with one lead where the SOP forms a team per case,
//					which issues a surat tugas; otherwise the team_id of a standing team. Replacing a team needs a
//					reason. from is the first day of the team.
//	@ID				formCaseTeam
//	@Tags			cases
func (s *Service) PostFormTeam() rest.Handler { return rest.Handle(http.StatusOK, s.FormTeam) }

// PostReview is the action review.
//
//	@Summary		Record a case review
//	@Description	Tinjauan kasus (SOP KP D): problems, goals, planned services of the nine types, visit frequency,
//					and participants. A later review replaces it. Both stay readable.
//	@ID				reviewCase
//	@Tags			cases
func (s *Service) PostReview() rest.Handler { return rest.Handle(http.StatusOK, s.Review) }

// PostEnd is the action end.
//
//	@Summary		End a case
//	@Description	Akhiri kasus (SOP HS 5f-h): meninggal, menolak (waits for the signed letter), dirujuk (issues
//					the letter), an ending that Dinkes enabled, or salah catat (entered_in_error: by koordinator or
//					Kepala, with a note, counted nowhere). Death and salah catat are possible in every open state,
//					refusal in approved and active. A death closes all open cases of the person.
//	@ID				endCase
//	@Tags			cases
func (s *Service) PostEnd() rest.Handler { return rest.Handle(http.StatusOK, s.End) }

// PostRetractRefusal is the action retract-refusal.
//
//	@Summary		Retract a refusal
//	@Description	Cabut penolakan selama surat bertanda tangan belum dilampirkan: the letter becomes void and the
//					case returns to its earlier state, approved or active.
//	@ID				retractRefusal
//	@Tags			cases
func (s *Service) PostRetractRefusal() rest.Handler {
	return rest.Handle(http.StatusOK, s.RetractRefusal)
}

// PostRecordOutcome is the action referral-outcome.
//
//	@Summary		Record the hospital's answer to a referral
//	@Description	Catat hasil rujukan dari rumah sakit penerima. The closed case does not change. Every answer is
//					kept.
//	@ID				recordReferralOutcome
//	@Tags			cases
func (s *Service) PostRecordOutcome() rest.Handler {
	return rest.Handle(http.StatusOK, s.RecordOutcome)
}

// PostReopen is the action reopen.
//
//	@Summary		Continue an ended case as a new one
//	@Description	Buka lagi (misalnya rujuk balik): proposes a new case linked to the ended one and answers the
//					new case. proposed_on has the bounds of a proposal and is not before the end of any case of
//					this person and programme. A deceased person's case cannot be reopened.
//	@ID				reopenCase
//	@Tags			cases
func (s *Service) PostReopen() rest.Handler { return rest.Handle(http.StatusCreated, s.Reopen) }

// PostRetractDeath is the action retract-death.
//
//	@Summary		Retract a death
//	@Description	Cabut kematian yang salah catat: the person is alive, and every case that this death ended
//					returns to its earlier state. Where records were merged and two cases of one programme return,
//					one continues and the other ends as merged. Planned visits that the death cancelled return if
//					they are in the future and their hour is free. A refusal that was waiting for its letter must be
//					recorded again.
//	@ID				retractDeath
//	@Tags			cases
func (s *Service) PostRetractDeath() rest.Handler { return rest.Handle(http.StatusOK, s.RetractDeath) }

// PostCorrectDays is the action correct-days.
//
//	@Summary		Correct the day of a proposal or an ending
//	@Description	Perbaiki tanggal usulan atau tanggal berakhirnya kasus, dengan alasan. Not for a case that ended
//					as merged or entered in error. The day of a death is corrected for the person, for every case
//					that it ended and for the tasks that it cancelled. The SOP version does not change. The bounds
//					are those of proposing and ending, and no other case of the person and programme may overlap. A
//					day that leaves a completed visit outside the case answers 409.
//	@ID				correctCaseDays
//	@Tags			cases
func (s *Service) PostCorrectDays() rest.Handler { return rest.Handle(http.StatusOK, s.CorrectDays) }
