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
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
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
		if in.ID == "" {
			in.ID = uuid.Must(uuid.NewV7()).String()
		}
		opened := row{ID: in.ID, PuskesmasID: tx.Principal().PuskesmasID, ProgrammeCode: in.Programme, Month: in.Month, Note: in.Note}
		if opened.template, err = templateOf(tx, in.Programme); err != nil {
			return none, err
		}
		if opened.Revision, err = next(tx, opened); err != nil {
			return none, err
		}
		r, err := s.openIn(tx, opened, in.Note)
		if err != nil {
			return none, err
		}
		figures, err := compute(tx, r.template, in.Programme, in.Month, "id")
		if err != nil {
			return none, err
		}
		r.Figures = &figures
		return r.wire(tx.Now()), s.trail.Record(tx, audit.Event{Action: "report.draft", SubjectKind: "report", SubjectID: r.ID,
			After: map[string]any{"programme": in.Programme, "month": in.Month}})
	})
}

// next is the number of a report that is opened for its month anew. Error:
// ErrExists where one is under way or official.
func next(tx pg.Tx, r row) (int, error) {
	type known struct {
		Latest int
		Stands *string
	}
	k, err := pg.Row[known](tx, `select coalesce(max(revision), 0) as latest, 
			(array_agg(id::text order by revision desc) filter (where state not in ('withdrawn', 'returned', 'superseded')))[1] as stands
		from monthly_report where programme_code = $1 and template_code = $2 and month = $3`, r.ProgrammeCode, r.TemplateCode, r.Month)
	if err == nil && k.Stands != nil {
		err = ErrExists.Extend("report_id", *k.Stands)
	}
	return k.Latest + 1, err
}

// openIn opens a draft with the given revision and template.
func (s *Service) openIn(tx pg.Tx, r row, note string) (row, error) {
	if _, err := tx.Exec(`insert into monthly_report (puskesmas_id, id, programme_code, template_code, template_version, month, revision, state, note, created_at, created_by)
		values ($1, $2, $3, $4, $5, $6, $7, 'draft', $8, $9, $10)`, r.PuskesmasID, r.ID, r.ProgrammeCode, r.TemplateCode, r.TemplateVersion, r.Month, r.Revision,
		r.Note, tx.Now(), tx.Principal().UserID); err != nil {
		return r, err
	}
	if err := s.note(tx, r, "", Draft, note); err != nil || r.PuskesmasID != tx.Principal().PuskesmasID {
		return r, err // a draft is not Dinkes's to see
	}
	return rowByID(tx, r.ID, false)
}

// openNext opens the revision that follows r, in its form.
func (s *Service) openNext(tx pg.Tx, r row, why string) (row, error) {
	latest, err := pg.Scalar[int](tx, `select max(o.revision) from monthly_report o, monthly_report r where r.id = $1 and `+sameReport, r.ID)
	if err != nil {
		return r, err
	}
	r.ID, r.Revision, r.State = uuid.Must(uuid.NewV7()).String(), latest+1, Draft
	return s.openIn(tx, r, why)
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
		delta, err := r.delta(tx)
		if err != nil {
			return homecare.Report{}, err
		}
		if r.Figures == nil {
			figures, err := compute(tx, r.template, r.ProgrammeCode, r.Month, call.Of(ctx).Language)
			if err != nil {
				return homecare.Report{}, err
			}
			r.Figures = &figures
		}
		w := r.wire(tx.Now())
		w.Delta = delta
		return w, nil
	})
}

// Filter narrows a list of reports.
type Filter struct {
	Programme string `query:"programme" json:"-" validate:"omitempty,code"`
	Month     string `query:"month" json:"-" validate:"omitempty,month"`
	State     string `query:"state" json:"-" validate:"omitempty,oneof=draft withdrawn submitted sent accepted returned archived superseded"`
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
			return r, access.Narrow(tx, "/v1/reports/{id}", fault.State(string(r.State), Machine.Allowed(r.State, r.holds()...)...))
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

// Submit freezes the figures, with what the paper says beside them, and hands the
// report to Kepala; only after the month ended and with no visit of it left open. It
// warns of acts of the month that are parked. Errors: ErrMonthOpen, ErrOpenVisits.
func (s *Service) Submit(ctx context.Context, in decisionParams) (homecare.Report, error) {
	return s.change(ctx, in.ID, func(tx pg.Tx, r row) (row, error) {
		to, err := r.after(tx, DoSubmit)
		if err != nil {
			return r, err
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
		if len(open) > 0 {
			return r, ErrOpenVisits.With("count", len(open)).Extend("visit_ids", open[:min(len(open), 20)])
		}
		figures, err := compute(tx, r.template, r.ProgrammeCode, r.Month, "id")
		if err != nil {
			return r, err
		}
		printed, err := paperOf(tx, r)
		if err != nil {
			return r, err
		}
		figures.Paper = &printed
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
		if err := r.countIn(tx, 0); err != nil {
			return r, err
		}
		if r.warnings, err = waitingIn(tx, r.ProgrammeCode, from, until); err != nil {
			return r, err
		}
		return s.moved(tx, r, to, DoSubmit, in.Note)
	})
}

// Redraft is Kepala sending a submitted report back to draft, with why.
func (s *Service) Redraft(ctx context.Context, in returnParams) (homecare.Report, error) {
	return s.change(ctx, in.ID, func(tx pg.Tx, r row) (row, error) {
		to, err := r.after(tx, DoRedraft)
		if err != nil {
			return r, err
		}
		if err := noteIn(tx, in.Note); err != nil {
			return r, err
		}
		if _, err := tx.Exec(`update monthly_report set state = $2, figures = null, figures_hash = null, submitted_at = null, submitted_by = null, coordinator = null, version = version + 1 where id = $1`, r.ID, to); err != nil {
			return r, err
		}
		r.FiguresHash, r.SubmittedAt, r.Differs, r.DiffersAt = nil, nil, nil, nil
		return s.moved(tx, r, to, DoRedraft, in.Note)
	})
}

// Send is Kepala's signature: the report goes to Dinkes. Whoever submitted it
// may not sign it. Errors: ErrMaker.
func (s *Service) Send(ctx context.Context, in decisionParams) (homecare.Report, error) {
	return s.change(ctx, in.ID, func(tx pg.Tx, r row) (row, error) {
		to, err := r.after(tx, DoSend)
		if err != nil {
			return r, err
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
		// What came since the submission, Dinkes is told with the report.
		delta, err := r.delta(tx)
		if err != nil {
			return r, err
		}
		if err := r.countIn(tx, len(delta)); err != nil {
			return r, err
		}
		now := tx.Now()
		r.SentAt = &now
		if _, err := tx.Exec(`update monthly_report set state = $2, sent_at = $3, sent_by = $4, head = $5, version = version + 1 where id = $1`, r.ID, to, now, tx.Principal().UserID, by); err != nil {
			return r, err
		}
		return s.moved(tx, r, to, DoSend, in.Note)
	})
}

// Withdraw ends a draft, with why; the month can be opened anew.
func (s *Service) Withdraw(ctx context.Context, in returnParams) (homecare.Report, error) {
	return s.change(ctx, in.ID, func(tx pg.Tx, r row) (row, error) {
		to, err := r.after(tx, DoWithdraw)
		if err != nil {
			return r, err
		}
		if err := noteIn(tx, in.Note); err != nil {
			return r, err
		}
		if _, err := tx.Exec(`update monthly_report set state = $2, version = version + 1 where id = $1`, r.ID, to); err != nil {
			return r, err
		}
		return s.moved(tx, r, to, DoWithdraw, in.Note)
	})
}

// Correct opens the next revision of an accepted or archived report, which stays
// official until Dinkes accepts that one; the answer is the new draft, live. Error:
// ErrUnderWay.
func (s *Service) Correct(ctx context.Context, in returnParams) (homecare.Report, error) {
	return pg.Snapshot(ctx, s.db, func(tx pg.Tx) (homecare.Report, error) {
		var opened row
		if _, err := changeIn(tx, in.ID, func(tx pg.Tx, r row) (row, error) {
			to, err := r.after(tx, DoCorrect)
			if err != nil {
				return r, err
			}
			if err := noteIn(tx, in.Note); err != nil {
				return r, err
			}
			if opened, err = s.openNext(tx, r, in.Note); err != nil {
				return r, err
			}
			return s.moved(tx, r, to, DoCorrect, in.Note)
		}); err != nil {
			return homecare.Report{}, err
		}
		figures, err := compute(tx, opened.template, opened.ProgrammeCode, opened.Month, "id")
		opened.Figures = &figures
		return opened.wire(tx.Now()), err
	})
}

// change locks a report of the caller's puskesmas, checks If-Match, and runs f; all
// of it sees one moment, so that the sections agree.
func (s *Service) change(ctx context.Context, id string, f func(pg.Tx, row) (row, error)) (homecare.Report, error) {
	return pg.Snapshot(ctx, s.db, func(tx pg.Tx) (homecare.Report, error) { return changeIn(tx, id, f) })
}

func changeIn(tx pg.Tx, id string, f func(pg.Tx, row) (row, error)) (homecare.Report, error) {
	r, err := locked(tx, id)
	if err != nil {
		return homecare.Report{}, err
	}
	if err := tx.Stale(r.Version); err != nil {
		return homecare.Report{}, err
	}
	if r, err = f(tx, r); err != nil {
		return homecare.Report{}, err
	}
	r.Version++
	return r.wire(tx.Now()), nil
}

// moved notes a transition in the report's own history and in the audit trail.
func (s *Service) moved(tx pg.Tx, r row, to State, action Action, note string) (row, error) {
	from := r.State
	r.State = to
	if err := s.note(tx, r, from, to, note); err != nil {
		return r, err
	}
	return r, s.trail.Record(tx, audit.Event{Action: "report." + string(action), SubjectKind: "report", SubjectID: r.ID, Reason: note,
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
