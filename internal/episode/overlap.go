package episode

import (
	"cmp"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// span is the period of a person in a programme by one case, in days of WITA
// (YYYY-MM-DD). until is "" while the case is open.
type span struct{ From, Until string }

// overlaps says whether a person would be in a programme twice. A case may begin
// on the day on which another ended.
func (s span) overlaps(o span) bool {
	return (o.Until == "" || s.From < o.Until) && (s.Until == "" || o.From < s.Until)
}

// apart checks that a case with the days in overlaps no other case of its person
// and programme. It ignores cases that are counted nowhere, proposals that were not
// approved, and cases that overlapped before (a merge of two records can cause
// that). A new proposal has no earlier days. Two open cases are not compared here:
// the database refuses the second with ErrOpen.
func (r row) apart(tx pg.Tx, in homecare.CorrectCaseDays, check *fault.Check) error {
	if r.State == Rejected || r.State == Withdrawn {
		return nil
	}
	was := span{From: r.ProposedOn}
	if r.State == Terminated {
		was.Until = *r.EndedOn
	}
	now := span{From: cmp.Or(in.ProposedOn, was.From), Until: was.Until}
	if was.Until != "" {
		now.Until = cmp.Or(in.EndedOn, was.Until)
	}
	others, err := pg.Rows[span](tx, `select c.proposed_on::text as "from",
		coalesce(case when c.state = 'terminated' then c.ended_on end::text, '') as until
		from care_case c where c.patient_id = $1 and c.programme_code = $2 and c.id is distinct
		from nullif($3, '')::uuid
			and c.state not in ('rejected', 'withdrawn')
			and coalesce(c.ending, '') not in ('merged', 'entered_in_error')
		order by c.proposed_on desc, c.id`, r.PatientID, r.Programme, r.ID)
	if err != nil {
		return err
	}
	for _, o := range others {
		switch {
		case !now.overlaps(o) || was.From != "" && was.overlaps(o) || now.Until == "" && o.Until == "":
			continue
		case in.EndedOn != "" && (in.ProposedOn == "" || now.From < o.From):
			check.Put(fault.Field{Pointer: "/ended_on", Code: "after_next", Args: map[string]any{"from": o.From},
				Text: fault.Text{
					ID: "Kasus lain orang ini dalam program yang sama mulai {from}. Isi hari itu atau sebelumnya, atau perbaiki tanggal kasus itu.",
					EN: "Another case of this person in the programme began on {from}. Give that day or an earlier one, or correct the days of that case."}})
		default:
			check.Put(fault.Field{Pointer: "/proposed_on", Code: "before_end", Args: map[string]any{"from": o.From,
				"until": o.Until}, Text: fault.Text{
				ID: "Orang ini mempunyai kasus lain dalam program yang sama dari {from} sampai {until}. Isi {until} atau sesudahnya, atau perbaiki tanggal kasus itu.",
				EN: "This person had another case in the programme from {from} to {until}. Give {until} or a later day, or correct the days of that case."}})
		}
		return nil
	}
	return nil
}
