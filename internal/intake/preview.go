package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/source"
	"github.com/balangan/homecare/pkg/homecare"
)

func (s *Service) preview(tx pg.Tx, k crypt.Tenant, in homecare.NewImport, file *source.File, asOf time.Time,
	hash []byte) (homecare.Import, error) {
	none := homecare.Import{}
	if in.ID == "" {
		in.ID = uuid.Must(uuid.NewV7()).String()
	}
	in.ID = strings.ToLower(in.ID)
	if err := insertImport(tx, k, in, file, asOf, hash); err != nil {
		return none, err
	}
	if err := byIndex(tx); err != nil {
		return none, err
	}
	m, err := newMatcher(tx)
	if err != nil {
		return none, err
	}
	counts, classes, err := previewRows(tx, m, in.ID, file)
	if err != nil {
		return none, err
	}
	if _, err := tx.Exec(`update import_file set counts = $2, classes = $3 where id = $1`, in.ID, counts,
		classes); err != nil {
		return none, err
	}
	out, err := importIn(tx, in.ID)
	if err != nil {
		return none, err
	}
	return out, s.trail.Record(tx, audit.Event{Action: "import.preview", SubjectKind: "import", SubjectID: in.ID,
		After: map[string]any{"source": in.Source, "counts": counts}})
}

// classCount is one kind of finding as stored.
type classCount struct {
	Class source.Class `json:"class"`
	Count int          `json:"count"`
}

// previewRows stores the rows and predicts what a commit would do.
func previewRows(tx pg.Tx, m *matcher, importID string, file *source.File) (homecare.ImportCounts, []classCount,
	error) {
	var counts homecare.ImportCounts
	found := map[source.Class]int{}
	families := newFamilies(m)
	pairs := map[[2]string]bool{}
	for rows := range slices.Chunk(file.Rows, chunkRows) {
		entries := make([]*entry, len(rows))
		for i, r := range rows {
			e := &entry{number: r.Number, line: r.Line, of: r.Of, hash: rowHash(m.k, r.Hash), verdict: r.Verdict,
				content: content{Person: r.Person, Newborn: r.Newborn, Household: r.Household, Facts: r.Facts,
					NewbornFacts: r.NewbornFacts, Raw: r.Raw.Map()}}
			for _, list := range [][]source.Issue{r.Errors, r.Questions, r.Warnings} {
				for _, f := range list {
					e.issues = append(e.issues, issue{Class: f.Class, Field: f.Field})
				}
			}
			entries[i] = e
		}
		if err := m.chunk(entries); err != nil {
			return counts, nil, err
		}
		houses, err := families.chunk(entries)
		if err != nil {
			return counts, nil, err
		}
		counts.NewHouseholds += houses
		m.count(&counts, entries)
		for _, e := range entries {
			countVerdict(&counts, e)
			for _, f := range e.issues {
				found[f.Class]++
			}
			for _, k := range []*known{e.person, e.newborn} {
				if k == nil {
					continue
				}
				for _, p := range m.likely(k) {
					pairs[[2]string{p.first, p.second}] = true
				}
			}
			if e.person != nil && e.person.created {
				e.patientID = "" // it has no id before the commit
			}
			if e.newborn != nil && e.newborn.created {
				e.newbornID = ""
			}
		}
		if err := insertRows(tx, m.k, importID, entries); err != nil {
			return counts, nil, err
		}
		clear(rows) // stored: the file need not stay in memory with the known persons
	}
	for _, k := range m.byID {
		if k.dirty && !k.created {
			counts.ChangedPatients++
		}
	}
	counts.LikelyDuplicates = len(pairs)
	classes := make([]classCount, 0, len(found))
	for _, c := range slices.Sorted(maps.Keys(found)) {
		classes = append(classes, classCount{c, found[c]})
	}
	return counts, classes, nil
}

func countVerdict(c *homecare.ImportCounts, e *entry) {
	c.Rows++
	switch e.verdict {
	case source.Accepted:
		c.Accepted++
		for _, i := range e.issues {
			if i.Class.Level() == source.LevelWarning {
				c.Warnings++
			}
		}
	case source.Rejected:
		c.Rejected++
	case source.Duplicate:
		c.Duplicate++
	case source.ToDecide:
		c.ToDecide++
	}
}

// count adds up the outcomes of the accepted rows.
func (m *matcher) count(c *homecare.ImportCounts, entries []*entry) {
	for _, e := range entries {
		switch e.match {
		case matchSameRow:
			c.UnchangedRows++
		case matchConflict:
			c.RegistryConflicts++
		case matchNIK, matchCard:
			c.MatchedRows++
		}
		for _, k := range []*known{e.person, e.newborn} {
			if k != nil && k.created && !k.counted {
				k.counted = true
				c.NewPatients++
			}
		}
	}
}

// fileHash identifies a file read in this way, to find an earlier upload.
func fileHash(k crypt.Tenant, in homecare.NewImport) []byte {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q", in.Source, in.DataSource)
	for _, c := range slices.Sorted(maps.Keys(in.Columns)) {
		fmt.Fprintf(h, " %q %q", c, in.Columns[c])
	}
	h.Write([]byte{'\n'})
	h.Write(in.File)
	return k.Blind("file", hex.EncodeToString(h.Sum(nil)))
}
