//go:build sabotage

package probe

import (
	"encoding/base64"
	"net/url"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/pkg/homecare"
)

// pixel is the smallest PNG.
var pixel, _ = base64.StdEncoding.DecodeString(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

func (w *World) restOffice(t testing.TB, kepala, koordinator *homecare.Client, try func(string, error)) {
	t.Helper()
	ctx := t.Context()
	file := []byte(
		`"nik","nama","tanggal_lahir","jenis_kelamin","no_kk","no_bpjs","no_hp","alamat","rt","rw","desa_kode","desa_nama","hubungan_keluarga","gol_darah","prolanis","prb","status_aktif","faskes_kode","faskes_nama","kelas","jenis_peserta","tunggakan"` + "\r\n" +
			`"","Galuh Empat ","11-04-1951","P","","","","Jl. Usaha Tani","001","001","","Uren","PESERTA","","","","AKTIF","03820003","UREN","KELAS III","PBI (APBN)",""` + "\r\n" +
			`"","Galuh Lima ","11-05-1951","P","","","","Jl. Usaha Tani","001","001","","Uren","PESERTA","","","","AKTIF","03820003","UREN","KELAS III","PBI (APBN)",""` + "\r\n")
	m, err := koordinator.Import(ctx, homecare.NewImport{Source: "pcare_members", FileName: "lagi.csv", File: file})
	try("import", err)
	if err == nil {
		_, err = koordinator.CommitImport(ctx, m.ID, m.Version)
		try("commit", err)
	}
	m, err = koordinator.Import(ctx, homecare.NewImport{Source: "pcare_members", FileName: "buang.csv",
		File: append(file, "\r\n"...)})
	if err == nil {
		_, err = koordinator.DiscardImport(ctx, m.ID, m.Version)
	}
	try("discard", err)
	month := time.Now().AddDate(0, -2, 0)
	r, err := koordinator.DraftReport(ctx, homecare.DraftReport{Programme: "homecare_sanggam",
		Month: clock.Month(month)})
	if err == nil {
		if r, err = koordinator.SubmitReport(ctx, r.ID, r.Version, homecare.Decision{}); err == nil {
			_, err = kepala.RedraftReport(ctx, r.ID, r.Version, homecare.Return{Note: "Perbaiki dahulu"})
		}
	}
	try("redraft", err)
}

// restDuplicates merges the pair with twin, which the product has found by
// itself, and dismisses another.
func (w *World) restDuplicates(t testing.TB, koordinator *homecare.Client, twin string, try func(string, error)) {
	t.Helper()
	ctx := t.Context()
	pairs, err := koordinator.Duplicates(ctx, url.Values{"state": {"open"}})
	try("duplicates", err)
	merged, dismissed := false, false
	for _, d := range pairs.Data {
		switch ofTwin := d.First.ID == twin || d.Second.ID == twin; {
		case ofTwin && !merged:
			_, err = koordinator.MergeDuplicate(ctx, d.ID, d.Version, homecare.MergeDuplicate{KeepID: d.First.ID,
				Reason: "Orang yang sama"})
			try("merge duplicate", err)
			merged = true
		case !ofTwin && !dismissed:
			_, err = koordinator.DismissDuplicate(ctx, d.ID, d.Version, homecare.Why{Reason: "Dua orang berbeda"})
			try("dismiss", err)
			dismissed = true
		}
	}
}

func (w *World) restPlatform(t testing.TB, try func(string, error)) {
	t.Helper()
	ctx := t.Context()
	dinkes := w.Client(t, "dinkes.admin")
	rules, err := dinkes.PriorityRules(ctx)
	if err == nil && len(rules.Data) > 0 {
		_, err = dinkes.AddPriorityRules(ctx,
			homecare.NewPriorityRuleSet{EffectiveFrom: clock.Day(time.Now().AddDate(0, 1, 0)), Note: "Versi uji",
				Rules: rules.Data[0].Rules})
	}
	try("rules", err)
	programmes, err := dinkes.Programmes(ctx)
	try("programmes", err)
	for _, o := range w.Operations {
		if o.ID == "addSop" && len(programmes.Data) > 0 {
			p := programmes.Data[0]
			body := o.Example()
			body["optional_endings"] = []any{"goals_reached"}
			body["effective_from"] = clock.Day(time.Now().AddDate(0, 6, 0))
			try("sop", dinkes.Do(ctx, homecare.Call{Method: o.Route.Method, Path: "/v1/programmes/" + p.Code + "/sops",
				IfMatch: p.Version, Body: body}))
		}
	}
	petugas := w.Client(t, "petugas2.paringin")
	_, err = petugas.Refresh(ctx, homecare.Refresh{RefreshToken: petugas.Tokens().RefreshToken,
		DeviceID: petugas.Tokens().DeviceID})
	try("refresh", err)
	other := w.Client(t, "petugas2.paringin")
	sessions, err := petugas.Sessions(ctx)
	try("sessions", err)
	for _, s := range sessions.Data {
		if !s.Current {
			try("end session", petugas.EndSession(ctx, s.ID))
			break
		}
	}
	_ = other
	try("sign out", petugas.SignOut(ctx))
	petugas = w.Client(t, "petugas2.paringin")
	try("sign out everywhere", petugas.SignOutEverywhere(ctx))
}
