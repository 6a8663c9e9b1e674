//go:build sabotage

package sealed_numbers

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/test/promise/crash"
	"github.com/balangan/homecare/pkg/homecare"
)

const pcareHeader = `"nik","nama","tanggal_lahir","jenis_kelamin","no_kk","no_bpjs","no_hp","alamat","rt","rw","desa_kode","desa_nama","hubungan_keluarga","gol_darah","prolanis","prb","status_aktif","faskes_kode","faskes_nama","kelas","jenis_peserta","tunggakan"` + "\r\n"

// file is a P-Care export with the first person: once correctly, and once with
// a birth date that contradicts the NIK, so that the row is refused and kept.
func file() []byte {
	row := `"%s","%s","%s","L","%s","%s","%s","%s","001","001","","Tanah Habang Kanan","PESERTA","","PROLANIS HT","","AKTIF","03820003","TANAH HABANG","KELAS III","PBI (APBN)",""` + "\r\n"
	good := fmt.Sprintf(row, fileNIK.text, canaryName.text, "15-03-1948", fileKK.text, fileCard.text, filePhone.text,
		fileAddress.text)
	bad := fmt.Sprintf(row, fileNIK.spaced(" "), canaryName.text, "31-02-1948", fileKK.text, fileCard.text,
		filePhone.text, fileAddress.text)
	return []byte(pcareHeader + good + bad)
}

// live sends the canaries through every entry: import, registration, change,
// search, reveal, lists, a case and its letters, and errors.
func (w *world) live(t *testing.T) {
	t.Helper()
	as := func(name string) *homecare.Client {
		c := homecare.New(w.url)
		c.HTTP = &http.Client{Transport: w}
		crash.SignIn(t, c, name+".tanah-habang", crash.Password)
		return c
	}
	koordinator, kepala, dokter, perawat := as("koordinator"), as("kepala"), as("petugas1"), as("petugas2")

	preview := must[homecare.Import](t)(koordinator.Import(t.Context(), homecare.NewImport{Source: "pcare_members",
		FileName: "peserta.csv", File: file()}))
	must[homecare.Page[homecare.ImportRow]](t)(koordinator.ImportRows(t.Context(), preview.ID, nil))
	done := must[homecare.Import](t)(koordinator.CommitImport(t.Context(), preview.ID, preview.Version))
	if done.Counts.NewPatients != 1 {
		t.Fatalf("the file's person did not come in: %+v", done.Counts)
	}
	found := must[homecare.PatientsFound](t)(koordinator.SearchPatients(t.Context(),
		homecare.PatientSearch{NIK: fileNIK.spaced(" ")}))
	if len(found.Data) != 1 {
		t.Fatalf("%d people with the file's NIK", len(found.Data))
	}
	w.revealed(t, perawat, found.Data[0].ID, fileNIK, fileKK, fileCard, fileAddress)

	in := homecare.NewPatient{Name: canaryName.text, Sex: "female", BirthDate: "1951-07-19",
		NIK: counterNIK.spaced("."), KK: counterKK.text, BPJSCard: counterCard.text,
		Phone: counterPhone.text, Address: counterAddress.text, MotherNIK: motherNIK.text, Village: "6311052001"}
	p := must[homecare.Patient](t)(perawat.RegisterPatient(t.Context(), in))
	w.revealed(t, perawat, p.ID, counterNIK, counterKK, counterCard, counterAddress, motherNIK)
	for _, s := range []homecare.PatientSearch{{NIK: counterNIK.text}, {Phone: counterPhone.text},
		{BPJSCard: counterCard.text}, {Name: canaryName.text}} {
		if got := must[homecare.PatientsFound](t)(perawat.SearchPatients(t.Context(), s)); len(got.Data) == 0 {
			t.Fatalf("a search found nobody")
		}
	}
	p = must[homecare.Patient](t)(perawat.ChangePatient(t.Context(), p.ID, p.Version,
		homecare.PatientChange{Phone: homecare.Some(laterPhone.text),
			BPJSCard: homecare.Some(laterCard.text), Address: homecare.Some(laterAddress.text)}))
	w.revealed(t, perawat, p.ID, laterCard, laterAddress)

	w.refusal(t, perawat, kepala, dokter, p.ID)
	for _, path := range []string{"/v1/patients", "/v1/patients/" + p.ID + "/timeline", "/v1/households/" +
		p.HouseholdID, "/v1/priorities", "/v1/recap?by=source",
		"/v1/duplicates", "/v1/cases", "/v1/documents", "/v1/visits", "/v1/imports/" + preview.ID + "/rows"} {
		if err := koordinator.Do(t.Context(), homecare.Call{Method: http.MethodGet, Path: path}); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	must[homecare.Page[homecare.AuditEvent]](t)(kepala.AuditEvents(t.Context(), nil))
	w.wrong(t, perawat, in)
}

// revealed checks that the full numbers are shown: the values searched for were
// really stored.
func (w *world) revealed(t *testing.T, c *homecare.Client, id string, want ...canary) {
	t.Helper()
	r := must[homecare.RevealedNumbers](t)(c.RevealPatient(t.Context(), id,
		homecare.Reveal{Purpose: "Memeriksa data kartu"}))
	b, _ := json.Marshal(r)
	for _, x := range want {
		if !bytes.Contains(b, []byte(x.text)) {
			t.Fatalf("the %s was not kept", x.kind)
		}
	}
}

// refusal takes a case up to the refusal letter, which shows all data of the
// person.
func (w *world) refusal(t *testing.T, perawat, kepala, dokter *homecare.Client, patient string) {
	t.Helper()
	staff := map[string]string{}
	for _, m := range must[homecare.Page[homecare.StaffMember]](t)(kepala.Staff(t.Context())).Data {
		staff[m.Username] = m.AccountID
	}
	doctor, nurse := staff["petugas1.tanah-habang"], staff["petugas2.tanah-habang"]
	today := clock.Day(time.Now())
	c := must[homecare.Case](t)(perawat.ProposeCase(t.Context(), homecare.NewCase{PatientID: patient,
		Programme: "kupinang", Origin: "ranked_list", Reason: "Tekanan darah tinggi"}))
	c = must[homecare.Case](t)(kepala.ApproveCase(t.Context(), c.ID, c.Version, homecare.ApproveCase{}))
	c = must[homecare.Case](t)(kepala.FormCaseTeam(t.Context(), c.ID, c.Version,
		homecare.CaseTeam{Members: []homecare.TeamMemberInput{{AccountID: doctor, Lead: true}, {AccountID: nurse}},
			Letter: &homecare.AssignmentOrder{PeriodStart: today, PeriodEnd: today, Vehicle: "Sepeda motor dinas"}}))
	c = must[homecare.Case](t)(dokter.ReviewCase(t.Context(), c.ID, c.Version,
		homecare.ReviewCase{Problems: []string{"Hipertensi"}, Goals: []string{"Terkendali"},
			PlannedServices: []homecare.PlannedService{{Type: "limited_medical_care"}},
			VisitFrequency:  homecare.VisitFrequency{Times: 1, EveryWeeks: 2}, Participants: []string{doctor, nurse}}))
	c = must[homecare.Case](t)(dokter.EndCase(t.Context(), c.ID, c.Version,
		homecare.CaseEnd{Kind: "refusal", Date: today, Refusal: &homecare.Refusal{Reason: "Memilih berobat di kota",
			Refused: "Kunjungan lanjutan", Signer: homecare.Signer{Name: canaryName.text, Relation: "self"},
			Witness: "Ketua RT", Risk: "Dapat memburuk", Explains: doctor}}))
	docs := must[homecare.Page[homecare.Document]](t)(dokter.Documents(t.Context(), url.Values{"case_id": {c.ID}}))
	if len(docs.Data) < 2 {
		t.Fatalf("%d letters, want the assignment and the refusal", len(docs.Data))
	}
	for _, d := range docs.Data {
		if pdf := must[[]byte](t)(dokter.DocumentPDF(t.Context(), d.ID)); !bytes.HasPrefix(pdf, []byte("%PDF")) {
			t.Fatal("no letter")
		}
		must[homecare.Verification](t)(dokter.Verify(t.Context(), d.Code))
	}
	// The signed copy is a scan with a text layer that contains the numbers.
	must[homecare.Attachment](t)(perawat.Upload(t.Context(), homecare.NewAttachment{Kind: "signed_letter",
		SubjectKind: "document", SubjectID: docs.Data[0].ID,
		Caption: "Salinan bertanda tangan", File: scan()}))
}

func scan() []byte {
	b := []byte("%PDF-1.4\n")
	for _, s := range secrets {
		b = append(b, "% "+s.text+" "+canaryName.text+"\n"...)
	}
	return append(b, "%%EOF\n"...)
}

// wrong makes errors with the canaries: taken NIKs, refused values, broken
// bodies, and numbers in addresses.
func (w *world) wrong(t *testing.T, c *homecare.Client, in homecare.NewPatient) {
	t.Helper()
	_, err := c.RegisterPatient(t.Context(), in)
	if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Code != "patient.nik_taken" {
		t.Fatalf("the same NIK again: %v", err)
	}
	in.BirthDate, in.NIK = "1961-07-19", fileNIK.text
	if _, err := c.RegisterPatient(t.Context(), in); err == nil {
		t.Fatal("a birth date that contradicts the NIK was accepted")
	}
	token := c.Tokens().AccessToken
	name := url.QueryEscape(canaryName.text)
	body, _ := json.Marshal(in)
	for _, r := range []struct{ method, path, body string }{
		{http.MethodGet, "/v1/patients/" + fileNIK.text, ""},
		{http.MethodGet, "/v1/patients?nik=" + counterNIK.text + "&name=" + name, ""},
		{http.MethodGet, "/v1/" + fileNIK.text + "/" + url.PathEscape(canaryName.text), ""},
		{http.MethodGet, "/v1/cases?patient_id=" + counterNIK.text, ""},
		{http.MethodGet, "/v1/patients?cursor=" + counterKK.text, ""},
		{http.MethodPost, "/v1/patients", string(body[:len(body)-9])},
		{http.MethodPost, "/v1/patients", strings.Replace(string(body), `"sex"`, `"`+counterNIK.text+`"`, 1)},
		{http.MethodPost, "/v1/patients/search", `{"nik":` + fileNIK.text + `}`},
		{http.MethodPost, "/v1/patients/search", `{"nik":"` + fileNIK.text + `x","name":"` + canaryName.text + `"}`},
		{http.MethodPost, "/v1/cases", `{"patient_id":"` + fileNIK.text +
			`","programme":"kupinang","origin":"walk_in","reason":"` + canaryName.text + `"}`},
		{http.MethodPost, "/v1/auth/login", `{"username":"` + counterNIK.text + `","password":"` + canaryName.text +
			`"}`},
	} {
		w.raw(t, r.method, r.path, token, r.body)
	}
}

// must fails the test on an error.
func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
