package privacy

import (
	"time"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

const glassState = `case when g.reviewed_at is not null then 'reviewed' when g.closed_at is not null then 'closed' when
	g.expires_at <= clock_timestamp() then 'expired' else 'open' end as state`

// glassColumns are those that Dinkes may read: neither the person nor the finding of
// Kepala.
const glassColumns = `g.id, s.slug as puskesmas, g.account_id, g.account_name, g.reason, ` + glassState +
	`, g.opened_at, g.expires_at, g.closed_at, g.reviewed_at, g.version`

const glassFrom = ` from break_glass g join puskesmas s on s.id = g.puskesmas_id `

// accesses are the further columns that the puskesmas sees. The count is of the answers
// that showed the person under this break-glass: all after its opening and before the
// next one of the same account for the same person (two are never open at once).
const accesses = `, g.patient_id, coalesce(g.finding, '') as finding, (select count(*)::int from access_person p
	join access_event e on e.puskesmas_id = p.puskesmas_id and e.id = p.access_id
	where p.puskesmas_id = g.puskesmas_id and p.patient_id = any (same_person(g.patient_id))
		and e.account_id = g.account_id and e.permission = 'GET /v1/break-glass/{id}/record' and p.at >= g.opened_at
		and p.at < coalesce((select min(n.opened_at) from break_glass n where n.puskesmas_id = g.puskesmas_id
		and n.patient_id = g.patient_id and n.account_id = g.account_id and n.opened_at > g.opened_at), 'infinity')) as
		accesses`

func selectGlass(tx pg.Tx) string {
	if ofDinkes(tx) {
		return `select ` + glassColumns + glassFrom
	}
	return `select ` + glassColumns + accesses + glassFrom
}

func glassIn(tx pg.Tx, id string) (homecare.BreakGlass, error) {
	return pg.Row[homecare.BreakGlass](tx, selectGlass(tx)+`where g.id = $1`, id)
}

// lockGlass returns a break-glass locked, at the version that If-Match names.
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

// dataSubjectRequest is a row of the table.
type dataSubjectRequest struct {
	pg.Created
	ID, PatientID, Kind, Channel, Note, State, Outcome string
	ReceivedAt, DueAt                                  time.Time
	ClosedAt                                           *time.Time
	ClosedBy                                           *string
}

// requestColumns are those of a request as of now, the business time.
func requestColumns(now string) string {
	return `r.id, r.patient_id, r.kind, r.received_at, r.due_at, r.channel, r.note, r.state,
		r.state in ('open', 'started') and r.due_at < ` + now + `::timestamptz as overdue,
	r.outcome, r.closed_at, r.version`
}

func requestIn(tx pg.Tx, id string) (homecare.DataSubjectRequest, error) {
	return pg.Row[homecare.DataSubjectRequest](tx, `select `+requestColumns("$2")+` from data_subject_request r
		where r.id = $1`, id, tx.Now())
}

// breach is a row of the table.
type breach struct {
	pg.Created
	ID, What, Client                               string
	FoundAt, FromAt, ToAt, DueAt                   time.Time
	AccountID, SessionID, ClosedBy, Conclusion     *string
	SubjectsNotifiedAt, AgencyNotifiedAt, ClosedAt *time.Time
}

// breachColumns are those of a breach as of now, the business time. Dinkes reads only
// its own texts; those of a puskesmas may name a person.
func breachColumns(tx pg.Tx, now string) string {
	what, conclusion := `b.what`, `coalesce(b.conclusion, '')`
	if ofDinkes(tx) {
		const me = `current_setting('app.user_id')::uuid`
		what, conclusion = `case when b.created_by = `+me+` then b.what else '' end`, `case when b.closed_by = `+me+
			` then b.conclusion else '' end`
	}
	return `b.id, s.slug as puskesmas, b.found_at, ` + what + ` as what, coalesce(b.account_id::text, '') as account_id,
		coalesce(b.session_id::text, '') as session_id, b.client,
	b.from_at as "from", b.to_at as "to", b.due_at, b.persons, b.subjects_notified_at, b.agency_notified_at,
	b.closed_at, ` + conclusion + ` as conclusion, b.version,
	case when b.closed_at is not null then 'closed' when b.subjects_notified_at is not null
	and b.agency_notified_at is not null then 'notified'
		when b.due_at < ` + now + `::timestamptz then 'overdue' else 'open' end as state`
}

const breachFrom = ` from breach b join puskesmas s on s.id = b.puskesmas_id `

func breachIn(tx pg.Tx, id string) (homecare.Breach, error) {
	return pg.Row[homecare.Breach](tx, `select `+breachColumns(tx, "$2")+breachFrom+`where b.id = $1`, id, tx.Now())
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

// survivors joins to a touched record (t) the surviving record of the person (p). t has
// one row per record, not per access: with 200,000 accesses the join would exceed the
// statement timeout.
const survivors = `join patient o on o.id = t.patient_id join patient p on p.puskesmas_id = o.puskesmas_id
	and p.id = coalesce(o.merged_into_id, o.id)`

// touched is a statement that returns patient_id, at and revealed: what the credential
// of a breach was shown, and whose records it acted on, in the period. Rows of
// a file count for the persons registered from them. $1 and $2 are the period; the
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
	q := `select p.patient_id, e.at, e.revealed from access_event e join access_person p on p.puskesmas_id =
		e.puskesmas_id and p.access_id = e.id
			where e.at >= $1 and e.at <= $2` + who + `
		union all select r.patient_id, e.at, false from access_event e
		join import_row r on r.puskesmas_id = e.puskesmas_id and r.import_id = e.import_id
			where e.at >= $1 and e.at <= $2 and e.import_id is not null and r.patient_id is not null` + who
	if b.Client != "" {
		return q, w.Args // the trail has no address; an act also shows its record
	}
	return q + `
		union all select coalesce(c.patient_id, v.patient_id, case a.subject_kind when 'patient' then a.subject_id end),
		a.recorded_at, false from audit_event a
			left join care_case c on a.subject_kind = 'case' and c.puskesmas_id = a.puskesmas_id and c.id = a.subject_id
			left join visit v on a.subject_kind = 'visit' and v.puskesmas_id = a.puskesmas_id and v.id = a.subject_id
			where a.recorded_at >= $1 and a.recorded_at <= $2 and a.subject_kind in ('patient', 'case', 'visit')
			and a.subject_id is not null` + acts, w.Args
}

// bySlug returns the id of a puskesmas. Error: ErrPuskesmas.
func bySlug(tx pg.Tx, slug string) (int16, error) {
	type row struct{ ID int16 }
	found, err := pg.Rows[row](tx, `select id from puskesmas where slug = $1`, slug)
	if err == nil && len(found) == 0 {
		err = ErrPuskesmas
	}
	if err != nil {
		return 0, err
	}
	return found[0].ID, nil
}
