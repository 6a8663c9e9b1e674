package report

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// compared are the states in which a report's frozen figures are compared with
// the records: from submission, so that Kepala knows the differences when
// signing, until the report is no longer official.
const compared = `('submitted', 'sent', 'accepted', 'archived')`

// delta lists, for the puskesmas, how its records now differ from the frozen
// figures. It is nil for Dinkes, which sees no record, and for a report that was
// not submitted or was superseded.
func (r row) delta(tx pg.Tx) ([]homecare.ReportDelta, error) {
	if !strings.Contains(compared, "'"+string(r.State)+"'") || tx.Principal().PuskesmasID != r.PuskesmasID {
		return nil, nil
	}
	live, err := computeAll(tx, r.template, r.ProgrammeCode, r.Month, "id")
	if err != nil {
		return nil, err
	}
	return differing(*r.Figures, live), nil
}

// differing compares frozen figures with all live ones. A row that only one
// side has is 0 on the other. In a table of the top rows, a row that newly
// appears counts as a difference; a row that it pushed out does not.
func differing(frozen, live homecare.ReportFigures) []homecare.ReportDelta {
	out := []homecare.ReportDelta{}
	for i, sec := range frozen.Sections {
		if i >= len(live.Sections) {
			break
		}
		now, seen := map[string]homecare.ReportRow{}, map[string]bool{}
		for _, l := range live.Sections[i].Rows {
			now[l.Code] = l
		}
		add := func(code, label string, was, is []int64) {
			seen[code] = true
			for c, column := range sec.Columns {
				if a, b := at(was, c), at(is, c); a != b {
					out = append(out, homecare.ReportDelta{Figures: sec.Figures, Code: code, Label: label,
						Column: column, Frozen: a, Live: b})
				}
			}
		}
		for _, f := range sec.Rows {
			add(f.Code, f.Label, f.Values, now[f.Code].Values)
		}
		top := figureSets[sec.Figures].top
		for n, l := range live.Sections[i].Rows {
			if !seen[l.Code] && (top == 0 || n < top) {
				add(l.Code, l.Label, nil, l.Values)
			}
		}
	}
	return out
}

func at(values []int64, i int) int64 {
	if i < len(values) {
		return values[i]
	}
	return 0
}

// countIn stores in how many cells the records differ from a report's figures.
func (r *row) countIn(tx pg.Tx, cells int) (err error) {
	r.Differs = &cells
	r.DiffersAt, err = pg.Scalar[*time.Time](tx, `insert into report_delta (puskesmas_id, report_id, cells)
		values ($1, $2, $3)
		on conflict (puskesmas_id, report_id) do update set cells = excluded.cells, computed_at = clock_timestamp()
		returning computed_at`,
		r.PuskesmasID, r.ID, cells)
	return err
}

// Recount counts, for Dinkes, in how many cells the records now differ from the
// submitted reports of a programme's month and later months. Concurrent calls wait
// for each other, so the last one sees everything committed before it.
func Recount(ctx context.Context, db *pg.DB, puskesmasID int16, programme, month string) error {
	_, err := pg.SystemFor(ctx, db, "report delta", puskesmasID, func(tx pg.Tx) (struct{}, error) {
		if _, err := tx.Exec(`select pg_advisory_xact_lock(hashtextextended($1, 0))`,
			fmt.Sprintf("report_delta/%d/%s", puskesmasID, programme)); err != nil {
			return struct{}{}, err
		}
		reports, err := pg.Rows[row](tx, `select `+rowColumns+rowFrom+`where r.puskesmas_id = $1
			and r.programme_code = $2 and r.month >= $3
			and r.state in `+compared, puskesmasID, programme, month)
		for _, r := range reports {
			cells, err := r.delta(tx)
			if err != nil {
				return struct{}{}, err
			}
			if err := r.countIn(tx, len(cells)); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, err
	})
	return err
}
