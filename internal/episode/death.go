package episode

import (
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// overtaken is the reason for voiding a refusal letter when the person dies.
const overtaken = "Kasus berakhir karena pasien meninggal."

// died marks the person as deceased and ends the person's other open cases, in
// every team.
func (s *Service) died(tx pg.Tx, r row, e homecare.CaseEnd) error {
	if err := s.voidRefusal(tx, r, overtaken); err != nil {
		return err
	}
	others, err := lockOpen(tx, r.PatientID, r.ID)
	if err != nil {
		return err
	}
	if err := patient.MarkDeceasedIn(tx, r.PatientID, e.Date); err != nil {
		return err
	}
	return s.endByDeath(tx, others, e)
}

// endByDeath ends open cases by a death.
func (s *Service) endByDeath(tx pg.Tx, open []row, e homecare.CaseEnd) error {
	for _, o := range open {
		before := o.State
		if err := s.voidRefusal(tx, o, overtaken); err != nil {
			return err
		}
		if err := insertEnding(tx, o.ID, e); err != nil {
			return err
		}
		o.Ending, o.EndedOn = &e.Kind, &e.Date
		if err := s.pass(tx, &o, deed{action: end, by: e.PerformedBy, on: e.Date, reason: e.Death.Cause}); err != nil {
			return err
		}
		if err := s.trail.Record(tx, audit.Event{Action: "case.end", SubjectKind: "case", SubjectID: o.ID,
			Reason: e.Death.Cause,
			Before: map[string]any{"state": before}, After: map[string]any{"state": o.State, "ending": e.Kind}}); err !=
			nil {
			return err
		}
	}
	return nil
}
