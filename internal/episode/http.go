package episode

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostCase proposes a case.
//
//	@Summary		Propose a case
//	@Description	Usulkan kasus (SOP KP A-B) untuk satu orang dalam satu program yang dijalankan puskesmas. The
//					case keeps the SOP version in force on proposed_on (at most 45 days back). One open case per
//					person and programme, and none that overlaps an earlier one.
//	@ID				proposeCase
//	@Tags			cases
func (s *Service) PostCase() rest.Handler { return rest.Handle(http.StatusCreated, s.Propose) }

// GetCases lists cases.
//
//	@Summary		List cases, newest proposal first
//	@Description	Daftar kasus. A petugas sees the cases of their teams and, until a team exists, their own
//					proposals; koordinator and kepala see all of the puskesmas.
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

// GetHistory answers what happened to a case.
//
//	@Summary		Get a case's history
//	@Description	Riwayat kasus: every transition with who did it on which day, who wrote it down and when, and
//					why, oldest first.
//	@ID				getCaseHistory
//	@Tags			cases
func (s *Service) GetHistory() rest.Handler { return rest.Handle(http.StatusOK, s.History) }

// PostApprove is the action approve.
//
//	@Summary		Approve a proposed case
//	@Description	Setujui usulan kasus (SOP KP C). Whoever proposed a case cannot approve it.
//	@ID				approveCase
//	@Tags			cases
func (s *Service) PostApprove() rest.Handler { return rest.Handle(http.StatusOK, s.Approve) }

// PostReject is the action reject.
//
//	@Summary		Reject a proposed case
//	@Description	Tolak usulan kasus, dengan alasan. Whoever proposed a case cannot reject it; they withdraw it.
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
//					which issues a surat tugas; team_id of a standing team otherwise. Replacing needs a reason; from
//					tells since when the team serves.
//	@ID				formCaseTeam
//	@Tags			cases
func (s *Service) PostFormTeam() rest.Handler { return rest.Handle(http.StatusOK, s.FormTeam) }

// PostReview is the action review.
//
//	@Summary		Record a case review
//	@Description	Tinjauan kasus (SOP KP D): problems, goals, planned services of the nine types, visit frequency,
//					and who took part. A later review replaces it; both stay readable.
//	@ID				reviewCase
//	@Tags			cases
func (s *Service) PostReview() rest.Handler { return rest.Handle(http.StatusOK, s.Review) }

// PostEnd is the action end.
//
//	@Summary		End a case
//	@Description	Akhiri kasus (SOP HS 5f-h): meninggal, menolak (waits for the signed letter), dirujuk (issues
//					the letter), an ending that Dinkes turned on, or salah catat (entered_in_error; koordinator and
//					Kepala, with a note; counts nowhere). Death and salah catat are possible from every open state,
//					a refusal from approved and active. Death closes all open cases of the person.
//	@ID				endCase
//	@Tags			cases
func (s *Service) PostEnd() rest.Handler { return rest.Handle(http.StatusOK, s.End) }

// PostRetractRefusal is the action retract-refusal.
//
//	@Summary		Take a refusal back
//	@Description	Cabut penolakan selama surat bertanda tangan belum dilampirkan: the letter becomes void and the
//					case is again what it was before, approved or active.
//	@ID				retractRefusal
//	@Tags			cases
func (s *Service) PostRetractRefusal() rest.Handler {
	return rest.Handle(http.StatusOK, s.RetractRefusal)
}

// PostRecordOutcome is the action referral-outcome.
//
//	@Summary		Record what the hospital answered
//	@Description	Catat hasil rujukan dari rumah sakit penerima. The closed case stays as it is; every answer is kept.
//	@ID				recordReferralOutcome
//	@Tags			cases
func (s *Service) PostRecordOutcome() rest.Handler {
	return rest.Handle(http.StatusOK, s.RecordOutcome)
}

// PostReopen is the action reopen.
//
//	@Summary		Continue an ended case as a new one
//	@Description	Buka lagi (misalnya rujuk balik): proposes a new case linked to the ended one, and answers the
//					new one; proposed_on as of a proposal, not before the end of this or another case of the person
//					and programme. Never for the deceased.
//	@ID				reopenCase
//	@Tags			cases
func (s *Service) PostReopen() rest.Handler { return rest.Handle(http.StatusCreated, s.Reopen) }

// PostRetractDeath is the action retract-death.
//
//	@Summary		Take a death back
//	@Description	Cabut kematian yang salah catat: the person lives, and every case that this death ended goes on
//					where it was; of two of a programme, from records that were merged, one goes on and the other
//					ends as merged. Planned visits that it cancelled return when they are still ahead and their hour
//					is free. A refusal that was on its way then is to be recorded again.
//	@ID				retractDeath
//	@Tags			cases
func (s *Service) PostRetractDeath() rest.Handler { return rest.Handle(http.StatusOK, s.RetractDeath) }

// PostCorrectDays is the action correct-days.
//
//	@Summary		Put the day of a proposal or an ending right
//	@Description	Perbaiki tanggal usulan atau tanggal berakhirnya kasus, dengan alasan. Not of a case that ended
//					as merged or entered in error. The day of a death is corrected for the person, for every case
//					that it ended and for the tasks that it cancelled; the SOP version stays. Bounds are those of
//					proposing and ending, and no other case of the person and programme may overlap; a day before or
//					after a visit that was made answers 409.
//	@ID				correctCaseDays
//	@Tags			cases
func (s *Service) PostCorrectDays() rest.Handler { return rest.Handle(http.StatusOK, s.CorrectDays) }
