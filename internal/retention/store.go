package retention

import (
	"encoding/json"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// retentionIn reads a person's state. It does not read last_contact of a
// destroyed record, whose remaining data are in record_destruction.
func retentionIn(tx pg.Tx, id string) (homecare.Retention, error) {
	row, err := pg.Row[struct {
		Version                         int64
		Years                           int
		Source                          string
		LastContact, ProposedAt         *time.Time
		DestroyedAt                     *time.Time
		Reason, ProposedBy, DestroyedBy string
		Counts                          []byte
	}](tx, `select p.version, r.years, r.source, case when d.destroyed_at is null then last_contact(p.id) else
		d.last_contact end as last_contact,
			d.proposed_at, coalesce(d.reason, '') as reason, coalesce(d.proposed_by::text, '') as proposed_by,
			d.destroyed_at, coalesce(d.destroyed_by::text, '') as destroyed_by, d.counts
		from patient p cross join retention_rule r
		left join record_destruction d on d.puskesmas_id = p.puskesmas_id and d.patient_id = p.id
		where p.id = $1 and r.code = 'medical_record'`, id)
	if err != nil {
		return homecare.Retention{}, err
	}
	out := homecare.Retention{PatientID: id, LastContact: row.LastContact, Years: row.Years, Source: row.Source,
		DestroyedAt: row.DestroyedAt, DestroyedBy: row.DestroyedBy, Version: row.Version}
	if row.LastContact != nil {
		// The first day after the retention period.
		out.DueOn = clock.Day(row.LastContact.AddDate(row.Years, 0, 1))
	}
	out.Holds, err = pg.Rows[homecare.LegalHold](tx, `select reason, placed_at, placed_by::text as placed_by
		from legal_hold
		where patient_id = any (same_person($1)) and released_at is null order by placed_at, id`, id)
	if err != nil {
		return out, err
	}
	if len(out.Holds) > 0 {
		out.Hold = &out.Holds[0]
	}
	if row.ProposedAt != nil {
		out.Proposal = &homecare.Destruction{Reason: row.Reason, ProposedAt: *row.ProposedAt,
			ProposedBy: row.ProposedBy}
	}
	if row.Counts != nil {
		out.DestroyedParts = &homecare.Parts{}
		err = json.Unmarshal(row.Counts, out.DestroyedParts)
	}
	return out, err
}
