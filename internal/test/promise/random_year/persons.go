//go:build sabotage

package random_year

import (
	"net/url"
	"slices"
	"time"

	"github.com/balangan/homecare/internal/test/promise/recount"
	"github.com/balangan/homecare/pkg/homecare"
)

func (y *year) living() (string, error) {
	return some(y, y.book.Persons, func(p *recount.Person) bool { return !p.Voided && p.MergedInto == "" })
}

func (y *year) merge() error {
	into, err := y.living()
	if err != nil {
		return err
	}
	from, err := y.living()
	if err != nil || from == into {
		return errNothing
	}
	ctx := y.t.Context()
	p, err := y.koordinator.Patient(ctx, from)
	if err == nil {
		p, err = y.koordinator.MergePatient(ctx, from, p.Version, homecare.MergePatient{IntoID: into,
			Reason: "Orang yang sama"})
	}
	if err != nil {
		return err
	}
	y.book.Persons[from].MergedInto = into
	y.undoable = append(y.undoable, from)
	y.knows(into, p)
	y.note("merged %s into %s", from, into)
	return y.again(from, into)
}

// knows notes what is now known about a person.
func (y *year) knows(id string, p homecare.Patient) {
	k := y.book.Persons[id]
	k.Sex, k.Born, k.Died = p.Sex, p.BirthDate, p.DeceasedOn
}

func (y *year) unmerge() error {
	if len(y.undoable) == 0 {
		return errNothing
	}
	from := y.undoable[len(y.undoable)-1]
	y.undoable = y.undoable[:len(y.undoable)-1]
	into := y.book.Persons[from].MergedInto
	ctx := y.t.Context()
	p, err := y.kepala.Patient(ctx, from)
	if err == nil {
		_, err = y.kepala.UnmergePatient(ctx, from, p.Version, homecare.Why{Reason: "Ternyata dua orang"})
	}
	if err != nil { // perhaps a death was recorded meanwhile; it may be retracted later
		y.undoable = slices.Insert(y.undoable, 0, from)
		return err
	}
	y.book.Persons[from].MergedInto = ""
	y.note("undone: %s into %s", from, into)
	for _, id := range []string{from, into} {
		p, err := y.kepala.Patient(ctx, id)
		if err != nil {
			return err
		}
		y.knows(id, p)
	}
	return y.again(from, into)
}

func (y *year) void() error {
	// A person with an open case cannot be voided.
	busy := map[string]bool{}
	for _, c := range y.book.Cases {
		if c.State != "terminated" && c.State != "rejected" && c.State != "withdrawn" {
			busy[c.Person] = true
		}
	}
	id, err := y.living()
	for tries := 0; err == nil && busy[id] && tries < 30; tries++ {
		id, err = y.living()
	}
	if err != nil {
		return err
	}
	p, err := y.koordinator.Patient(y.t.Context(), id)
	if err == nil {
		_, err = y.koordinator.VoidPatient(y.t.Context(), id, p.Version, homecare.Why{Reason: "Salah catat"})
	}
	if err == nil {
		y.book.Persons[id].Voided = true
		y.note("voided %s", id)
	}
	return err
}

// correct changes a birth date or a sex.
func (y *year) correct() error {
	id, err := y.living()
	if err != nil {
		return err
	}
	k := y.book.Persons[id]
	born, sex := recount.Day(y.now.AddDate(-y.r.IntN(80), -y.r.IntN(12), -30)), pick(y.r, []string{"male", "female"})
	p, err := y.koordinator.Patient(y.t.Context(), id)
	if err == nil {
		_, err = y.koordinator.ChangePatient(y.t.Context(), id, p.Version,
			homecare.PatientChange{BirthDate: homecare.Some(born), Sex: homecare.Some(sex)})
	}
	if err == nil {
		k.Born, k.Sex = born, sex
		y.note("corrected %s: %s born %s", id, sex, born)
	}
	return err
}

// sign attaches the signed copy of a refusal.
func (y *year) sign() error {
	c, err := y.case_("terminating")
	if err != nil {
		return err
	}
	ctx := y.t.Context()
	docs, err := y.koordinator.Documents(ctx, url.Values{"case_id": {c.ID}, "kind": {"refusal_letter"}})
	if err != nil {
		return err
	}
	for _, d := range docs.Data {
		if d.State != "issued" {
			continue
		}
		a, err := y.koordinator.Upload(ctx, homecare.NewAttachment{Kind: "signed_letter", SubjectKind: "document",
			SubjectID: d.ID, File: []byte("%PDF-1.4\nuji\n%%EOF\n")})
		if err == nil {
			_, err = y.koordinator.AttachSignedCopy(ctx, d.ID, d.Version, homecare.SignedCopy{AttachmentID: a.ID})
		}
		if err != nil {
			return err
		}
		return y.again(c.PatientID)
	}
	return errNothing
}

// take takes a parked act, as sent or for another case at another time. The
// answer says what it became.
func (y *year) take() error {
	if len(y.waiting) == 0 {
		return errNothing
	}
	at := y.r.IntN(len(y.waiting))
	id := y.waiting[at]
	ctx := y.t.Context()
	a, err := y.kepala.Parked(ctx, id)
	if err != nil {
		return err
	}
	if y.r.IntN(2) == 0 {
		a, err = y.kepala.TakeParked(ctx, id, a.Version, homecare.DecideParked{Note: "Ambil"})
	} else {
		to := homecare.RedirectParked{Note: "Alihkan",
			At: new(y.now.Add(-time.Duration(2+y.r.IntN(20*24)) * time.Hour))}
		if to.CaseID, err = some(y, y.book.Cases, func(c *recount.Case) bool {
			return c.State == "active"
		}); err == nil {
			a, err = y.kepala.RedirectParked(ctx, id, a.Version, to)
		}
	}
	if err != nil {
		return err
	}
	y.waiting = slices.Delete(y.waiting, at, at+1)
	y.note("took %s: %s %s", id, a.Permission, a.ResultID)
	switch a.Permission {
	case "POST /v1/visits/{id}/miss":
		y.book.Visits[a.ResultID].State = "missed"
	case "POST /v1/visits/bundle":
		v, err := y.kepala.Visit(ctx, a.ResultID)
		if err != nil {
			return err
		}
		in := homecare.VisitBundle{ArrivedAt: *v.ArrivedAt,
			VisitParts: homecare.VisitParts{Services: &homecare.ServicesPart{Services: v.Services},
				Diagnoses: &homecare.DiagnosesPart{Diagnoses: v.Diagnoses}}}
		if v.NextVisitID != "" {
			next, err := y.kepala.Visit(ctx, v.NextVisitID)
			if err != nil {
				return err
			}
			in.Plan = &homecare.VisitPlan{NextVisit: &homecare.NextVisit{StartsAt: &next.PlannedFor}}
		}
		y.saw(v, in)
		return y.again(a.PatientID, v.PatientID)
	}
	return y.again(a.PatientID)
}
