package alert

import (
	"github.com/balangan/homecare/internal/platform/pg"
)

// CaseMergedIn moves the open alerts of a case that ended as merged to the
// other case. For episode.Service.CaseMerged.
func (s *Service) CaseMergedIn(tx pg.Tx, fromID, toID string) error {
	_, err := tx.Exec(`update alert set case_id = $2, version = version + 1 where case_id = $1 and state = 'open'`,
		fromID, toID)
	return err
}
