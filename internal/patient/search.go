package patient

import (
	"context"
	"slices"
	"strings"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient/number"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/visible"
	"github.com/balangan/homecare/pkg/homecare"
)

// DefaultFound is the default number of persons in a search result.
const DefaultFound = 20

// Search finds persons by one number, or by the beginning of the name and the
// birth date. It records the caller and the kind of search, not the value.
// Error: fault.ErrInvalid.
func (s *Service) Search(ctx context.Context, in homecare.PatientSearch) (homecare.PatientsFound, error) {
	by, value, err := chosen(&in)
	if err != nil {
		return homecare.PatientsFound{}, err
	}
	if in.Limit == 0 {
		in.Limit = DefaultFound
	}
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.PatientsFound, error) {
		none := homecare.PatientsFound{}
		k, err := tx.Keys()
		if err != nil {
			return none, err
		}
		var index []byte
		column := map[string]string{"nik": "nik_index", "bpjs_card": "bpjs_index", "phone": "phone_index"}[by]
		if column != "" {
			index = k.Blind(map[string]string{"nik": "nik", "bpjs_card": "bpjs", "phone": "phone"}[by], value)
		}
		list, err := found(tx, column, index, visible.Kept(in.Name), in.BirthDate, in.Limit+1)
		if err != nil {
			return none, err
		}
		all := homecare.PatientsFound{Data: list, Truncated: len(list) > in.Limit}
		all.Data = all.Data[:min(len(list), in.Limit)]
		return all,
			s.trail.Record(tx, audit.Event{Action: "patient.search", SubjectKind: "patient",
				After: map[string]any{"by": by, "found": len(all.Data)}})
	})
}

// chosen returns the one kind of search in in, with its number normalised.
func chosen(in *homecare.PatientSearch) (by, value string, err error) {
	var check fault.Check
	ways := 0
	for _, w := range []struct {
		by, text string
		parse    func(string) (string, error)
		t        texts
	}{
		{"nik", in.NIK, func(s string) (string, error) { n, err := number.ParseNIK(s); return string(n), err },
			nikTexts},
		{"bpjs_card", in.BPJSCard, number.ParseBPJSCard, cardTexts},
		{"phone", in.Phone, number.ParsePhone, phoneTexts},
	} {
		if w.text != "" {
			ways++
			by, value = w.by, parsed(&check, "/"+w.by, w.text, w.parse, w.t)
		}
	}
	if in.Name != "" || in.BirthDate != "" {
		ways++
		by = "name"
	}
	check.That(ways == 1, "", "one_way",
		"Cari dengan satu cara saja: NIK, nomor BPJS, telepon, atau nama dan tanggal lahir (boleh salah satunya).",
		"Search in one way only: NIK, BPJS number, phone, or name and date of birth (one of them is enough).")
	return by, value, check.Err()
}

// found finds persons, also by values of records merged into them. name is a
// prefix.
func found(tx pg.Tx, column string, index []byte, name, birth string, limit int) ([]homecare.Patient, error) {
	said, args := `x.birth_date = $2::text::date`, []any{limit, birth}
	switch {
	case column != "":
		said, args = `x.`+column+` = $2`, []any{limit, index}
	case name != "":
		// A range over the index in C order. Its end is above every letter.
		said = `x.name_search >= lower($3) and x.name_search < lower($3) || U&'\+10FFFF' and ($2 = '' or x.birth_date = nullif($2, '')::date)`
		args = append(args, name)
	}
	const inOrder = ` order by p.name_search, p.id limit $1`
	list, err := viewsIn(tx, `where `+strings.ReplaceAll(said, "x.", "p.")+` and `+inUse+inOrder, args...)
	if err != nil || len(list) == limit {
		return list, err
	}
	merged, err := viewsIn(tx, `where p.id in (select x.merged_into_id from patient x where x.merged_into_id is not null
		and `+said+`)
		and `+inUse+inOrder, args...)
	for _, m := range merged {
		if len(list) < limit && !slices.ContainsFunc(list, func(p homecare.Patient) bool { return p.ID == m.ID }) {
			list = append(list, m)
		}
	}
	return list, err
}
