package privacy

import (
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

func allowedOn(g homecare.BreakGlass, tx pg.Tx) []string {
	switch {
	case g.State == "open":
		return []string{"close"}
	case g.State != "reviewed" && !ofDinkes(tx):
		return []string{"review"}
	}
	return nil
}

func (s *Service) changeGlass(tx pg.Tx, action string, before homecare.BreakGlass, set string,
	args ...any) (homecare.BreakGlass, error) {
	if _, err := tx.Exec(`update break_glass set `+set+`, version = version + 1 where id = $1`,
		append([]any{before.ID}, args...)...); err != nil {
		return before, err
	}
	after, err := glassIn(tx, before.ID)
	if err != nil {
		return after, err
	}
	e := audit.Event{Action: action, SubjectKind: "break_glass", SubjectID: after.ID}
	if !ofDinkes(tx) { // Dinkes's trail is not sealed, so it omits the reason
		e.Before, e.After = before, after
	}
	return after, s.trail.Record(tx, e)
}
