package attachment

import (
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

const columns = `a.id, a.kind, a.subject_kind, a.subject_id, coalesce(a.case_id::text, '') as case_id, a.caption,
	a.media_type, a.size,
	encode(a.sha256, 'hex') as sha256, a.taken_at, a.latitude, a.longitude, a.created_at, a.created_by, a.voided_at,
	coalesce(a.voided_reason, '') as void_reason, a.version`

// seen is the condition of an attachment that the caller may see: as the record it
// belongs to.
var seen = access.Record("a.subject_kind", "a.subject_id")

// In returns one attachment, if the caller may see it. Error:
// fault.ErrNotFound.
func In(tx pg.Tx, id string) (homecare.Attachment, error) {
	return pg.Row[homecare.Attachment](tx, `select `+columns+` from attachment a where a.id = $1 and `+seen, id)
}

// uploaded is In without the check of visibility, for the uploader.
func uploaded(tx pg.Tx, id string) (homecare.Attachment, error) {
	return pg.Row[homecare.Attachment](tx, `select `+columns+` from attachment a where a.id = $1`, id)
}

func lock(tx pg.Tx, id string) (homecare.Attachment, error) {
	return pg.Row[homecare.Attachment](tx, `select `+columns+` from attachment a where a.id = $1
		and `+seen+` for update of a`, id)
}

func of(tx pg.Tx, subjectKind, subjectID string) ([]homecare.Attachment, error) {
	return pg.Rows[homecare.Attachment](tx, `select `+columns+` from attachment a where a.subject_id = survivor($1)
		and a.subject_kind = $2 and `+access.Record("$2", "$1")+`
		order by a.created_at, a.id limit 500`, subjectID, subjectKind)
}

// subjects finds the case of a record; null where it has none.
var subjects = map[string]string{
	"case": `select id::text from care_case where id = $1`,
	"visit": `select case_id::text from visit where id = $1
		union all select case_id::text from parked_act where names_id = $1 and state = 'parked' limit 1`,
	"document":  `select case_id::text from document where id = $1`,
	"patient":   `select null::text from patient where id = $1`,
	"follow_up": `select case_id::text from follow_up where id = $1`,
}

// caseOf returns the case of a record that the caller may see, or of a visit that
// they made; nil where it has none. Error: fault.ErrNotFound.
func caseOf(tx pg.Tx, subjectKind, subjectID string) (*string, error) {
	var id *string
	if err := tx.QueryRow(subjects[subjectKind], subjectID).Scan(&id); errors.Is(err, pgx.ErrNoRows) {
		return nil, fault.ErrNotFound
	} else if err != nil {
		return nil, err
	}
	if subjectKind == "visit" {
		if own, err := pg.Scalar[bool](tx, `select exists (select from visit v where v.id = $1
			and (select caller_id()) in (v.performed_by, v.completed_by))`, subjectID); err != nil || own {
			return id, err
		}
	}
	if subjectKind == "patient" {
		if err := patient.UseIn(tx, subjectID); err != nil {
			return nil, err
		}
	}
	return id, access.SeeIn(tx, subjectKind, subjectID)
}

// attachment is a row of the table.
type attachment struct {
	pg.Created
	ID, Kind, SubjectKind, SubjectID, Caption, MediaType, Blob string
	Size                                                       int
	SHA256                                                     []byte
	CaseID, VoidedBy, VoidedReason                             *string
	TakenAt, VoidedAt                                          *time.Time
	Latitude, Longitude                                        *float64
}
