// Command clients makes a case from its proposal to its end (SOP KP flow A-H) by
// the client that oapi-codegen makes. It prints the id of the case.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/oapi-codegen/runtime/types"

	"github.com/balangan/homecare/tools/clients/made/client"
)

func main() {
	base := flag.String("base", "", "address of the server")
	password := flag.String("password", "", "password of the demo accounts")
	code := flag.String("code", "", "authenticator code of Kepala")
	nik := flag.String("nik", "", "NIK of a woman born on 1961-02-12 whom nobody knows")
	flag.Parse()
	id, err := journey(context.Background(), *base, *password, *code, *nik)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(id)
}

// answer is what every generated answer has.
type answer interface{ StatusCode() int }

// wants is the body of an answer, or an error with what came instead.
func wants[T any](body *T, a answer, said []byte, err error) (T, error) {
	switch {
	case err != nil:
		return *new(T), err
	case body == nil:
		return *new(T), fmt.Errorf("%d: %s", a.StatusCode(), said)
	}
	return *body, nil
}

func signIn(ctx context.Context, base, name, password, code string) (*client.ClientWithResponses, error) {
	token := ""
	c, err := client.NewClientWithResponses(base, client.WithRequestEditorFn(
		func(_ context.Context, r *http.Request) error {
			if token != "" {
				r.Header.Set("Authorization", "Bearer "+token)
			}
			return nil
		}))
	if err != nil {
		return nil, err
	}
	r, err := c.SignInWithResponse(ctx, nil, client.SignIn{Username: name + ".tanah-habang", Password: password})
	if err != nil {
		return nil, err
	}
	tokens, err := wants(r.JSON200, r, r.Body, err)
	if err != nil {
		return nil, err
	}
	token = tokens.AccessToken
	if code != "" {
		r, err := c.PassSecondFactorWithResponse(ctx, nil, client.SecondFactor{Code: new(code)})
		if err != nil || r.StatusCode() != http.StatusOK {
			return nil, fmt.Errorf("second factor: %w, %v", err, r)
		}
	}
	return c, nil
}

func key() string { return uuid.NewString() }

func ifMatch(version int64) string { return strconv.Quote(strconv.FormatInt(version, 10)) }

func day(after int) types.Date {
	return types.Date{Time: time.Now().In(time.FixedZone("WITA", 8*3600)).AddDate(0, 0, after)}
}

func journey(ctx context.Context, base, password, code, nik string) (string, error) {
	who := map[string]*client.ClientWithResponses{}
	accounts := map[string]types.UUID{}
	for name, second := range map[string]string{"petugas1": "", "petugas2": "", "koordinator": "", "kepala": code} {
		c, err := signIn(ctx, base, name, password, second)
		if err != nil {
			return "", err
		}
		r, err := c.GetMeWithResponse(ctx, nil)
		if err != nil {
			return "", err
		}
		me, err := wants(r.JSON200, r, r.Body, err)
		if err != nil {
			return "", err
		}
		who[name], accounts[name] = c, me.AccountId
	}
	c, err := cared(ctx, who, accounts, nik)
	if err != nil {
		return "", err
	}
	if err := visited(ctx, who["petugas2"], accounts["petugas2"], c.Id); err != nil {
		return "", err
	}
	return ended(ctx, who["petugas1"], c.Id)
}

// cared is a new case in care: proposed, approved, with its team and its review.
func cared(ctx context.Context, who map[string]*client.ClientWithResponses, accounts map[string]types.UUID,
	nik string) (client.Case, error) {
	none := client.Case{}
	born := types.Date{Time: time.Date(1961, 2, 12, 0, 0, 0, 0, time.UTC)}
	p, err := who["koordinator"].RegisterPatientWithResponse(ctx,
		&client.RegisterPatientParams{IdempotencyKey: key()},
		client.NewPatient{Name: "Rusmini Contoh", Nik: new(nik), Sex: client.NewPatientSexFemale,
			BirthDate: new(born), Village: new("6311052001")})
	if err != nil {
		return none, err
	}
	patient, err := wants(p.JSON201, p, p.Body, err)
	if err != nil {
		return none, err
	}
	n, err := who["petugas2"].ProposeCaseWithResponse(ctx, &client.ProposeCaseParams{IdempotencyKey: key()},
		client.NewCase{PatientId: patient.Id, Programme: "kupinang", Origin: "ranked_list", Reason: "Tidak datang kontrol"})
	if err != nil {
		return none, err
	}
	c, err := wants(n.JSON201, n, n.Body, err)
	if err != nil {
		return none, err
	}
	stale, err := who["kepala"].ApproveCaseWithResponse(ctx, c.Id, &client.ApproveCaseParams{IdempotencyKey: key(),
		IfMatch: ifMatch(c.Version + 1)}, client.ApproveCase{})
	if err != nil {
		return none, err
	}
	if stale.ApplicationproblemJSON412 == nil || stale.ApplicationproblemJSON412.Code != "record.stale" {
		return none, fmt.Errorf("a version of nobody: %s", stale.Body)
	}
	a, err := who["kepala"].ApproveCaseWithResponse(ctx, c.Id, &client.ApproveCaseParams{IdempotencyKey: key(),
		IfMatch: ifMatch(c.Version)}, client.ApproveCase{})
	if err != nil {
		return none, err
	}
	if c, err = wants(a.JSON200, a, a.Body, err); err != nil {
		return none, err
	}
	return served(ctx, who, accounts, c)
}

// served gives a case its team, with the letter, and its review.
func served(ctx context.Context, who map[string]*client.ClientWithResponses, accounts map[string]types.UUID,
	c client.Case) (client.Case, error) {
	lead, nurse := accounts["petugas1"], accounts["petugas2"]
	t, err := who["kepala"].FormCaseTeamWithResponse(ctx, c.Id, &client.FormCaseTeamParams{IdempotencyKey: key(),
		IfMatch: ifMatch(c.Version)}, client.CaseTeam{
		Members: &[]client.TeamMemberInput{{AccountId: lead, Lead: new(true)}, {AccountId: nurse}},
		Letter:  &client.AssignmentOrder{PeriodStart: day(0), PeriodEnd: day(30), Vehicle: new("Sepeda motor dinas")}})
	if err != nil {
		return c, err
	}
	if c, err = wants(t.JSON200, t, t.Body, err); err != nil {
		return c, err
	}
	l, err := who["kepala"].ListDocumentsWithResponse(ctx, &client.ListDocumentsParams{CaseId: &c.Id})
	if err != nil {
		return c, err
	}
	letters, err := wants(l.JSON200, l, l.Body, err)
	if err != nil || len(letters.Data) == 0 {
		return c, fmt.Errorf("no assignment letter: %w", err)
	}
	pdf, err := who["kepala"].DownloadDocumentWithResponse(ctx, letters.Data[0].Id, nil)
	if err != nil || !bytes.HasPrefix(pdf.Body, []byte("%PDF")) {
		return c, fmt.Errorf("the assignment letter is no PDF: %w", err)
	}
	r, err := who["petugas1"].ReviewCaseWithResponse(ctx, c.Id, &client.ReviewCaseParams{IdempotencyKey: key(),
		IfMatch: ifMatch(c.Version)}, client.ReviewCase{Problems: []string{"Hipertensi tidak terkontrol"},
		Goals:           []string{"Tekanan darah di bawah 140/90"},
		PlannedServices: []client.PlannedServiceInput{{Type: "limited_medical_care"}},
		VisitFrequency:  client.VisitFrequencyInput{Times: 1, EveryWeeks: 2},
		Participants:    []types.UUID{lead, nurse}})
	if err != nil {
		return c, err
	}
	return wants(r.JSON200, r, r.Body, err)
}

// visited makes a whole visit in one call.
func visited(ctx context.Context, c *client.ClientWithResponses, nurse, id types.UUID) error {
	departed := time.Now().Add(-time.Minute)
	vitals := []client.VitalInput{{Code: "sbp", Value: 150}, {Code: "dbp", Value: 90}, {Code: "hr", Value: 88},
		{Code: "rr", Value: 18}, {Code: "temp", Value: 36.7}, {Code: "spo2", Value: 97},
		{Code: "weight", Value: 58.5}, {Code: "height", Value: 155}}
	var bundle client.VisitBundle
	err := bundle.FromVisitBundleUnplanned(client.VisitBundleUnplanned{Type: "unplanned",
		Visit: client.PlanVisit{CaseId: id}, ArrivedAt: departed.Add(-30 * time.Minute), DepartedAt: departed,
		Anamnesis: &client.AnamnesisInput{ChiefComplaint: "Nyeri kepala sejak tiga hari",
			Informant: new(client.AnamnesisInputInformant("patient"))},
		Vitals:    &client.VitalsPart{Vitals: &vitals},
		Diagnoses: &client.DiagnosesPart{Diagnoses: []client.VisitDiagnosisInput{{Code: "I10", Role: "primary"}}},
		Services: &client.ServicesPart{Services: []client.VisitServiceInput{{Type: "limited_medical_care",
			SchemaVersion: 1, Data: map[string]any{"condition": "unchanged", "adherence": "poor",
				"referral_needed": false}}}},
		Education: &client.EducationInput{Topics: []string{"Diet rendah garam"}, Method: "counselling"},
		Plan: &client.VisitPlanInput{NextVisit: &client.NextVisitInput{Date: day(14)},
			FollowUps: &[]client.PlannedFollowUpInput{{What: "Antar obat ke rumah", OwnerAccountId: new(nurse),
				DueOn: day(7)}}}})
	if err != nil {
		return err
	}
	r, err := c.RecordVisitWithResponse(ctx, &client.RecordVisitParams{IdempotencyKey: key()}, bundle)
	if err != nil {
		return err
	}
	v, err := wants(r.JSON201, r, r.Body, err)
	if err == nil && v.State != client.VisitStateCompleted {
		err = fmt.Errorf("the visit is %s", v.State)
	}
	return err
}

// ended ends the case by the person's death.
func ended(ctx context.Context, c *client.ClientWithResponses, id types.UUID) (string, error) {
	g, err := c.GetCaseWithResponse(ctx, id, nil)
	if err != nil {
		return "", err
	}
	now, err := wants(g.JSON200, g, g.Body, err)
	if err != nil {
		return "", err
	}
	var death client.CaseEndInput
	err = death.FromCaseEndDeathInput(client.CaseEndDeathInput{Kind: "death", Date: day(0),
		Death: client.DeathInput{Place: "home", Cause: "Stroke berulang"}})
	if err != nil {
		return "", err
	}
	r, err := c.EndCaseWithResponse(ctx, id, &client.EndCaseParams{IdempotencyKey: key(), IfMatch: ifMatch(now.Version)},
		death)
	if err != nil {
		return "", err
	}
	end, err := wants(r.JSON200, r, r.Body, err)
	if err == nil && end.State != client.CaseStateTerminated {
		err = fmt.Errorf("the case is %s", end.State)
	}
	return id.String(), err
}
