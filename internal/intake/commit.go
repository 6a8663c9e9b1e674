package intake

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/fact"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/source"
	"github.com/balangan/homecare/pkg/homecare"
)

// Commit takes the accepted rows into the registry, all or nothing: persons, their sources, facts and households,
// and likely duplicates (SOP HS 5a). Undecided rows stay open for a decision. Errors: fault.ErrNotFound,
// fault.ErrStale, fault.ErrState.
func (s *Service) Commit(ctx context.Context, in idParams) (homecare.Import, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Import, error) {
		before, err := lock(tx, in.ID)
		if err != nil {
			return homecare.Import{}, err
		}
		// One commit at a time: two files may name the same new person.
		if err := patient.LockCommits(tx); err != nil {
			return homecare.Import{}, err
		}
		counts, err := s.commitRows(tx, before)
		if err != nil {
			return homecare.Import{}, err
		}
		after, err := closeImport(tx, in.ID, "committed", counts)
		if err != nil {
			return homecare.Import{}, err
		}
		return after, s.trail.Record(tx, audit.Event{Action: "import.commit", SubjectKind: "import", SubjectID: in.ID,
			Before: map[string]any{"state": before.State}, After: map[string]any{"state": after.State,
				"counts": counts}})
	})
}

// taking is a commit in progress.
type taking struct {
	tx       pg.Tx
	file     homecare.Import
	m        *matcher
	families *families
	counts   homecare.ImportCounts
	touched  map[*known]bool
}

func (s *Service) commitRows(tx pg.Tx, file homecare.Import) (homecare.ImportCounts, error) {
	if err := byIndex(tx); err != nil {
		return file.Counts, err
	}
	m, err := newMatcher(tx)
	if err != nil {
		return file.Counts, err
	}
	t := taking{tx: tx, file: file, m: m, families: newFamilies(m), touched: map[*known]bool{}}
	c := file.Counts
	t.counts = homecare.ImportCounts{Rows: c.Rows, Accepted: c.Accepted, Rejected: c.Rejected, Duplicate: c.Duplicate,
		Conflict: c.Conflict, ToDecide: c.ToDecide, Warnings: c.Warnings,
		RegistryConflicts: c.RegistryConflicts}
	for after := -1; ; {
		first := after < 0
		entries, err := accepted(tx, m.k, file.ID, after)
		if err != nil {
			return t.counts, err
		}
		if len(entries) == 0 {
			break
		}
		after = entries[len(entries)-1].number
		if err := t.chunk(entries); err != nil {
			return t.counts, err
		}
		if first && len(entries) == chunkRows { // more rows follow
			if _, err := tx.Exec(`select analyze_registry()`); err != nil {
				return t.counts, err
			}
		}
	}
	return t.counts, t.finish()
}

// chunk takes some rows, with a fixed number of statements.
func (t *taking) chunk(entries []*entry) error {
	if err := t.m.chunk(entries); err != nil {
		return err
	}
	for _, e := range entries {
		if e.verdict == source.ToDecide { // the registry contradicts the row since the preview
			t.counts.Accepted--
			t.counts.ToDecide++
		}
	}
	houses, err := t.families.chunk(entries)
	if err != nil {
		return err
	}
	t.counts.NewHouseholds += houses
	t.m.count(&t.counts, entries)
	if err := t.families.save(); err != nil {
		return err
	}
	if err := t.savePersons(entries); err != nil {
		return err
	}
	if err := t.saveFacts(entries); err != nil {
		return err
	}
	return markTaken(t.tx, t.file.ID, entries)
}

func (t *taking) savePersons(entries []*entry) error {
	var fresh, changed []*patient.Record
	var list []*known
	var seen []patient.Seen
	for _, e := range entries {
		for _, id := range []string{e.patientID, e.newbornID} {
			if id != "" {
				seen = append(seen, patient.Seen{PatientID: id, Source: t.file.DataSource, At: t.file.AsOf,
					ImportID: t.file.ID})
			}
		}
		for _, k := range []*known{e.person, e.newborn} {
			if k == nil {
				continue
			}
			t.touched[k] = true
			switch {
			case k.created && !k.saved:
				fresh = append(fresh, k.rec)
			case k.dirty:
				changed = append(changed, k.rec)
				if !k.created && !k.changed {
					k.changed = true
					t.counts.ChangedPatients++
				}
			}
			if k.created && !k.saved || k.dirty {
				list = append(list, k)
			}
			k.saved, k.dirty = true, false
		}
	}
	if err := patient.InsertIn(t.tx, fresh); err != nil {
		return err
	}
	if err := patient.UpdateIn(t.tx, changed); err != nil {
		return err
	}
	if err := t.m.saveKeys(list); err != nil {
		return err
	}
	return patient.SawIn(t.tx, seen)
}

func (t *taking) saveFacts(entries []*entry) error {
	var facts []fact.Told
	for _, e := range entries {
		if e.person == nil {
			continue
		}
		facts = t.add(facts, e.patientID, e.content.Facts)
		if e.newborn != nil {
			facts = t.add(facts, e.newbornID, e.content.NewbornFacts)
		}
	}
	n, err := fact.AddIn(t.tx, facts)
	t.counts.NewFacts += int(n)
	return err
}

func (t *taking) add(to []fact.Told, id string, facts []source.Fact) []fact.Told {
	for _, f := range facts {
		p := fact.Told{PatientID: id, Source: t.file.DataSource, Code: f.Code, Value: f.Value, Text: f.Text,
			Unit: f.Unit, Sensitive: f.Sensitive, ImportID: t.file.ID}
		if !f.At.IsZero() {
			p.At = &f.At
		}
		to = append(to, p)
	}
	return to
}

// finish proposes likely duplicates of the persons that the file touched. Their facts and
// scores follow the commit (package priority).
func (t *taking) finish() error {
	list := make([]*known, 0, len(t.touched))
	for k := range t.touched {
		list = append(list, k)
	}
	var err error
	t.counts.LikelyDuplicates, err = t.m.propose(list)
	return err
}
