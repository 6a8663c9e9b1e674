package episode_test

import (
	"net/url"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// retract retracts the death that ended a case.
func (w world) retract(t *testing.T, caseID string) {
	t.Helper()
	ok[homecare.Case](t)(w.kepala.RetractDeath(t.Context(), caseID, w.caseVersion(t, caseID),
		homecare.Retraction{Reason: "Orang lain"}))
}

// redated corrects the day of the death that ended a case.
func (w world) redated(t *testing.T, caseID, day string) {
	t.Helper()
	ok[homecare.Case](t)(w.koordinator.CorrectCaseDays(t.Context(), caseID, w.caseVersion(t, caseID),
		homecare.CorrectCaseDays{EndedOn: day, Reason: "Salah tulis"}))
}

// inseparable checks that the merge of a record cannot be undone because of a
// death, and which case recorded it, "" for none.
func (w world) inseparable(t *testing.T, from, caseID string) {
	t.Helper()
	_, err := w.kepala.UnmergePatient(t.Context(), from, w.version(t, from), homecare.Why{Reason: "Ternyata dua orang"})
	if p := want(t, err, 409, "patient.unmerge_death"); p.CaseID != caseID {
		t.Errorf("names case %q, want %q", p.CaseID, caseID)
	}
}

// lives checks that a person is alive and the case continues with that many
// open tasks.
func (w world) lives(t *testing.T, person, caseID string, tasks int) {
	t.Helper()
	ctx := t.Context()
	if p := ok[homecare.Patient](t)(w.koordinator.Patient(ctx, person)); p.DeceasedOn != "" {
		t.Errorf("%s died on %s", person, p.DeceasedOn)
	}
	if c := ok[homecare.Case](t)(w.kepala.Case(ctx, caseID)); c.State != "active" || c.PatientID != person {
		t.Errorf("case %s of %s, %s by %s, want an active one of %s", c.ID, c.PatientID, c.State, c.Ending, person)
	}
	l := ok[homecare.Page[homecare.FollowUp]](t)(w.kepala.FollowUps(ctx,
		url.Values{"case_id": {caseID}, "state": {"open"}})).Data
	if len(l) != tasks {
		t.Errorf("case %s has %d open tasks, want %d", caseID, len(l), tasks)
	}
	for _, f := range l {
		if n := w.count(t, `select count(*) from counted_act where follow_up_id = $1 and act = 'cancelled'`,
			f.ID); n != 0 {
			t.Errorf("an open task of case %s counts as cancelled: %+v", caseID, f.Acts)
		}
	}
}

// TestDeathToldOfTwo: a death recorded at a case while two persons were merged is, after
// the merge is undone, the death of the person of that case. The other is alive, with
// what the death had cancelled. Where the death ended a case of each, a person says
// whose it was.
func TestDeathToldOfTwo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	for n, x := range []struct {
		name       string
		elderStays bool
	}{{"at the case of the one who came", false}, {"at the case of the one who stays", true}} {
		t.Run(x.name, func(t *testing.T) {
			died, other := w.person(t, "Galuh Tujuh"), w.double(t, "Galuh Tujuh")
			elder, younger := w.activeOf(t, died), w.activeOf(t, other)
			w.task(t, w.nurse, elder.ID, w.nurseID, "")
			w.task(t, w.nurse, younger.ID, w.nurseID, "")
			next := w.planned(t, younger.ID, 5+n)
			from, to := died, other
			if x.elderStays {
				from, to = other, died
			}
			w.merge(t, from, to)
			ok[homecare.Case](t)(w.nurse.EndCase(ctx, elder.ID, w.caseVersion(t, elder.ID), death("2026-10-13")))
			// An earlier visit, sent late: its task is closed like the others.
			w.visited(t, younger.ID, 50+n)
			w.unmerge(t, from)
			if p, c := ok[homecare.Patient](t)(w.koordinator.Patient(ctx, died)),
				ok[homecare.Case](t)(w.kepala.Case(ctx, elder.ID)); p.DeceasedOn != "2026-10-13" ||
				c.PatientID != died || c.Ending != "death" {
				t.Errorf("died on %q, case of %s ended by %q", p.DeceasedOn, c.PatientID, c.Ending)
			}
			w.lives(t, other, younger.ID, 2)
			if v := ok[homecare.Visit](t)(w.kepala.Visit(ctx, next.ID)); v.State != "planned" ||
				v.CaseID != younger.ID {
				t.Errorf("the planned visit is %s of %s", v.State, v.CaseID)
			}
		})
	}
	t.Run("at a case of each", func(t *testing.T) {
		from, to := w.person(t, "Galuh Tujuh Belas"), w.double(t, "Galuh Tujuh Belas")
		told, along := w.activeOf(t, from), w.propose(t, w.koordinator, "homecare_sanggam", to)
		w.merge(t, from, to)
		ok[homecare.Case](t)(w.nurse.EndCase(ctx, told.ID, w.caseVersion(t, told.ID), death("2026-10-13")))
		w.inseparable(t, from, told.ID)
		w.retract(t, told.ID)
		w.unmerge(t, from)
		w.lives(t, from, told.ID, 0)
		if c := ok[homecare.Case](t)(w.kepala.Case(ctx, along.ID)); c.State != "proposed" || c.PatientID != to {
			t.Errorf("the other's case is %s of %s", c.State, c.PatientID)
		}
	})
	t.Run("before the merge; a late visit is no death", func(t *testing.T) {
		from, to := w.person(t, "Galuh Tujuh Puluh"), w.double(t, "Galuh Tujuh Puluh")
		told, goes := w.activeOf(t, from), w.activeOf(t, to)
		ok[homecare.Case](t)(w.nurse.EndCase(ctx, told.ID, told.Version, death("2026-10-13")))
		w.merge(t, from, to)
		w.visited(t, goes.ID, 60)
		w.unmerge(t, from)
		w.lives(t, to, goes.ID, 1)
	})
	t.Run("of a record without a case, corrected since", func(t *testing.T) {
		from, to := w.double(t, "Galuh Tujuh Ratus"), w.person(t, "Galuh Tujuh Ratus")
		ok[homecare.Patient](t)(w.koordinator.ChangePatient(ctx, from, 1,
			homecare.PatientChange{DeceasedOn: homecare.Some("2026-10-13")}))
		c := w.activeOf(t, to)
		w.merge(t, from, to)
		w.redated(t, c.ID, "2026-10-14")
		w.inseparable(t, from, c.ID)
	})
}

// TestTasksOfTheDeadOfTwo: a death revealed by a merge closes the tasks of every case
// of the person, also of an ended one. After the merge is undone they are open again
// and counted as such.
func TestTasksOfTheDeadOfTwo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	living, died := w.person(t, "Galuh Dua Belas"), w.double(t, "Galuh Dua Belas")
	ended, told := w.activeOf(t, living), w.activeOf(t, died)
	f := w.task(t, w.nurse, ended.ID, w.nurseID, "")
	ok[homecare.Case](t)(w.physician.EndCase(ctx, ended.ID, ended.Version, w.referral()))
	ok[homecare.Case](t)(w.nurse.EndCase(ctx, told.ID, told.Version, death("2026-10-14")))
	is := func(want string, counts int) {
		t.Helper()
		if got := ok[homecare.FollowUp](t)(w.kepala.FollowUp(ctx, f.ID)); got.State != want {
			t.Errorf("the task is %s, want %s", got.State, want)
		}
		if n := w.count(t, `select count(*) from counted_act where follow_up_id = $1 and act = 'cancelled'`,
			f.ID); n != counts {
			t.Errorf("counts as cancelled %d times, want %d", n, counts)
		}
	}
	w.merge(t, died, living)
	is("cancelled", 1)
	w.unmerge(t, died)
	is("open", 0)
}

// TestLateTaskOfTheLivingGoesOn: a task of a visit that arrived after the death, in a
// case that ended as merged, moves to the case that continues once the death is
// retracted.
func TestLateTaskOfTheLivingGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	stays, from := w.person(t, "Galuh Empat Belas"), w.double(t, "Galuh Empat Belas")
	elder, younger := w.activeOf(t, stays), w.activeOf(t, from)
	w.merge(t, from, stays)
	ok[homecare.Case](t)(w.nurse.EndCase(ctx, elder.ID, w.caseVersion(t, elder.ID), death("2026-10-13")))
	v := w.visited(t, younger.ID, 50)
	w.retract(t, elder.ID)
	if f := ok[homecare.FollowUp](t)(w.kepala.FollowUp(ctx, v.FollowUps[0].ID)); f.State != "open" ||
		f.CaseID != elder.ID || f.OwnerAccountID != w.nurseID {
		t.Errorf("%s of %s, owned by %s", f.State, f.CaseID, f.OwnerAccountID)
	}
}

// TestTasksGoBackWithTheirVisit: a task of a visit made while two were merged returns
// with the visit to the person's case and team.
func TestTasksGoBackWithTheirVisit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	stays, from := w.person(t, "Galuh Tiga Belas"), w.double(t, "Galuh Tiga Belas")
	elder, younger := w.activeOf(t, stays), w.activeOf(t, from)
	w.merge(t, from, stays)
	v := w.visited(t, younger.ID, 50)
	if f := ok[homecare.FollowUp](t)(w.kepala.FollowUp(ctx, v.FollowUps[0].ID)); f.CaseID != elder.ID {
		t.Errorf("merged, the task is of %s", f.CaseID)
	}
	w.unmerge(t, from)
	if f := ok[homecare.FollowUp](t)(w.kepala.FollowUp(ctx, v.FollowUps[0].ID)); f.CaseID != younger.ID ||
		f.OwnerAccountID != w.nurseID {
		t.Errorf("parted, the task is of %s and of %s", f.CaseID, f.OwnerAccountID)
	}
}

// TestDeathTakenBackOfTwo: a death from before the merge that is retracted or
// corrected while the two are merged is retracted and corrected for both.
func TestDeathTakenBackOfTwo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	merged := func(t *testing.T, fromDied bool) (from, to string, told, other homecare.Case) {
		died, living := w.person(t, "Galuh Delapan"), w.double(t, "Galuh Delapan")
		told, other = w.activeOf(t, died), w.activeOf(t, living)
		w.task(t, w.nurse, told.ID, w.nurseID, "")
		w.task(t, w.nurse, other.ID, w.nurseID, "")
		ok[homecare.Case](t)(w.nurse.EndCase(ctx, told.ID, told.Version, death("2026-10-13")))
		if from, to = died, living; !fromDied {
			from, to = living, died
		}
		w.merge(t, from, to)
		return from, to, told, other
	}
	for name, fromDied := range map[string]bool{"of the one who came": true, "of the one who stays": false} {
		t.Run(name, func(t *testing.T) {
			from, to, told, other := merged(t, fromDied)
			w.retract(t, told.ID)
			w.unmerge(t, from)
			if fromDied {
				from, to = to, from
			}
			w.lives(t, to, told.ID, 1)
			w.lives(t, from, other.ID, 1)
		})
		t.Run(name+", corrected", func(t *testing.T) {
			from, _, told, other := merged(t, fromDied)
			w.redated(t, told.ID, "2026-10-14")
			w.inseparable(t, from, other.ID) // it ended by a death of the other person
			w.redated(t, told.ID, "2026-10-13")
			w.unmerge(t, from)
			living := ok[homecare.Case](t)(w.kepala.Case(ctx, other.ID)).PatientID
			w.lives(t, living, other.ID, 1)
		})
	}
	t.Run("corrected, the other without a case", func(t *testing.T) {
		died, living := w.person(t, "Galuh Sembilan"), w.double(t, "Galuh Sembilan")
		c := w.activeOf(t, died)
		ok[homecare.Case](t)(w.nurse.EndCase(ctx, c.ID, c.Version, death("2026-10-13")))
		w.merge(t, died, living)
		w.redated(t, c.ID, "2026-10-14")
		w.unmerge(t, died)
		for id, day := range map[string]string{died: "2026-10-14", living: ""} {
			if p := ok[homecare.Patient](t)(w.koordinator.Patient(ctx, id)); p.DeceasedOn != day {
				t.Errorf("%s died on %q, want %q", id, p.DeceasedOn, day)
			}
		}
	})
	t.Run("told of the person, no case", func(t *testing.T) {
		from, to := w.person(t, "Galuh Sepuluh"), w.double(t, "Galuh Sepuluh")
		elder, younger := w.activeOf(t, from), w.activeOf(t, to)
		w.merge(t, from, to)
		ok[homecare.Case](t)(w.kepala.EndCase(ctx, elder.ID, w.caseVersion(t, elder.ID), w.referral()))
		dies := func(day homecare.Opt[string]) {
			ok[homecare.Patient](t)(w.koordinator.ChangePatient(ctx, to, w.version(t, to),
				homecare.PatientChange{DeceasedOn: day}))
		}
		dies(homecare.Some("2026-10-14"))
		w.inseparable(t, from, "")
		dies(homecare.Clear[string]())
		w.unmerge(t, from)
		w.lives(t, to, younger.ID, 0)
	})
}

// TestTaskOfAMergeUndone: a task created only by the merge ends with it and counts as
// cancelled then, also if a death had cancelled it before and was retracted.
func TestTaskOfAMergeUndone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apitest.New(t), "tanah-habang")
	ctx := t.Context()
	from, to := w.person(t, "Galuh Sebelas"), w.double(t, "Galuh Sebelas")
	c := w.activeOf(t, from)
	w.planned(t, c.ID, 5)
	w.refuses(t, to)
	w.merge(t, from, to)
	l := ok[homecare.Page[homecare.FollowUp]](t)(w.kepala.FollowUps(ctx, url.Values{"case_id": {c.ID}})).Data
	if len(l) != 1 || l[0].State != "open" {
		t.Fatalf("the lead is asked: %+v", l)
	}
	ok[homecare.Case](t)(w.nurse.EndCase(ctx, c.ID, w.caseVersion(t, c.ID), death("2026-10-13")))
	w.retract(t, c.ID)
	w.unmerge(t, from)
	f := ok[homecare.FollowUp](t)(w.kepala.FollowUp(ctx, l[0].ID))
	if last := f.Acts[len(f.Acts)-1]; f.State != "cancelled" || last.Act != "cancelled" ||
		last.HappenedOn != "2026-10-14" {
		t.Errorf("%s, %+v", f.State, f.Acts)
	}
	if n := w.count(t, `select count(*) from counted_act where follow_up_id = $1 and act = 'cancelled'`, f.ID); n != 1 {
		t.Errorf("counts as cancelled %d times", n)
	}
}
