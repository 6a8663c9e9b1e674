package report_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

// TestNotesNameNobody: a note for Dinkes shows no patient. A text that only
// looks like one is accepted.
func TestNotesNameNobody(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	o := open(t, s, "2026-04-02")
	ctx := t.Context()
	for _, name := range []string{"HJ. SITI  AMINAH, S.Pd", "Nor'aini binti Husin", "Mariatul", "Petugas Satu",
		"Puskesmas Uren", "Muhammad Rizky Ramadhani"} {
		s.AddPatient(t, "uren", apitest.Person{Name: name})
	}
	s.AddPatient(t, "awayan", apitest.Person{Name: "Galuh Kencana"})
	r := apitest.Must[homecare.Report](t)(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme,
		Month: "2026-03"}))
	for note, found := range map[string]string{
		"Keluarga Siti Aminah menolak":                "patient_name",
		"kunjungan ke rumah hj. siti\naminah ditunda": "patient_name",
		"Noraini binti Husin pindah":                  "patient_name",
		"Muhammad Rizky Ramadhani dirujuk":            "patient_name",
		"Ny. Mariatul belum dikunjungi":               "patient_name",
		"NIK 6311055102510009 ganda":                  "nik",
		"Data 6311 0551 0251 0009 ganda":              "nik",
		"Hubungi 0812-3456-7890":                      "phone",
	} {
		var err error
		if r, err = o.koordinator.SetReportNote(ctx, r.ID, r.Version,
			homecare.ReportNote{Note: homecare.Some(note)}); err == nil {
			t.Errorf("%q was taken", note)
			continue
		}
		r = apitest.Must[homecare.Report](t)(o.koordinator.Report(ctx, reportID(t, o)))
		p := code(t, note, err, "text.identifies_person")
		if len(p.Errors) != 1 || p.Errors[0].Pointer != "/note" || p.Errors[0].Code != found {
			t.Errorf("%q: %+v", note, p.Errors)
		}
		if said := strings.ToLower(err.Error()); strings.Contains(said, "aminah") ||
			strings.Contains(said, "mariatul") || strings.Contains(said, "0551") || strings.Contains(said, "3456") {
			t.Errorf("the answer repeats what was found: %v", err)
		}
	}
	for _, note := range []string{
		"Jembatan Desa Uren terputus, 12 kunjungan ditunda ke 08.00-10.00 pada 2026-03-10.",
		"Petugas Satu cuti; Puskesmas Uren dibantu tim lain.",
		"SK 188.45/312/Kum/2022, surat 440/003/ST/PKM-URN/2026, telepon puskesmas 0526 2028123.",
		"Galuh Kencana adalah pasien puskesmas lain.",
		"Mariatul adalah kata.",
	} {
		var err error
		if r, err = o.koordinator.SetReportNote(ctx, r.ID, r.Version,
			homecare.ReportNote{Note: homecare.Some(note)}); err != nil {
			t.Fatalf("%q: %v", note, err)
		}
	}
	_, err := o.koordinator.SetReportNote(ctx, r.ID, r.Version, homecare.ReportNote{Note: homecare.Some("Selesai 🙏")})
	code(t, "a character that cannot be printed", err, "document.unprintable")
	_, err = o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-02",
		Note: "Keluarga Siti Aminah"})
	code(t, "a draft's note", err, "text.identifies_person")
	submit := func(c *homecare.Client, step, note string) error {
		return c.Do(ctx, homecare.Call{Method: "POST", Path: "/v1/reports/" + r.ID + "/" + step, IfMatch: r.Version,
			Body: homecare.Decision{Note: note}, Out: &r})
	}
	code(t, "submitted", submit(o.koordinator, "submit", "Siti Aminah"), "text.identifies_person")
	if err := submit(o.koordinator, "submit", "Lengkap"); err != nil {
		t.Fatal(err)
	}
	code(t, "sent back", submit(o.kepala, "redraft", "Hapus Siti Aminah"), "text.identifies_person")
	code(t, "sent", submit(o.kepala, "send", "Siti Aminah"), "text.identifies_person")
	if err := submit(o.kepala, "send", "Lengkap"); err != nil {
		t.Fatal(err)
	}
	for _, step := range []string{"return", "accept"} {
		for _, note := range []string{"NIK 6311055102510009", "Data Siti Aminah ganda",
			"Bu Mariatul belum dikunjungi"} {
			code(t, "Dinkes: "+step+" "+note, submit(o.dinkes, step, note), "text.identifies_person")
		}
	}
	if err := submit(o.dinkes, "accept", "Petugas Satu rajin; Galuh Kencana dari puskesmas lain"); err != nil {
		t.Fatal(err)
	}
	code(t, "Dinkes: archive", submit(o.dinkes, "archive", "Data Siti Aminah ganda"), "text.identifies_person")
	if err := submit(o.dinkes, "archive", "Lengkap"); err != nil {
		t.Fatal(err)
	}
}

// TestNotesTellAllAtOnce: all findings in a note are reported at once, so that
// it is corrected once.
func TestNotesTellAllAtOnce(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	o := open(t, s, "2026-04-02")
	s.AddPatient(t, "uren", apitest.Person{Name: "Kartinah Zulkarnain"})
	_, err := o.koordinator.DraftReport(t.Context(), homecare.DraftReport{Programme: programme, Month: "2026-03",
		Note: "Kartinah Zulkarnain, NIK 6311\u200d055703589012, kartu 0001 2345 6789 0, telepon 0812\u00a03456\u00a07801"})
	var found []string
	for _, f := range code(t, "a note of all kinds", err, "text.identifies_person").Errors {
		found = append(found, f.Code)
	}
	if !slices.Equal(found, []string{"nik", "bpjs_card", "phone", "patient_name"}) {
		t.Errorf("%v", found)
	}
}

// TestAMachineIsNobody: the name of a machine client does not permit the same
// name of a patient; the name of a staff member does.
func TestAMachineIsNobody(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	o := open(t, s, "2026-04-02")
	ctx := t.Context()
	for _, name := range []string{"Masitah Ilmi", "Petugas Satu"} {
		s.AddPatient(t, "uren", apitest.Person{Name: name})
	}
	apitest.Must[homecare.IssuedClient](t)(s.As(t, "kepala.uren").CreateClient(ctx,
		homecare.NewMachineClient{Name: "Masitah Ilmi SIMPUS", Scopes: []string{"reference.read"},
			ExpiresOn: clock.Day(time.Now().AddDate(0, 0, 30)), Auth: "secret"}))
	_, err := o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme, Month: "2026-03",
		Note: "Masitah Ilmi pindah"})
	code(t, "named as a machine", err, "text.identifies_person")
	apitest.Must[homecare.Report](t)(o.koordinator.DraftReport(ctx, homecare.DraftReport{Programme: programme,
		Month: "2026-03", Note: "Petugas Satu cuti"}))
}

// reportID is the id of the only report.
func reportID(t *testing.T, o *office) string {
	t.Helper()
	all := apitest.Must[homecare.Page[homecare.Report]](t)(o.koordinator.Reports(t.Context(), nil))
	if len(all.Data) != 1 {
		t.Fatalf("%d reports", len(all.Data))
	}
	return all.Data[0].ID
}
