package privacy

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Receive records a request; its answer is due 3x24 hours after it was received.
// Error: fault.ErrInvalid.
func (s *Service) Receive(ctx context.Context, in homecare.NewDataSubjectRequest) (homecare.DataSubjectRequest, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.DataSubjectRequest, error) {
		var none homecare.DataSubjectRequest
		var check fault.Check
		check.That(!in.ReceivedAt.After(tx.Now().Add(time.Minute)), "/received_at", "future",
			"Waktu diterima tidak boleh di masa depan.", "It cannot have come in the future.")
		if err := cmp.Or(access.SeePersonIn(tx, in.PatientID), patient.UseIn(tx, in.PatientID)); errors.Is(err,
			fault.ErrNotFound) {
			check.Add("/patient_id", "unknown", "Orang ini tidak ada di registrasi.",
				"This person is not in the registry.")
		} else if err != nil {
			return none, err
		}
		if err := check.Err(); err != nil {
			return none, err
		}
		in.ID = pg.NewID(in.ID)
		if err := pg.Insert(tx, dataSubjectRequest{Created: tx.Created(), ID: in.ID, PatientID: in.PatientID,
			Kind: in.Kind, ReceivedAt: in.ReceivedAt, DueAt: in.ReceivedAt.Add(Notice), Channel: in.Channel,
			Note: in.Note, State: "open"}); err != nil {
			return none, err
		}
		r, err := requestIn(tx, in.ID)
		if err != nil {
			return none, err
		}
		return r, s.trail.Record(tx, audit.Event{Action: "data_subject_request.receive", SubjectKind: "patient",
			SubjectID: r.PatientID, After: r})
	})
}
