package team

import (
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Service is the use cases of teams.
type Service struct {
	db     *pg.DB
	sealer *page.Sealer
	trail  *audit.Trail
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, sealer *page.Sealer, trail *audit.Trail) *Service {
	return &Service{db, sealer, trail}
}

func checkSpan(from, until string) error {
	var check fault.Check
	check.That(until == "" || until >= from, "/valid_until", "before_start", "Tidak boleh sebelum awal masa berlaku.",
		"This must not be before the decree comes into force.")
	return check.Err()
}

func notRun() error {
	var check fault.Check
	check.Add("/programme", "not_run", "Program ini tidak dijalankan puskesmas Anda.",
		"Your puskesmas does not run this programme.")
	return check.Err()
}
