package privacy

import (
	"context"
	"strconv"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/outbox"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// BreachEvent is emitted when a breach enters the register; its persons are
// counted then.
const BreachEvent = "breach.reported"

// breach is a row of the table.
type breach struct {
	pg.Created
	ID, What, Client                               string
	FoundAt, FromAt, ToAt, DueAt                   time.Time
	AccountID, SessionID, ClosedBy, Conclusion     *string
	SubjectsNotifiedAt, AgencyNotifiedAt, ClosedAt *time.Time
}

// breachColumns; the parameter is the business time, for overdue. Dinkes reads
// its own words, not those of a puskesmas, which may name somebody.
func breachColumns(tx pg.Tx, now string) string {
	what, conclusion := `b.what`, `coalesce(b.conclusion, '')`
	if ofDinkes(tx) {
		const me = `current_setting('app.user_id')::uuid`
		what, conclusion = `case when b.created_by = `+me+` then b.what else '' end`, `case when b.closed_by = `+me+` then b.conclusion else '' end`
	}
	return `b.id, s.slug as puskesmas, b.found_at, ` + what + ` as what, coalesce(b.account_id::text, '') as account_id, coalesce(b.session_id::text, '') as session_id, b.client,
	b.from_at as "from", b.to_at as "to", b.due_at, b.persons, b.subjects_notified_at, b.agency_notified_at, b.closed_at, ` + conclusion + ` as conclusion, b.version,
	case when b.closed_at is not null then 'closed' when b.subjects_notified_at is not null and b.agency_notified_at is not null then 'notified'
		when b.due_at < ` + now + `::timestamptz then 'overdue' else 'open' end as state`
}

const breachFrom = ` from breach b join puskesmas s on s.id = b.puskesmas_id `

func breachIn(tx pg.Tx, id string) (homecare.Breach, error) {
	return pg.Row[homecare.Breach](tx, `select `+breachColumns(tx, "$2")+breachFrom+`where b.id = $1`, id, tx.Now())
}

// Report enters a breach; notice is due 3x24 hours after it was found. Errors:
// fault.ErrInvalid, ErrPuskesmas.
func (s *Service) Report(ctx context.Context, in homecare.NewBreach) (homecare.Breach, error) {
	return ours(ctx, s.db, func(tx pg.Tx) (homecare.Breach, error) {
		var none homecare.Breach
		var check fault.Check
		check.That(in.AccountID != "" || in.SessionID != "" || in.Client != "", "/account_id", "one_of", "Isi akun, sesi, atau alamat perangkat yang bocor.", "Give the account, session or address of the credential.")
		check.That(!in.To.Before(in.From), "/to", "span", "Akhir harus sesudah awal.", "The end must not be before the start.")
		check.That(!in.FoundAt.After(tx.Now().Add(time.Minute)), "/found_at", "future", "Waktu ditemukan tidak boleh di masa depan.", "It cannot have been found in the future.")
		check.That(ofDinkes(tx) == (in.Puskesmas != ""), "/puskesmas", "puskesmas", "Dinkes wajib mengisi puskesmas; puskesmas mengosongkannya.", "Dinkes names the puskesmas; a puskesmas leaves it out.")
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
		if err := s.trail.Record(tx, audit.Event{Action: "breach.report", SubjectKind: "breach", SubjectID: b.ID, After: b}); err != nil {
			return none, err
		}
		return b, outbox.Emit(tx, outbox.Event{Kind: BreachEvent, SubjectID: b.ID, Body: map[string]string{"puskesmas": strconv.Itoa(int(where))}})
	})
}

// anonymousIn checks a text of the register about a puskesmas, which lies where
// Dinkes can read it. Error: patient.ErrIdentifies.
func (s *Service) anonymousIn(tx pg.Tx, puskesmas, pointer, text string) error {
	t := patient.Text{Pointer: pointer, Text: text}
	if ofDinkes(tx) {
		where, err := bySlug(tx, puskesmas)
		if err != nil {
			return err
		}
		return patient.AnonymousAt(tx.Context(), s.db, where, t)
	}
	return patient.AnonymousIn(tx, t)
}

// Breaches lists the register, newest first; Dinkes sees the district's.
func (s *Service) Breaches(ctx context.Context, in page.Request) (homecare.Page[homecare.Breach], error) {
	return ours(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Breach], error) {
		var w pg.Where
		return breaches.Read(tx, s.sealer, in, `select `+breachColumns(tx, w.Arg(tx.Now()))+breachFrom, &w)
	})
}

var breaches = list.List[homecare.Breach, breachKey]{
	Name: "breaches", Key: func(b homecare.Breach) breachKey { return breachKey{b.FoundAt, b.ID} },
}

type breachKey struct {
	At time.Time `list:"b.found_at desc"`
	ID string    `list:"b.id uuid desc"`
}

// Breach returns one. Error: fault.ErrNotFound.
func (s *Service) Breach(ctx context.Context, in idParams) (homecare.Breach, error) {
	return ours(ctx, s.db, func(tx pg.Tx) (homecare.Breach, error) { return breachIn(tx, in.ID) })
}

// survivors joins to a touched record (t) the one that stands for the person
// (p): two records of one person are one. t has each record once, not each look:
// of 200,000 looks the join would cost more than the statement may take.
const survivors = `join patient o on o.id = t.patient_id join patient p on p.puskesmas_id = o.puskesmas_id
	and p.id = coalesce(o.merged_into_id, o.id)`

// touched is a statement over patient_id, at and revealed: what the credential
// of a breach was shown, and whose records it acted on, in the period. Rows of
// a file count for the persons that they became. $1 and $2 are the period; the
// credential follows.
func touched(b homecare.Breach) (string, []any) {
	w := pg.Where{Args: []any{b.From, b.To}}
	var who, acts string
	if b.AccountID != "" {
		account := w.Arg(b.AccountID)
		who, acts = ` and e.account_id = `+account, ` and a.actor_id = `+account
	}
	if b.SessionID != "" {
		session := w.Arg(b.SessionID)
		who, acts = who+` and e.session_id = `+session, acts+` and a.session_id = `+session
	}
	if b.Client != "" {
		who += ` and e.client = ` + w.Arg(b.Client)
	}
	q := `select p.patient_id, e.at, e.revealed from access_event e join access_person p on p.puskesmas_id = e.puskesmas_id and p.access_id = e.id
			where e.at >= $1 and e.at <= $2` + who + `
		union all select r.patient_id, e.at, false from access_event e join import_row r on r.puskesmas_id = e.puskesmas_id and r.import_id = e.import_id
			where e.at >= $1 and e.at <= $2 and e.import_id is not null and r.patient_id is not null` + who
	if b.Client != "" {
		return q, w.Args // the trail knows no address; what is done is also shown
	}
	return q + `
		union all select coalesce(c.patient_id, v.patient_id, case a.subject_kind when 'patient' then a.subject_id end), a.recorded_at, false from audit_event a
			left join care_case c on a.subject_kind = 'case' and c.puskesmas_id = a.puskesmas_id and c.id = a.subject_id
			left join visit v on a.subject_kind = 'visit' and v.puskesmas_id = a.puskesmas_id and v.id = a.subject_id
			where a.recorded_at >= $1 and a.recorded_at <= $2 and a.subject_kind in ('patient', 'case', 'visit') and a.subject_id is not null` + acts, w.Args
}

type personsParams struct {
	ID string `param:"id" json:"-"`
	page.Request
}

// Persons lists whom the credential touched, by id. Error: fault.ErrNotFound.
func (s *Service) Persons(ctx context.Context, in personsParams) (homecare.Page[homecare.BreachPerson], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.BreachPerson], error) {
		b, err := breachIn(tx, in.ID)
		if err != nil {
			return homecare.Page[homecare.BreachPerson]{}, err
		}
		q, args := touched(b)
		w := pg.Where{Args: args}
		return touchedPersons.Read(tx, s.sealer, in, `select t.* from (select p.id as patient_id, p.name,
				min(t.first_at) as first_at, max(t.last_at) as last_at, sum(t.times)::int as times,
				bool_or(t.revealed) as revealed
			from (select l.patient_id, min(l.at) as first_at, max(l.at) as last_at, count(*) as times,
				bool_or(l.revealed) as revealed from (`+q+`) l group by 1) t
			`+survivors+` group by p.id, p.name) t`, &w)
	})
}

var touchedPersons = list.List[homecare.BreachPerson, personKey]{
	Name: "breach-persons", Key: func(p homecare.BreachPerson) personKey { return personKey{p.PatientID} },
}

type personKey struct {
	ID string `list:"t.patient_id uuid"`
}

// CountPersons counts whom a breach touched, for the register: the one figure
// that Dinkes sees.
func (s *Service) CountPersons(ctx context.Context, id string, puskesmas int16) error {
	if id == "" || puskesmas == 0 {
		return nil
	}
	_, err := pg.SystemFor(ctx, s.db, "breach", puskesmas, func(tx pg.Tx) (struct{}, error) {
		b, err := breachIn(tx, id)
		if err != nil {
			return struct{}{}, err
		}
		q, args := touched(b)
		_, err = tx.Exec(`update breach set persons = (select count(distinct p.id)
			from (select distinct l.patient_id from (`+q+`) l) t `+survivors+`)
			where id = $`+strconv.Itoa(len(args)+1), append(args, id)...)
		return struct{}{}, err
	})
	return err
}

func lockBreach(tx pg.Tx, id string) (homecare.Breach, error) {
	if _, err := pg.Scalar[string](tx, `select id from breach where id = $1 for update`, id); err != nil {
		return homecare.Breach{}, err
	}
	b, err := breachIn(tx, id)
	if err != nil {
		return b, err
	}
	return b, tx.Stale(b.Version)
}

type noticeParams struct {
	ID string `param:"id" json:"-"`
	homecare.BreachNotice
}

// Notified records that the persons or the agency were told. Errors:
// fault.ErrNotFound, fault.ErrStale, fault.ErrState, fault.ErrInvalid.
func (s *Service) Notified(ctx context.Context, in noticeParams) (homecare.Breach, error) {
	return ours(ctx, s.db, func(tx pg.Tx) (homecare.Breach, error) {
		b, err := lockBreach(tx, in.ID)
		if err != nil {
			return b, err
		}
		column := "subjects_notified_at"
		done := b.SubjectsNotifiedAt
		if in.Whom == "agency" {
			column, done = "agency_notified_at", b.AgencyNotifiedAt
		}
		if b.ClosedAt != nil || done != nil {
			return b, fault.State(b.State, access.Allowed(tx, "/v1/breaches/{id}", allowedOnBreach(b)...)...)
		}
		var check fault.Check
		check.That(!in.At.Before(b.FoundAt.Truncate(time.Minute)) && !in.At.After(tx.Now().Add(time.Minute)), "/at", "span", "Waktu pemberitahuan harus antara ditemukan dan sekarang.", "The notice lies between the finding and now.")
		if err := check.Err(); err != nil {
			return b, err
		}
		return s.changeBreach(tx, "breach.notified", b, map[string]any{column: in.At})
	})
}

func allowedOnBreach(b homecare.Breach) []string {
	switch {
	case b.ClosedAt != nil:
		return nil
	case b.SubjectsNotifiedAt != nil && b.AgencyNotifiedAt != nil:
		return []string{"close"}
	}
	return []string{"notified"}
}

type closeBreachParams struct {
	ID string `param:"id" json:"-"`
	homecare.CloseBreach
}

// CloseBreach ends it, once persons and agency were told, or nobody was
// touched. Errors: fault.ErrNotFound, fault.ErrStale, fault.ErrState.
func (s *Service) CloseBreach(ctx context.Context, in closeBreachParams) (homecare.Breach, error) {
	return ours(ctx, s.db, func(tx pg.Tx) (homecare.Breach, error) {
		b, err := lockBreach(tx, in.ID)
		if err != nil {
			return b, err
		}
		nobody := b.Persons != nil && *b.Persons == 0
		if b.ClosedAt != nil || b.State != "notified" && !nobody {
			return b, fault.State(b.State, access.Allowed(tx, "/v1/breaches/{id}", allowedOnBreach(b)...)...)
		}
		if err := s.anonymousIn(tx, b.Puskesmas, "/conclusion", in.Conclusion); err != nil {
			return b, err
		}
		return s.changeBreach(tx, "breach.close", b, map[string]any{"closed_at": tx.Now(),
			"closed_by": tx.Principal().UserID, "conclusion": in.Conclusion})
	})
}

func (s *Service) changeBreach(tx pg.Tx, action string, before homecare.Breach, set map[string]any) (homecare.Breach,
	error) {
	if err := pg.Update[breach](tx, before.ID, set); err != nil {
		return before, err
	}
	after, err := breachIn(tx, before.ID)
	if err != nil {
		return after, err
	}
	return after, s.trail.Record(tx, audit.Event{Action: action, SubjectKind: "breach", SubjectID: after.ID, Before: before, After: after})
}
