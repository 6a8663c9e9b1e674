package episode

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Steps that a merge and its reversal write to a case's history.
const (
	mergeAction   = "merge"
	unmergeAction = "unmerge"
)

// further ranks how far a case has progressed; of two open cases the one
// further on continues. A refusal that waits for its letter ranks above care.
var further = map[string]int{Proposed: 1, Approved: 2, Active: 3, Terminating: 4}

// Texts that a merge writes into letters, histories and endings. They are in the
// language of the programme, not of the caller.
const (
	mergedText      = "Kasus berlanjut pada kasus lain: dua data orang ini digabung."
	mergedDeathText = "Tercatat meninggal pada data yang digabung."
)

// ErrMergeVisit: a visit is under way for the case that would end, and its
// staff could not complete it in the other case's team.
var ErrMergeVisit = fault.Define(fault.Conflict, "case.merge_visit_open",
	"Kunjungan untuk orang ini sedang berlangsung oleh tim lain. Gabungkan sesudah kunjungan itu selesai.",
	"A visit of this person by another team is under way. Merge when it is completed.")

// JoinOpenIn leaves one open case per programme when two persons are merged. The case
// further on continues; of equal ones, the older. The other ends as merged, and its
// open visits, tasks and alerts move to the one that continues. Completed records keep
// their case. Error: ErrMergeVisit. For patient.Service.Merging.
func (s *Service) JoinOpenIn(tx pg.Tx, fromID, toID string) error {
	open, err := pg.Rows[row](tx, `select `+rowColumns+rowFrom+`where c.patient_id in ($1, $2)
		and c.state in `+access.OpenCase+`
		order by c.proposed_at, c.id for update of c`, fromID, toID)
	if err != nil {
		return err
	}
	for i := range open {
		stays := &open[i]
		at := slices.IndexFunc(open[i+1:], func(o row) bool { return o.Programme == stays.Programme })
		if at < 0 {
			continue
		}
		ends := &open[i+1+at]
		if further[ends.State] > further[stays.State] {
			stays, ends = ends, stays
		}
		if err := s.endAsMerged(tx, *ends, *stays); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) endAsMerged(tx pg.Tx, ends, stays row) error {
	if ends.TeamID != nil && (stays.TeamID == nil || *ends.TeamID != *stays.TeamID) {
		under, err := pg.Scalar[bool](tx, `select exists (select from visit where case_id = $1
			and state = 'in_progress')`, ends.ID)
		if err != nil || under {
			return cmp.Or(err, error(ErrMergeVisit))
		}
	}
	for _, move := range s.CaseMerged {
		if err := move(tx, ends.ID, stays.ID); err != nil {
			return err
		}
	}
	before := ends.State
	if err := s.voidRefusal(tx, ends, mergedText); err != nil {
		return err
	}
	kind, d := Merged, byCaller(tx, mergeAction, mergedText)
	ends.Ending, ends.EndedOn, ends.MergedIntoCaseID = &kind, &d.on, &stays.ID
	if err := s.pass(tx, &ends, d); err != nil {
		return err
	}
	return s.trail.Record(tx, audit.Event{Action: "case.merge", SubjectKind: "case", SubjectID: ends.ID,
		Before: map[string]any{"state": before}, After: map[string]any{"state": ends.State, "ending": Merged,
			"merged_into_case_id": stays.ID}})
}

// DiedIn ends every open case of a person whose death a merge reveals, like any
// other death, with the details recorded for that death if there are any. For
// patient.Service.Died.
func (s *Service) DiedIn(tx pg.Tx, patientID, date string) error {
	open, err := lockOpen(tx, patientID, "00000000-0000-0000-0000-000000000000")
	if err != nil || len(open) == 0 {
		return err
	}
	e := homecare.CaseEnd{Kind: Death, Date: date, PerformedBy: tx.Principal().UserID,
		Death: &homecare.Death{Place: "elsewhere", Cause: mergedDeathText}}
	known, err := pg.Rows[sealedEnding](tx, `select e.id, e.detail_sealed from case_ending e
		join care_case c on c.puskesmas_id = e.puskesmas_id and c.id = e.case_id
		where c.patient_id = $1 and c.ending = 'death' and e.kind = 'death' and length(e.detail_sealed) > 0
			order by e.recorded_at desc, e.id desc limit 1`, patientID)
	if err != nil {
		return err
	}
	if len(known) > 0 {
		keys, err := tx.Keys()
		if err != nil {
			return err
		}
		plain, err := OpenEnding(keys, known[0].ID, known[0].DetailSealed)
		if err != nil {
			return err
		}
		var told homecare.CaseEnd
		if err := json.Unmarshal(plain, &told); err != nil {
			return err
		}
		if told.Death != nil {
			e.Death = told.Death
		}
	}
	return s.endByDeath(tx, open, e)
}

// PartedIn writes to the history of each case that the reversal of a merge
// reopened, and updates the figures. For patient.Service.Parted.
func (s *Service) PartedIn(tx pg.Tx, p patient.Parting) ([]homecare.MergedRecord, error) {
	type reopened struct{ ID, Programme, Was, State string }
	rows, err := pg.Rows[reopened](tx, `select distinct on (c.id) c.id, c.programme_code as programme,
		n.after ->> 'state' as was, c.state
		from person_merge_change n join care_case c on c.puskesmas_id = n.puskesmas_id
			and c.id = (n.row_key ->> 'id')::uuid
		where n.merge_id = $1 and n.relation = 'care_case' and n.before ->> 'state' = c.state
		order by c.id, n.n desc`, p.MergeID)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if err := note(tx, row{ID: r.ID, Programme: r.Programme}, byCaller(tx, unmergeAction, patient.MergeUndone),
			r.Was, r.State); err != nil {
			return nil, err
		}
		if err := s.trail.Record(tx, audit.Event{Action: "case.unmerge", SubjectKind: "case", SubjectID: r.ID,
			Reason: p.Reason,
			Before: map[string]any{"state": r.Was}, After: map[string]any{"state": r.State}}); err != nil {
			return nil, err
		}
	}
	return nil, nil
}
