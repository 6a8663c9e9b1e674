package visit

import (
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/visit/record"
	"github.com/balangan/homecare/pkg/homecare"
)

// visitStep is one act on a visit. It locks the visit, compares the act with the
// facts at its time, the version with the caller's, and the state with the act, and
// calls f. The answer is the visit after the act. pointer names the member with the
// time.
func (s *Service) visitStep(tx pg.Tx, id string, do Action, a act, pointer string,
	f func(*recording) (audit.Event, error)) (homecare.Visit, error) {
	r, err := s.open(tx, id, a, record.Parts{})
	if err != nil {
		return homecare.Visit{}, err
	}
	if err := r.judge(pointer); err != nil {
		return homecare.Visit{}, err
	}
	if do != DoMiss {
		r.alreadyRecorded()
	}
	if r.contradiction != nil {
		return homecare.Visit{}, r.contradiction
	}
	to, err := after(r.v, do, a)
	if err != nil && do == DoMiss && r.was != Missed {
		return homecare.Visit{}, ErrClosed.Contradicts("visit", id, a.by, a.at)
	}
	if err := tx.Stale(r.v.Version); err != nil {
		return homecare.Visit{}, err
	}
	if err != nil {
		return homecare.Visit{}, refused(tx, r.v, err)
	}
	e, err := f(r)
	if err != nil {
		return homecare.Visit{}, err
	}
	e.Before, e.After = audit.StateOf(string(r.was)), audit.StateOf(string(to))
	return r.save(e)
}
