package evaluation

import (
	"strconv"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// evaluation is a row of the table.
type evaluation struct {
	pg.Created
	ID, SubjectKind, ProgrammeCode, OwnerAccountID, DueOn, State string
	Finding, Cause, Improvement                                  string
	SubjectID, Month, Result                                     *string
	ClosedAt                                                     *time.Time
}

const columns = `id, subject_kind, coalesce(subject_id::text, '') as subject_id, coalesce(month, '') as month,
	programme_code as programme, finding, cause, improvement,
	owner_account_id, due_on::text, state, state = 'open' and due_on < $1::text::date as overdue,
	coalesce(result, '') as result, created_at, changed_at as updated_at, version`

// seen is the condition of an evaluation that the caller may see: as its visit or case;
// every member of staff sees that of a month.
var seen = access.Record("subject_kind", "subject_id")

func byID(tx pg.Tx, id, lock string) (homecare.Evaluation, error) {
	return pg.Row[homecare.Evaluation](tx, `select `+columns+` from evaluation where id = $2
		and `+seen+` `+lock, clock.Day(tx.Now()), id)
}

// programmeFits says whether the evaluation names the programme of its case or visit,
// or for a month one that the puskesmas runs.
func programmeFits(tx pg.Tx, in homecare.NewEvaluation) (bool, error) {
	query := map[string]string{
		"case":  `select exists (select from care_case where id = $1::text::uuid and programme_code = $2)`,
		"visit": `select exists (select from visit where id = $1::text::uuid and programme_code = $2)`,
	}[in.SubjectKind]
	id := in.SubjectID
	if query == "" {
		query, id = `select exists (select from puskesmas_programme
			where puskesmas_id = $1::text::smallint
			and programme_code = $2)`, strconv.Itoa(int(tx.Principal().PuskesmasID))
	}
	var fits bool
	err := tx.QueryRow(query, id, in.Programme).Scan(&fits)
	return fits, err
}
