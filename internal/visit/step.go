package visit

import (
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/visit/record"
	"github.com/balangan/homecare/pkg/homecare"
)

// visitStep is one act on a visit: it locks it, holds the act against what was true
// then, the version against the one that the caller saw, and the state against the
// act, and gives it to f; the answer is the visit as it then stands. pointer names
// the member that gave the time.
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
