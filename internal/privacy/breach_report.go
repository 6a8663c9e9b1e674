package privacy

import (
	"context"
	"strconv"
	"time"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/outbox"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Report enters a breach into the register; notice is due 3x24 hours after it was
// found. Errors: fault.ErrInvalid, ErrPuskesmas, patient.ErrIdentifies.
func (s *Service) Report(ctx context.Context, in homecare.NewBreach) (homecare.Breach, error) {
	return ours(ctx, s.db, func(tx pg.Tx) (homecare.Breach, error) {
		var none homecare.Breach
		var check fault.Check
		check.That(in.AccountID != "" || in.SessionID != "" || in.Client != "", "/account_id", "one_of",
			"Isi akun, sesi, atau alamat perangkat yang bocor.",
			"Give the account, session or address of the credential.")
		check.That(!in.To.Before(in.From), "/to", "span", "Akhir harus sesudah awal.",
			"The end must not be before the start.")
		check.That(!in.FoundAt.Before(in.From), "/found_at", "span",
			"Kebocoran ditemukan sesudah terjadi, jadi waktu ini tidak boleh sebelum awalnya.",
			"A breach is found after it began: this must not be before its start.")
		check.That(!in.FoundAt.After(tx.Now().Add(time.Minute)), "/found_at", "future",
			"Waktu ditemukan tidak boleh di masa depan.", "It cannot have been found in the future.")
		check.That(ofDinkes(tx) == (in.Puskesmas != ""), "/puskesmas", "puskesmas",
			"Dinkes wajib mengisi puskesmas; puskesmas mengosongkannya.",
			"Dinkes names the puskesmas; a puskesmas leaves it out.")
		if err := check.Err(); err != nil {
			return none, err
		}
		where := tx.Principal().PuskesmasID
		if ofDinkes(tx) {
			var err error
			if where, err = bySlug(tx, in.Puskesmas); err != nil {
				return none, err
			}
		}
		if err := couldSee(tx, in.AccountID, where); err != nil {
			return none, err
		}
		if err := s.anonymousIn(tx, in.Puskesmas, "/what", in.What); err != nil {
			return none, err
		}
		in.ID = pg.NewID(in.ID)
		row := breach{Created: tx.Created(), ID: in.ID, FoundAt: in.FoundAt, What: in.What, Client: in.Client,
			AccountID: pg.Null(in.AccountID), SessionID: pg.Null(in.SessionID), FromAt: in.From, ToAt: in.To,
			DueAt: in.FoundAt.Add(Notice)}
		row.PuskesmasID = where
		if err := pg.Insert(tx, row); err != nil {
			return none, err
		}
		b, err := breachIn(tx, in.ID)
		if err != nil {
			return none, err
		}
		if err := s.trail.Record(tx, audit.Event{Action: "breach.report", SubjectKind: "breach", SubjectID: b.ID,
			After: b}); err != nil {
			return none, err
		}
		return b, outbox.Emit(tx, outbox.Event{Kind: BreachEvent, SubjectID: b.ID,
			Body: map[string]string{"puskesmas": strconv.Itoa(int(where))}})
	})
}

// couldSee checks that an account, "" for none, could see the persons of a puskesmas: it works
// or worked there, or belongs to Dinkes. Of Dinkes, a puskesmas knows the accounts that opened
// a break-glass there; no other was shown its persons. Error: fault.ErrInvalid.
func couldSee(tx pg.Tx, accountID string, puskesmas int16) error {
	if accountID == "" {
		return nil
	}
	works, err := pg.Scalar[bool](tx, `select exists (select from membership where account_id = $1
		and (puskesmas_id = $2 or puskesmas_id is null))
		or exists (select from break_glass where puskesmas_id = $2 and account_id = $1)`, accountID, puskesmas)
	if err != nil {
		return err
	}
	var check fault.Check
	check.That(works, "/account_id", "not_staff",
		"Akun ini bukan akun petugas puskesmas itu. Pilih dari daftar petugas.",
		"This is not an account of that puskesmas. Choose one from the list of staff.").
		Hint("GET /v1/staff, GET /v1/users")
	return check.Err()
}
