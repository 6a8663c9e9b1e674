package followup

import (
	"context"
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

type taskID struct {
	ID string `param:"id" json:"-"`
}

type onHandOver struct {
	ID string `param:"id" json:"-"`
	homecare.HandOver
}

type onTakeBack struct {
	ID string `param:"id" json:"-"`
	homecare.TakeBack
}

type onAnswer struct {
	ID string `param:"id" json:"-"`
	homecare.AnswerFollowUp
}

type onClose struct {
	ID string `param:"id" json:"-"`
	homecare.CloseFollowUp
}

// PostFollowUp creates a task.
//
//	@Summary		Add a follow-up
//	@Description	Tambah tindak lanjut: what, by whom (an account or a unit outside the team), and
//					by when.
//	@ID				addFollowUp
//	@Tags			follow-ups
//	@Failure		404
func (s *Service) PostFollowUp() rest.Handler { return rest.Handle(http.StatusCreated, s.Add) }

// GetFollowUps lists tasks.
//
//	@Summary		List follow-ups by due date
//	@Description	Daftar tindak lanjut; overdue is derived from the due date.
//	@ID				listFollowUps
//	@Tags			follow-ups
func (s *Service) GetFollowUps() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// GetFollowUpByID answers a task.
//
//	@Summary		Read a follow-up
//	@Description	Satu tindak lanjut.
//	@ID				getFollowUp
//	@Tags			follow-ups
func (s *Service) GetFollowUpByID() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in taskID) (homecare.FollowUp, error) {
		return s.Get(ctx, in.ID)
	})
}

// PostHandOver hands a task over.
//
//	@Summary		Hand a follow-up over
//	@Description	Serahkan ke unit lintas program atau lintas sektor (SOP KP 3); it is tracked until answered.
//	@ID				handOverFollowUp
//	@Tags			follow-ups
func (s *Service) PostHandOver() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onHandOver) (homecare.FollowUp, error) {
		return s.HandOver(ctx, in.ID, in.HandOver)
	})
}

// PostTakeBack takes a task back.
//
//	@Summary		Take a follow-up back
//	@Description	Tarik kembali tindak lanjut yang diserahkan atau sudah dijawab, with the reason. The task is open
//					again.
//	@ID				takeBackFollowUp
//	@Tags			follow-ups
func (s *Service) PostTakeBack() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onTakeBack) (homecare.FollowUp, error) {
		return s.TakeBack(ctx, in.ID, in.TakeBack)
	})
}

// PostAnswer records the unit's answer.
//
//	@Summary		Record the unit's answer
//	@Description	Catat jawaban unit.
//	@ID				answerFollowUp
//	@Tags			follow-ups
func (s *Service) PostAnswer() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onAnswer) (homecare.FollowUp, error) {
		return s.Answer(ctx, in.ID, in.AnswerFollowUp)
	})
}

// PostDone closes a task.
//
//	@Summary		Finish a follow-up
//	@Description	Selesaikan tindak lanjut dengan hasilnya.
//	@ID				finishFollowUp
//	@Tags			follow-ups
func (s *Service) PostDone() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onClose) (homecare.FollowUp, error) {
		return s.Finish(ctx, in.ID, in.CloseFollowUp)
	})
}

// PostDrop drops a task.
//
//	@Summary		Cancel a follow-up
//	@Description	Batalkan tindak lanjut dengan alasannya.
//	@ID				cancelFollowUp
//	@Tags			follow-ups
func (s *Service) PostDrop() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, in onClose) (homecare.FollowUp, error) {
		return s.Drop(ctx, in.ID, in.CloseFollowUp)
	})
}
