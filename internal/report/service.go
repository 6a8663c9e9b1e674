package report

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/document"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

// Service is the use cases of monthly reports.
type Service struct {
	db     *pg.DB
	trail  *audit.Trail
	sealer *page.Sealer
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, trail *audit.Trail, sealer *page.Sealer) *Service {
	return &Service{db, trail, sealer}
}

// Draft opens the report of a month of the caller's puskesmas; one of the
// current month is allowed, to watch it grow. Errors: ErrNotRun,
// ErrMonthFuture, ErrExists.
func (s *Service) Draft(ctx context.Context, in homecare.DraftReport) (homecare.Report, error) {
	return pg.Snapshot(ctx, s.db, func(tx pg.Tx) (homecare.Report, error) {
		var none homecare.Report
		if err := noteIn(tx, in.Note); err != nil {
			return none, err
		}
		if in.Month > clock.Month(tx.Now()) {
			return none, ErrMonthFuture.At(fault.Field{Pointer: "/month", Code: "future", Text: ErrMonthFuture.Detail})
		}
		first, err := begins(tx, in.Programme)
		if err != nil {
			return none, err
		}
		if first == "" {
			return none, ErrNotRun.At(fault.Field{Pointer: "/programme", Code: "not_run", Text: ErrNotRun.Detail})
		}
		if in.Month < first {
			return none, fault.ErrInvalid.At(fault.Field{Pointer: "/month", Code: "before_programme", Args: map[string]any{"first": first}, Text: fault.Text{
				ID: "Program ini baru berjalan di puskesmas Anda sejak {first}. Pilih bulan itu atau sesudahnya.",
				EN: "This programme runs in your puskesmas since {first}. Choose that month or a later one."}})
		}
		t, err := templateOf(tx, in.Programme)
		if err != nil {
			return none, err
		}
		if in.ID == "" {
			in.ID = uuid.Must(uuid.NewV7()).String()
		}
		p := tx.Principal()
		if _, err := tx.Exec(`insert into monthly_report (puskesmas_id, id, programme_code, template_code, month, state, note, created_at, created_by)
			values ($1, $2, $3, $4, $5, 'draft', $6, $7, $8)`, p.PuskesmasID, in.ID, in.Programme, t.Code, in.Month, in.Note, tx.Now(), p.UserID); err != nil {
			return none, err
		}
		r, err := rowByID(tx, in.ID, false)
		if err != nil {
			return none, err
		}
		figures, err := compute(tx, t, in.Programme, in.Month, "id")
		if err != nil {
			return none, err
		}
		r.Figures = &figures
		if err := s.note(tx, r, "", Draft, in.Note); err != nil {
			return none, err
		}
		return r.wire(tx.Now()), s.trail.Record(tx, audit.Event{Action: "report.draft", SubjectKind: "report", SubjectID: r.ID,
			After: map[string]any{"programme": in.Programme, "month": in.Month}})
	})
}

// byID names a report.
type byID struct {
	ID string `param:"id" json:"-"`
}

// Get returns a report with its figures: live in a draft, frozen after.
func (s *Service) Get(ctx context.Context, in byID) (homecare.Report, error) {
	return pg.Reference(ctx, s.db, func(tx pg.Tx) (homecare.Report, error) {
		r, err := rowByID(tx, in.ID, false)
		if err != nil {
			return homecare.Report{}, err
		}
		if r.Figures == nil {
			t, err := templateOf(tx, r.ProgrammeCode)
			if err != nil {
				return homecare.Report{}, err
			}
			figures, err := compute(tx, t, r.ProgrammeCode, r.Month, rest.LanguageOf(ctx))
			if err != nil {
				return homecare.Report{}, err
			}
			r.Figures = &figures
		}
		return r.wire(tx.Now()), nil
	})
}

// Filter narrows a list of reports.
type Filter struct {
	Programme string `query:"programme" json:"-" validate:"omitempty,code"`
	Month     string `query:"month" json:"-" validate:"omitempty,month"`
	State     string `query:"state" json:"-" validate:"omitempty,oneof=draft submitted sent accepted returned archived"`
	Puskesmas string `query:"puskesmas" json:"-" validate:"omitempty,max=41"`
	page.Request
}

type listKey struct {
	Month string `json:"m"`
	ID    string `json:"i"`
}

// List returns reports, newest month first, without figures. Dinkes sees those
// that were sent.
func (s *Service) List(ctx context.Context, f Filter) (homecare.Page[homecare.Report], error) {
	name := "reports?" + f.Programme + "&" + f.Month + "&" + f.State + "&" + f.Puskesmas
	k := listKey{"9999-12", "ffffffff-ffff-ffff-ffff-ffffffffffff"}
	if _, err := s.sealer.Open(ctx, name, f.Request, &k); err != nil {
		return homecare.Page[homecare.Report]{}, err
	}
	p, err := pg.Reference(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.Report], error) {
		rows, err := pg.Rows[row](tx, `select `+rowColumns+rowFrom+`
			where (r.month, r.id) < ($1, $2) and ($3 = '' or r.programme_code = $3) and ($4 = '' or r.month = $4) and ($5 = '' or r.state = $5) and ($6 = '' or p.slug = $6)
			order by r.month desc, r.id desc limit $7`, k.Month, k.ID, f.Programme, f.Month, f.State, f.Puskesmas, f.Rows())
		if err != nil {
			return page.Page[homecare.Report]{}, err
		}
		out := make([]homecare.Report, len(rows))
		for i, r := range rows {
			r.Figures = nil
			out[i] = r.wire(tx.Now())
		}
		return page.Cut(ctx, s.sealer, name, f.Request, out, func(r homecare.Report) any { return listKey{r.Month, r.ID} })
	})
	return homecare.Page[homecare.Report]{Data: p.Items, NextCursor: p.Next}, err
}

// Events lists the transitions of a report, oldest first.
func (s *Service) Events(ctx context.Context, in byID) (homecare.Page[homecare.ReportEvent], error) {
	rows, err := pg.Reference(ctx, s.db, func(tx pg.Tx) ([]homecare.ReportEvent, error) {
		if _, err := rowByID(tx, in.ID, false); err != nil {
			return nil, err
		}
		return pg.Rows[homecare.ReportEvent](tx, `select at, actor_role, coalesce(from_state, '') as from_state, to_state, note
			from monthly_report_event where report_id = $1 order by at, id`, in.ID)
	})
	return homecare.Page[homecare.ReportEvent]{Data: rows}, err
}

type noteParams struct {
	ID string `param:"id" json:"-"`
	homecare.ReportNote
}

// SetNote changes the note of a draft.
func (s *Service) SetNote(ctx context.Context, in noteParams) (homecare.Report, error) {
	return s.change(ctx, in.ID, func(tx pg.Tx, r row) (row, error) {
		if r.State != Draft {
			return r, access.Narrow(tx, "/v1/reports/{id}", fault.State(string(r.State), allowed(r.State)...))
		}
		if err := noteIn(tx, in.Note); err != nil {
			return r, err
		}
		before := r.Note
		r.Note = in.Note
		if _, err := tx.Exec(`update monthly_report set note = $2, version = version + 1 where id = $1`, r.ID, in.Note); err != nil {
			return r, err
		}
		return r, s.trail.Record(tx, audit.Event{Action: "report.note", SubjectKind: "report", SubjectID: r.ID,
			Before: map[string]any{"note": before}, After: map[string]any{"note": in.Note}})
	})
}

// noteIn checks a note of the puskesmas: Dinkes reads it, and it is printed.
// Errors: patient.ErrIdentifies, document.ErrUnprintable.
func noteIn(tx pg.Tx, note string) error {
	if err := patient.AnonymousIn(tx, patient.Text{Pointer: "/note", Text: note}); err != nil {
		return err
	}
	return document.Printable("/note", note)
}

type decisionParams struct {
	ID string `param:"id" json:"-"`
	homecare.Decision
}

type returnParams struct {
	ID string `param:"id" json:"-"`
	homecare.Return
}

// Submit freezes the figures and hands the report to Kepala; only after the
// month ended and with no visit of it left open. Errors: ErrMonthOpen,
// ErrOpenVisits.
func (s *Service) Submit(ctx context.Context, in decisionParams) (homecare.Report, error) {
	return s.change(ctx, in.ID, func(tx pg.Tx, r row) (row, error) {
		to, err := next(r.State, "submit")
		if err != nil {
			return r, access.Narrow(tx, "/v1/reports/{id}", err)
		}
		if err := noteIn(tx, in.Note); err != nil {
			return r, err
		}
		from, until, err := clock.MonthBounds(r.Month)
		if err != nil {
			return r, err
		}
		if tx.Now().Before(until) {
			return r, ErrMonthOpen
		}
		open, err := openVisits(tx, r.ProgrammeCode, from, until)
		if err != nil {
			return r, err
		}
		if open > 0 {
			return r, ErrOpenVisits.With("count", open)
		}
		t, err := templateOf(tx, r.ProgrammeCode)
		if err != nil {
			return r, err
		}
		figures, err := compute(tx, t, r.ProgrammeCode, r.Month, "id")
		if err != nil {
			return r, err
		}
		by, err := signatoryIn(tx)
		if err != nil {
			return r, err
		}
		now := tx.Now()
		hash := hashOf(figures)
		r.Figures, r.FiguresHash, r.SubmittedAt = &figures, &hash, &now
		if _, err := tx.Exec(`update monthly_report set state = $2, figures = $3, figures_hash = $4, submitted_at = $5, submitted_by = $6, coordinator = $7, version = version + 1 where id = $1`,
			r.ID, to, figures, hash, now, tx.Principal().UserID, by); err != nil {
			return r, err
		}
		return s.moved(tx, r, to, "submit", in.Note)
	})
}

// Redraft is Kepala sending a submitted report back to draft, with why.
func (s *Service) Redraft(ctx context.Context, in returnParams) (homecare.Report, error) {
	return s.change(ctx, in.ID, func(tx pg.Tx, r row) (row, error) {
		to, err := next(r.State, "redraft")
		if err != nil {
			return r, access.Narrow(tx, "/v1/reports/{id}", err)
		}
		if err := noteIn(tx, in.Note); err != nil {
			return r, err
		}
		if _, err := tx.Exec(`update monthly_report set state = $2, figures = null, figures_hash = null, submitted_at = null, submitted_by = null, coordinator = null, version = version + 1 where id = $1`, r.ID, to); err != nil {
			return r, err
		}
		r.FiguresHash, r.SubmittedAt = nil, nil
		return s.moved(tx, r, to, "redraft", in.Note)
	})
}

// Send is Kepala's signature: the report goes to Dinkes. Whoever submitted it
// may not sign it. Errors: ErrMaker.
func (s *Service) Send(ctx context.Context, in decisionParams) (homecare.Report, error) {
	return s.change(ctx, in.ID, func(tx pg.Tx, r row) (row, error) {
		to, err := next(r.State, "send")
		if err != nil {
			return r, access.Narrow(tx, "/v1/reports/{id}", err)
		}
		if err := noteIn(tx, in.Note); err != nil {
			return r, err
		}
		if r.SubmittedBy != nil && *r.SubmittedBy == tx.Principal().UserID {
			return r, ErrMaker
		}
		by, err := signatoryIn(tx)
		if err != nil {
			return r, err
		}
		now := tx.Now()
		r.SentAt = &now
		if _, err := tx.Exec(`update monthly_report set state = $2, sent_at = $3, sent_by = $4, head = $5, version = version + 1 where id = $1`, r.ID, to, now, tx.Principal().UserID, by); err != nil {
			return r, err
		}
		return s.moved(tx, r, to, "send", in.Note)
	})
}

// change locks a report of the caller's puskesmas, checks If-Match, and runs f; all
// of it sees one moment, so that the sections agree.
func (s *Service) change(ctx context.Context, id string, f func(pg.Tx, row) (row, error)) (homecare.Report, error) {
	return pg.Snapshot(ctx, s.db, func(tx pg.Tx) (homecare.Report, error) { return changeIn(tx, id, f) })
}

func changeIn(tx pg.Tx, id string, f func(pg.Tx, row) (row, error)) (homecare.Report, error) {
	r, err := rowByID(tx, id, true)
	if err != nil {
		return homecare.Report{}, err
	}
	if err := pg.Stale(rest.IfMatch(tx.Context()), r.Version); err != nil {
		return homecare.Report{}, err
	}
	if r, err = f(tx, r); err != nil {
		return homecare.Report{}, err
	}
	r.Version++
	return r.wire(tx.Now()), nil
}

// moved notes a transition in the report's own history and in the audit trail.
func (s *Service) moved(tx pg.Tx, r row, to State, action, note string) (row, error) {
	from := r.State
	r.State = to
	if err := s.note(tx, r, from, to, note); err != nil {
		return r, err
	}
	return r, s.trail.Record(tx, audit.Event{Action: "report." + action, SubjectKind: "report", SubjectID: r.ID, Reason: note,
		Before: map[string]any{"state": from}, After: map[string]any{"state": to}})
}

func (s *Service) note(tx pg.Tx, r row, from, to State, note string) error {
	p := tx.Principal()
	_, err := tx.Exec(`insert into monthly_report_event (puskesmas_id, id, report_id, at, actor_id, actor_role, from_state, to_state, note)
		values ($1, $2, $3, $4, $5, $6, nullif($7, ''), $8, $9)`,
		r.PuskesmasID, uuid.Must(uuid.NewV7()).String(), r.ID, tx.Now(), p.UserID, string(p.Role), from, to, note)
	return err
}

func hashOf(f homecare.ReportFigures) string {
	b, err := json.Marshal(f)
	if err != nil {
		panic(err) // strings and integers always marshal
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
