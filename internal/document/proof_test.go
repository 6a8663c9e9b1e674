package document_test

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

var pdf = []byte("%PDF-1.4\nuji\n%%EOF\n")

// orders returns n letters of assignment to a standing team of Uren.
func orders(t *testing.T, kepala *homecare.Client, n int) (letters []homecare.Document) {
	t.Helper()
	staff, err := kepala.Staff(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(staff.Data, func(m homecare.StaffMember) bool {
		return m.Profession == "nurse" && m.Role == "petugas"
	})
	team, err := kepala.CreateTeam(t.Context(), homecare.NewTeam{Programme: "homecare_sanggam", Name: "Tim",
		DecreeNumber: "188.45/312/Kum/2022", ValidFrom: "2026-01-01", ValidUntil: "2026-12-31",
		Members: []homecare.TeamMemberInput{{AccountID: staff.Data[i].AccountID, Lead: true}}})
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		d, err := kepala.AssignTeam(t.Context(), team.ID, homecare.TeamAssignment{Villages: []string{"6311052001"},
			AssignmentOrder: homecare.AssignmentOrder{PeriodStart: "2026-11-09", PeriodEnd: "2026-11-13"}})
		if err != nil {
			t.Fatal(err)
		}
		letters = append(letters, d)
	}
	return letters
}

// TestSignedCopyIsASignedLetter: a photo, a scan of something else or the copy
// of another letter is no signed copy.
func TestSignedCopyIsASignedLetter(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	kepala := s.As(t, "kepala.uren")
	letters := orders(t, kepala, 2)
	attach := func(kind, letter string) homecare.Attachment {
		a, err := kepala.Upload(t.Context(), homecare.NewAttachment{Kind: kind, SubjectKind: "document",
			SubjectID: letter, File: pdf})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	d := letters[0]
	for _, kind := range []string{"photo", "scan", "consent", "lab_result", "other"} {
		_, err := kepala.AttachSignedCopy(t.Context(), d.ID, d.Version,
			homecare.SignedCopy{AttachmentID: attach(kind, d.ID).ID})
		t.Log(kind)
		wantProblem(t, err, 422, "document.not_its_copy")
	}
	_, err := kepala.AttachSignedCopy(t.Context(), d.ID, d.Version,
		homecare.SignedCopy{AttachmentID: attach("signed_letter", letters[1].ID).ID})
	wantProblem(t, err, 422, "document.not_its_copy")
	if d, err = kepala.AttachSignedCopy(t.Context(), d.ID, d.Version,
		homecare.SignedCopy{AttachmentID: attach("signed_letter", d.ID).ID}); err != nil || d.State != "signed" {
		t.Fatalf("%+v, %v", d, err)
	}
}

// TestSignedCopyOrVoid: a file is attached as signed copy and voided at the
// same moment. One of the two wins, and a signed letter has its copy.
func TestSignedCopyOrVoid(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	kepala := s.As(t, "kepala.uren")
	var signed, voided int
	for round, d := range orders(t, kepala, 24) {
		a, err := kepala.Upload(t.Context(), homecare.NewAttachment{Kind: "signed_letter", SubjectKind: "document",
			SubjectID: d.ID, File: pdf})
		if err != nil {
			t.Fatal(err)
		}
		var attached, void error
		race(round,
			func() {
				_, attached = kepala.AttachSignedCopy(t.Context(), d.ID, d.Version,
					homecare.SignedCopy{AttachmentID: a.ID})
			},
			func() { _, void = kepala.VoidAttachment(t.Context(), a.ID, a.Version, homecare.Why{Reason: "Kabur"}) })
		switch {
		case attached == nil:
			wantProblem(t, void, 409, "attachment.is_signed_copy")
			signed++
		case void == nil:
			wantProblem(t, attached, 422, "document.not_its_copy")
			voided++
		default:
			t.Fatalf("neither: %v, %v", attached, void)
		}
		d, err = kepala.Document(t.Context(), d.ID)
		if err != nil {
			t.Fatal(err)
		}
		_, err = kepala.AttachmentContent(t.Context(), a.ID)
		if d.State == "signed" != (err == nil) {
			t.Fatalf("the letter is %s and its copy: %v", d.State, err)
		}
	}
	if signed == 0 || voided == 0 {
		t.Fatalf("%d signed, %d voided: only one order was tried", signed, voided)
	}
}

// twoLetters is a case with a letter of assignment, and an hour later a letter
// of refusal; between the two a scan is kept on the case, and one after them.
func twoLetters(t *testing.T, kepala, nurse *homecare.Client, c homecare.Case, in homecare.CaseTeam) (order,
	refusal homecare.Document, between, after homecare.Attachment) {
	t.Helper()
	now := c.ProposedAt.Add(time.Minute)
	kepala.Clock = func() time.Time { return now }
	nurse.Clock = kepala.Clock
	upload := func() homecare.Attachment {
		a, err := kepala.Upload(t.Context(), homecare.NewAttachment{Kind: "signed_letter", SubjectKind: "case",
			SubjectID: c.ID, File: pdf})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	letter := func(kind string) homecare.Document {
		docs, err := kepala.Documents(t.Context(), url.Values{"case_id": {c.ID}, "kind": {kind}})
		if err != nil || len(docs.Data) != 1 {
			t.Fatal(docs, err)
		}
		return docs.Data[0]
	}
	lead := in.Members[slices.IndexFunc(in.Members, func(m homecare.TeamMemberInput) bool { return m.Lead })].AccountID
	c, err := kepala.FormCaseTeam(t.Context(), c.ID, c.Version, in)
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Minute)
	between = upload()
	now = now.Add(time.Hour)
	c, err = nurse.ReviewCase(t.Context(), c.ID, c.Version, homecare.ReviewCase{Problems: []string{"a"},
		Goals: []string{"b"}, Participants: []string{lead},
		PlannedServices: []homecare.PlannedService{{Type: "nutrition"}},
		VisitFrequency:  homecare.VisitFrequency{Times: 1, EveryWeeks: 1}})
	if err == nil {
		_, err = kepala.EndCase(t.Context(), c.ID, c.Version, homecare.CaseEnd{Kind: "refusal", Date: clock.Day(now),
			Refusal: &homecare.Refusal{
				Reason: "Pindah", Refused: "Kunjungan", Witness: "Hamdani", Risk: "Memburuk", Explains: lead,
				Signer: homecare.Signer{Name: "Rusdiansyah", Relation: "child"}}})
	}
	if err != nil {
		t.Fatal(err)
	}
	return letter("assignment_letter"), letter("refusal_letter"), between, upload()
}

// TestSignedCopyOfOneLetter: a scan on a case is the copy of one of its letters,
// and not of one that was issued after it was made.
func TestSignedCopyOfOneLetter(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	kepala, cases, in := approved(t, s, 1)
	order, refusal, between, after := twoLetters(t, kepala, s.As(t, "petugas2.tanah-habang"), cases[0], in)
	attach := func(d homecare.Document, a homecare.Attachment) error {
		_, err := kepala.AttachSignedCopy(t.Context(), d.ID, d.Version, homecare.SignedCopy{AttachmentID: a.ID})
		return err
	}
	if err := attach(order, between); err != nil {
		t.Fatal(err)
	}
	wantAttachment(t, attach(refusal, between), "document.copy_is_older")
	wantAttachment(t, attach(refusal, homecare.Attachment{ID: order.ID}), "document.not_its_copy")
	// The database holds that a copy is of one letter; let the time be no reason.
	s.Database.Exec(t, `update attachment set created_at = created_at + interval '1 day' where id = $1`, between.ID)
	wantAttachment(t, attach(refusal, between), "document.copy_of_another")
	if c, err := kepala.Case(t.Context(), cases[0].ID); err != nil || c.State != "terminating" {
		t.Fatalf("a copy of another letter closed the case: %s, %v", c.State, err)
	}
	if err := attach(refusal, after); err != nil {
		t.Fatal(err)
	}
}

// TestSignedCopyOfTwoAtOnce: the same scan is sent for two letters at the same
// moment. It becomes the copy of one.
func TestSignedCopyOfTwoAtOnce(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	kepala, cases, in := approved(t, s, 8)
	nurse := s.As(t, "petugas2.tanah-habang")
	for round, c := range cases {
		order, refusal, _, scan := twoLetters(t, kepala, nurse, c, in)
		var one, two error
		race(2*(round/4)+round%2,
			func() {
				_, one = kepala.AttachSignedCopy(t.Context(), order.ID, order.Version,
					homecare.SignedCopy{AttachmentID: scan.ID})
			},
			func() {
				_, two = kepala.AttachSignedCopy(t.Context(), refusal.ID, refusal.Version,
					homecare.SignedCopy{AttachmentID: scan.ID})
			})
		if (one == nil) == (two == nil) {
			t.Fatalf("both or neither: %v, %v", one, two)
		}
		wantAttachment(t, cmp.Or(one, two), "document.copy_of_another")
	}
}

// wantAttachment wants a refusal that names the attachment.
func wantAttachment(t *testing.T, err error, code string) {
	t.Helper()
	wantProblem(t, err, 422, code)
	if p, _ := errors.AsType[*homecare.Problem](err); len(p.Errors) != 1 || p.Errors[0].Pointer != "/attachment_id" {
		t.Fatalf("%s names %+v", code, p.Errors)
	}
}

// race starts two acts at once; every other round one has a small lead.
func race(round int, a, b func()) {
	var both sync.WaitGroup
	start := func(lead time.Duration, f func()) {
		both.Go(func() { time.Sleep(lead); f() })
	}
	lead := time.Duration(round/2%4) * 5 * time.Millisecond
	if round%2 == 0 {
		start(0, a)
		start(lead, b)
	} else {
		start(lead, a)
		start(0, b)
	}
	both.Wait()
}

// TestProofsAreWalledInTheDatabase: what the service checks, the database
// refuses too, whoever asks.
func TestProofsAreWalledInTheDatabase(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	kepala := s.As(t, "kepala.uren")
	letters := orders(t, kepala, 2)
	upload := func(kind string, d homecare.Document) homecare.Attachment {
		a, err := kepala.Upload(t.Context(), homecare.NewAttachment{Kind: kind, SubjectKind: "document",
			SubjectID: d.ID, File: pdf})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	good, photo, gone := upload("signed_letter", letters[0]), upload("photo", letters[1]),
		upload("signed_letter", letters[1])
	older := upload("signed_letter", letters[1])
	if _, err := kepala.VoidAttachment(t.Context(), gone.ID, gone.Version, homecare.Why{Reason: "Kabur"}); err != nil {
		t.Fatal(err)
	}
	if _, err := kepala.AttachSignedCopy(t.Context(), letters[0].ID, letters[0].Version,
		homecare.SignedCopy{AttachmentID: good.ID}); err != nil {
		t.Fatal(err)
	}
	db, err := pgx.Connect(t.Context(), s.Database.Admin())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(context.Background()) }()
	for _, wrong := range []struct{ name, constraint, statement, id string }{
		{"void what proves", "attachment_in_use", `update attachment set voided_at = now(), voided_reason = 'x'
			where id = $1`, good.ID},
		{"another kind", "attachment_in_use", `update attachment set kind = 'photo' where id = $1`, good.ID},
		{"a photo as proof", "attachment_no_proof", `update document d set signed_attachment_id = a.id from attachment a
			where a.id = $1 and d.id = a.subject_id`, photo.ID},
		{"a voided proof", "attachment_no_proof", `update document d set signed_attachment_id = a.id from attachment a
			where a.id = $1 and d.id = a.subject_id`, gone.ID},
		{"an older file", "attachment_no_proof", `update document d set signed_attachment_id = a.id,
			issued_at = a.created_at + interval '1 second'
			from attachment a where a.id = $1 and d.id = a.subject_id`, older.ID},
		{"the copy of another letter", "document_signed_uq", `update document set signed_attachment_id = $1
			where signed_attachment_id is null`, good.ID},
		{"a photo as consent", "attachment_no_proof", `insert into consent (puskesmas_id, id, patient_id, kind,
			given_by, relation, given_on, attachment_id, created_at, created_by)
			select puskesmas_id, gen_random_uuid(), gen_random_uuid(), 'photo', 'x', 'self', now(), id, now(),
			created_by from attachment where id = $1`, photo.ID},
	} {
		_, err := db.Exec(t.Context(), wrong.statement, wrong.id)
		if pe, ok := errors.AsType[*pgconn.PgError](err); !ok || pe.ConstraintName != wrong.constraint {
			t.Errorf("%s: %v", wrong.name, err)
		}
	}
}
