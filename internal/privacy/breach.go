package privacy

import (
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// anonymousIn checks a text of the register, which Dinkes can read. Error:
// patient.ErrIdentifies.
func (s *Service) anonymousIn(tx pg.Tx, puskesmas, pointer, text string) error {
	t := patient.Text{Pointer: pointer, Text: text}
	if ofDinkes(tx) {
		where, err := bySlug(tx, puskesmas)
		if err != nil {
			return err
		}
		return patient.AnonymousAt(tx.Context(), s.db, where, t)
	}
	return patient.AnonymousIn(tx, t)
}

func allowedOnBreach(b homecare.Breach) []string {
	switch {
	case b.ClosedAt != nil:
		return nil
	case b.SubjectsNotifiedAt != nil && b.AgencyNotifiedAt != nil:
		return []string{"close"}
	}
	return []string{"notified"}
}

func (s *Service) changeBreach(tx pg.Tx, action string, before homecare.Breach, set map[string]any) (homecare.Breach,
	error) {
	if err := pg.Update[breach](tx, before.ID, set); err != nil {
		return before, err
	}
	after, err := breachIn(tx, before.ID)
	if err != nil {
		return after, err
	}
	return after, s.trail.Record(tx, audit.Event{Action: action, SubjectKind: "breach", SubjectID: after.ID,
		Before: before, After: after})
}
