package privacy

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/mail"
	"github.com/balangan/homecare/internal/platform/outbox"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// BreakGlassEvent is emitted when Dinkes opens a person.
const BreakGlassEvent = "break_glass.opened"

// Faults of break-glass.
var (
	ErrGlassEnded = fault.Define(fault.Forbidden, "break_glass.ended",
		"Akses darurat ini sudah berakhir atau ditutup. Buka yang baru dengan alasan baru bila masih diperlukan.",
		"This break-glass has expired or was closed. Open another one with a reason of its own if it is still needed.")
	ErrGlassOpen = fault.Define(fault.Conflict, "break_glass.open",
		"Akses darurat Anda untuk orang ini masih terbuka. Pakai akses itu.",
		"Your break-glass for this person is still open. Use that one.").Hint("GET /v1/break-glass")
)

const glassState = `case when g.reviewed_at is not null then 'reviewed' when g.closed_at is not null then 'closed' when g.expires_at <= clock_timestamp() then 'expired' else 'open' end as state`

// glassColumns are those that Dinkes may read; not whom it is about nor what
// Kepala found.
const glassColumns = `g.id, s.slug as puskesmas, g.account_id, g.account_name, g.reason, ` + glassState + `, g.opened_at, g.expires_at, g.closed_at, g.reviewed_at, g.version`

const glassFrom = ` from break_glass g join puskesmas s on s.id = g.puskesmas_id `

// accesses are the columns that the puskesmas sees besides, and the count of the answers that showed the person by this break-glass: all
// after its opening and before the next one of the same account for the same
// person (two are never open at once).
const accesses = `, g.patient_id, coalesce(g.finding, '') as finding, (select count(*)::int from access_person p join access_event e on e.puskesmas_id = p.puskesmas_id and e.id = p.access_id
	where p.puskesmas_id = g.puskesmas_id and p.patient_id = any (same_person(g.patient_id))
		and e.account_id = g.account_id and e.permission = 'GET /v1/break-glass/{id}/record' and p.at >= g.opened_at
		and p.at < coalesce((select min(n.opened_at) from break_glass n where n.puskesmas_id = g.puskesmas_id and n.patient_id = g.patient_id and n.account_id = g.account_id and n.opened_at > g.opened_at), 'infinity')) as accesses`

func selectGlass(tx pg.Tx) string {
	if ofDinkes(tx) {
		return `select ` + glassColumns + glassFrom
	}
	return `select ` + glassColumns + accesses + glassFrom
}

func glassIn(tx pg.Tx, id string) (homecare.BreakGlass, error) {
	return pg.Row[homecare.BreakGlass](tx, selectGlass(tx)+`where g.id = $1`, id)
}

// Open opens one person of a puskesmas to the calling dinkes_admin for at most
// an hour; Kepala is told. Errors: fault.ErrInvalid, ErrPuskesmas,
// fault.ErrNotFound (no such person there; that it was tried stays in Dinkes's
// trail, so that nobody asks for numbers unseen), ErrGlassOpen.
func (s *Service) Open(ctx context.Context, in homecare.OpenBreakGlass) (homecare.BreakGlass, error) {
	nobody := false
	g, err := s.open(ctx, in, &nobody)
	if !nobody {
		return g, err
	}
	p, _ := auth.From(ctx)
	_, kept := pg.System(ctx, s.db, "break-glass refused", func(tx pg.Tx) (struct{}, error) {
		return struct{}{}, s.trail.Record(tx, audit.Event{Action: "break_glass.refused", SubjectKind: "account", SubjectID: p.UserID})
	})
	if kept != nil {
		return g, kept
	}
	return g, err
}

func (s *Service) open(ctx context.Context, in homecare.OpenBreakGlass, nobody *bool) (homecare.BreakGlass, error) {
	return pg.DistrictWrite(ctx, s.db, func(tx pg.Tx) (homecare.BreakGlass, error) {
		var none homecare.BreakGlass
		var check fault.Check
		check.That((in.PatientID == "") != (in.NIK == ""), "/patient_id", "one_of", "Isi salah satu: patient_id atau nik.", "Give exactly one of patient_id and nik.")
		if err := check.Err(); err != nil {
			return none, err
		}
		where, err := bySlug(tx, in.Puskesmas)
		if err != nil {
			return none, err
		}
		if err := patient.AnonymousAt(ctx, s.db, where, patient.Text{Pointer: "/reason", Text: in.Reason}); err != nil {
			return none, err
		}
		var nik []byte
		if in.NIK != "" {
			k, err := s.db.Keys().For(where)
			if err != nil {
				return none, err
			}
			nik = patient.IndexesOf(k, patient.Numbers{NIK: in.NIK}).NIK
		}
		if in.ID == "" {
			in.ID = uuid.Must(uuid.NewV7()).String()
		}
		outcome, err := pg.Scalar[string](tx, `select break_glass_open($1, $2::uuid, $3::uuid, $4, $5, $6)`, where, in.ID, pg.Null(in.PatientID), nik, in.Reason, in.Minutes)
		switch {
		case err != nil:
			return none, err
		case outcome == "unknown":
			*nobody = true
			return none, fault.ErrNotFound
		case outcome == "open":
			return none, ErrGlassOpen
		}
		g, err := glassIn(tx, in.ID)
		if err != nil {
			return none, err
		}
		// The reason stays with the record that Kepala reads.
		if err := s.trail.Record(tx, audit.Event{Action: "break_glass.open", SubjectKind: "break_glass", SubjectID: g.ID}); err != nil {
			return none, err
		}
		return g, outbox.Emit(tx, outbox.Event{Kind: BreakGlassEvent, SubjectID: g.ID, Body: map[string]string{"puskesmas": strconv.Itoa(int(where))}})
	})
}

// List returns break-glasses, newest first: Kepala those of the own puskesmas,
// Dinkes those that the caller opened.
func (s *Service) List(ctx context.Context, in page.Request) (homecare.Page[homecare.BreakGlass], error) {
	return ours(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.BreakGlass], error) {
		return glasses.Read(tx, s.sealer, in, selectGlass(tx), &pg.Where{})
	})
}

var glasses = list.List[homecare.BreakGlass, glassKey]{
	Name: "break-glass", Key: func(g homecare.BreakGlass) glassKey { return glassKey{g.OpenedAt, g.ID} },
}

type glassKey struct {
	At time.Time `list:"g.opened_at desc"`
	ID string    `list:"g.id uuid desc"`
}

// shownRecord tells the access log of the other puskesmas whom it shows.
type shownRecord struct {
	homecare.BreakGlassRecord
	of int16
}

// Shows is the one person, of a puskesmas that is not the caller's.
func (r shownRecord) Shows() access.Persons {
	return access.Persons{Patients: []string{r.Patient.ID}, Puskesmas: r.of}
}

// glassRow is what the function of the database answers.
type glassRow struct {
	Ended          bool   `json:"ended"`
	PuskesmasID    int16  `json:"puskesmas_id"`
	KeyWrapped     []byte `json:"key_wrapped"`
	IdentitySealed []byte `json:"identity_sealed"`
	homecare.BreakGlassRecord
}

// Record returns the person of an open break-glass of the caller. Errors:
// fault.ErrNotFound, ErrGlassEnded.
func (s *Service) Record(ctx context.Context, in idParams) (shownRecord, error) {
	return pg.DistrictWrite(ctx, s.db, func(tx pg.Tx) (shownRecord, error) {
		var none shownRecord
		raw, err := pg.Scalar[[]byte](tx, `select break_glass_record($1)`, in.ID)
		if err != nil {
			return none, err
		}
		if raw == nil {
			return none, fault.ErrNotFound
		}
		var row glassRow
		if err := json.Unmarshal(raw, &row); err != nil {
			return none, err
		}
		if row.Ended {
			return none, ErrGlassEnded
		}
		k, err := s.db.Keys().For(row.PuskesmasID)
		if err != nil {
			return none, err
		}
		if err := patient.MaskNumbers(k, &row.Patient, row.KeyWrapped, row.IdentitySealed); err != nil {
			return none, err
		}
		row.Puskesmas, err = pg.Scalar[string](tx, `select slug from puskesmas where id = $1`, row.PuskesmasID)
		return shownRecord{row.BreakGlassRecord, row.PuskesmasID}, err
	})
}

// lockGlass returns a break-glass that If-Match names, locked.
func lockGlass(tx pg.Tx, id string) (homecare.BreakGlass, error) {
	if _, err := pg.Scalar[string](tx, `select id from break_glass where id = $1 for update`, id); err != nil {
		return homecare.BreakGlass{}, err
	}
	g, err := glassIn(tx, id)
	if err != nil {
		return g, err
	}
	return g, tx.Stale(g.Version)
}

// Close ends a break-glass before its time: by who opened it or by Kepala.
// Errors: fault.ErrNotFound, fault.ErrStale, fault.ErrState.
func (s *Service) Close(ctx context.Context, in idParams) (homecare.BreakGlass, error) {
	return ours(ctx, s.db, func(tx pg.Tx) (homecare.BreakGlass, error) {
		g, err := lockGlass(tx, in.ID)
		if err != nil {
			return g, err
		}
		if g.State != "open" {
			return g, fault.State(g.State, access.Allowed(tx, "/v1/break-glass/{id}", allowedOn(g, tx)...)...)
		}
		return s.changeGlass(tx, "break_glass.close", g, `closed_at = clock_timestamp(), closed_by = $2`, tx.Principal().UserID)
	})
}

func allowedOn(g homecare.BreakGlass, tx pg.Tx) []string {
	switch {
	case g.State == "open":
		return []string{"close"}
	case g.State != "reviewed" && !ofDinkes(tx):
		return []string{"review"}
	}
	return nil
}

type reviewParams struct {
	ID string `param:"id" json:"-"`
	homecare.ReviewBreakGlass
}

// Review records what Kepala found, once it is over. Errors:
// fault.ErrNotFound, fault.ErrStale, fault.ErrState.
func (s *Service) Review(ctx context.Context, in reviewParams) (homecare.BreakGlass, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.BreakGlass, error) {
		g, err := lockGlass(tx, in.ID)
		if err != nil {
			return g, err
		}
		if g.State == "open" || g.State == "reviewed" {
			return g, fault.State(g.State, access.Allowed(tx, "/v1/break-glass/{id}", allowedOn(g, tx)...)...)
		}
		return s.changeGlass(tx, "break_glass.review", g, `reviewed_at = $2, reviewed_by = $3, finding = $4`, tx.Now(), tx.Principal().UserID, in.Finding)
	})
}

func (s *Service) changeGlass(tx pg.Tx, action string, before homecare.BreakGlass, set string, args ...any) (homecare.BreakGlass, error) {
	if _, err := tx.Exec(`update break_glass set `+set+`, version = version + 1 where id = $1`, append([]any{before.ID}, args...)...); err != nil {
		return before, err
	}
	after, err := glassIn(tx, before.ID)
	if err != nil {
		return after, err
	}
	e := audit.Event{Action: action, SubjectKind: "break_glass", SubjectID: after.ID}
	if !ofDinkes(tx) { // Dinkes's trail is not sealed; the reason stays out of it
		e.Before, e.After = before, after
	}
	return after, s.trail.Record(tx, e)
}

var glassMail = struct{ subject, text fault.Text }{
	subject: fault.Text{ID: "Akses darurat Dinkes ke data puskesmas Anda"},
	text: fault.Text{ID: `Yth. Kepala Puskesmas,

{by} dari Dinas Kesehatan membuka akses darurat ke data satu orang di puskesmas Anda, dari {from} sampai paling lambat {until} WITA.

Lihat alasannya, siapa yang dilihat dan berapa kali, dan catat hasil telaah Anda di aplikasi Homecare (daftar akses darurat). Nomor: {id}.

Surel ini tidak memuat data pasien.
`}}

// TellKepala mails the heads of the puskesmas that one of their persons was
// opened. Without a mail server the list tells them.
func (s *Service) TellKepala(ctx context.Context, id string, puskesmas int16) error {
	if s.Mail == nil || id == "" || puskesmas == 0 {
		return nil
	}
	type told struct {
		Email, AccountName  string
		OpenedAt, ExpiresAt time.Time
	}
	heads, err := pg.SystemFor(ctx, s.db, "break-glass", puskesmas, func(tx pg.Tx) ([]told, error) {
		return pg.Rows[told](tx, `select a.email, g.account_name, g.opened_at, g.expires_at from break_glass g
			join membership m on m.puskesmas_id = g.puskesmas_id and m.role = 'kepala_puskesmas' and m.ended_at is null
			join account a on a.id = m.account_id and a.disabled_at is null and a.email is not null where g.id = $1`, id)
	})
	if err != nil {
		return err
	}
	for _, h := range heads {
		args := map[string]any{"by": h.AccountName, "from": at(h.OpenedAt), "until": at(h.ExpiresAt), "id": id}
		if err := s.Mail.Send(ctx, mail.Message{To: h.Email, Subject: glassMail.subject.In("id", nil), Text: glassMail.text.In("id", args)}); err != nil {
			return err
		}
	}
	return nil
}

func at(t time.Time) string { return t.In(clock.WITA).Format("02-01-2006 15.04") }
