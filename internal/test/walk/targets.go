package walk

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/balangan/homecare/pkg/homecare"
)

// recap imports the sources (SOP HS 5a, KP B1): preview, explanation of the bad
// row, commit. Uploading the same file again changes nothing.
func (f *flow) recap(ctx context.Context) error {
	f.at(1, 9)
	for _, file := range []struct {
		source, name string
		data         []byte
		rejected     int
	}{
		{"ptm", "ptm.csv", ptmFile(f.people, f.from), 1},
		{"pcare_members", "pcare_peserta.csv", pcareFile(f.people), 0},
	} {
		in := homecare.NewImport{Source: file.source, FileName: file.name, File: file.data}
		preview, err := f.koordinator.Import(ctx, in)
		if err != nil {
			return err
		}
		if preview.State != "previewed" || preview.Counts.Rejected != file.rejected || preview.Counts.Accepted == 0 {
			return surprise("pratinjau "+file.name, preview.Counts)
		}
		if file.rejected > 0 {
			rows, err := f.koordinator.ImportRows(ctx, preview.ID, url.Values{"verdict": {"rejected"}})
			if err != nil {
				return err
			}
			if len(rows.Data) != file.rejected || len(rows.Data[0].Issues) == 0 {
				return surprise("baris ditolak", rows)
			}
			f.say("HS 5a", "%s: baris %d ditolak: %s", file.name, rows.Data[0].Number, rows.Data[0].Issues[0].Message)
		}
		done, err := f.koordinator.CommitImport(ctx, preview.ID, preview.Version)
		if err != nil {
			return err
		}
		again, err := f.koordinator.Import(ctx, in)
		if err != nil {
			return err
		}
		if done.State != "committed" || !again.AlreadyImported || again.ID != done.ID {
			return surprise("impor ulang", again)
		}
		f.say("HS 5a",
			"%s: %d baris diterima, %d orang baru, %d sudah dikenal; berkas yang sama lagi tidak mengubah apa pun",
			file.name, done.Counts.Accepted, done.Counts.NewPatients, done.Counts.MatchedRows)
	}
	if err := f.question(ctx); err != nil {
		return err
	}
	for i, p := range f.people {
		found, err := f.koordinator.SearchPatients(ctx, homecare.PatientSearch{NIK: p.nik})
		if err != nil {
			return err
		}
		if len(found.Data) != 1 || found.Data[0].NIK == p.nik {
			return surprise("cari menurut NIK (harus satu, disamarkan)", len(found.Data))
		}
		f.people[i].id = found.Data[0].ID
	}
	f.count("targets_by_source", "ptm", 0, int64(len(f.people)))
	f.count("targets_by_source", "pcare", 0, int64(len(f.people)/2))
	for _, by := range []string{"source", "village"} {
		r, err := f.koordinator.Recap(ctx, url.Values{"by": {by}})
		if err != nil {
			return err
		}
		if len(r.Data) == 0 {
			return surprise("rekap", r)
		}
		f.say("HS 5b", "rekap menurut %s: %d baris", by, len(r.Data))
	}
	return nil
}

// question imports a row of a man with a woman's NIK: no person is matched and
// nothing is taken until the koordinator has decided.
func (f *flow) question(ctx context.Context) error {
	other := f.people[inCare]
	other.sex, other.name = "L", "Tanpa Kartu "+roman(f.from.Year()-2000+int(f.from.Month()))
	i, err := f.koordinator.Import(ctx, homecare.NewImport{Source: "ptm", FileName: "ptm_susulan.csv",
		File: ptmRows([]person{other}, f.from)})
	if err != nil {
		return err
	}
	if i, err = f.koordinator.CommitImport(ctx, i.ID, i.Version); err != nil {
		return err
	}
	rows, err := f.koordinator.ImportRows(ctx, i.ID, url.Values{"verdict": {"to_decide"}})
	if err != nil {
		return err
	}
	if len(rows.Data) != 1 || len(rows.Data[0].Issues) == 0 || i.Counts.NewPatients+i.Counts.NewFacts != 0 {
		return surprise("baris perlu diputuskan", i.Counts)
	}
	row := rows.Data[0]
	i, err = f.koordinator.DecideImportRow(ctx, i.ID, row.Number, i.Version,
		homecare.DecideRow{Take: "leave", Reason: "Salah kartu; ditanyakan kembali ke bidan desa"})
	if err != nil {
		return err
	}
	if i.Counts.ToDecide != 0 {
		return surprise("baris sesudah diputuskan", i.Counts)
	}
	f.say("HS 5a", "ptm_susulan.csv: baris %d menunggu keputusan koordinator, lalu ditinggalkan: %s", row.Number,
		row.Issues[0].Message)
	return nil
}

// rankWithin is how long after a commit the ranking may take to follow (promise LOOP-1).
const rankWithin = 5 * time.Second

// ranked is the ranked list once it shows these persons. Nobody presses anything.
func (f *flow) ranked(ctx context.Context, persons map[string]bool) (homecare.Page[homecare.Priority], error) {
	for until := time.Now().Add(rankWithin); ; time.Sleep(100 * time.Millisecond) {
		list, err := f.perawat.Priorities(ctx, url.Values{"limit": {"500"}})
		if err != nil {
			return list, err
		}
		seen := 0
		for _, p := range list.Data {
			if persons[p.PatientID] {
				seen++
			}
		}
		if seen == len(persons) || time.Now().After(until) {
			return list, nil
		}
	}
}

// rank reads the ranked list with its reasons (SOP HS 5c).
func (f *flow) rank(ctx context.Context) error {
	f.at(1, 10)
	mine := map[string]bool{}
	for _, p := range f.people {
		mine[p.id] = true
	}
	list, err := f.ranked(ctx, mine)
	if err != nil {
		return err
	}
	seen := 0
	for i, p := range list.Data {
		if i > 0 && p.Total > list.Data[i-1].Total {
			return surprise("urutan prioritas", p)
		}
		if mine[p.PatientID] {
			seen++
			if len(p.Reasons) == 0 {
				return surprise("prioritas tanpa alasan", p)
			}
		}
	}
	if seen != len(f.people) {
		return surprise("orang bulan ini dalam daftar prioritas", seen)
	}
	top := list.Data[0]
	f.say("HS 5c", "%d orang berurutan; teratas skor %d (%s): %s", len(list.Data), top.Total, top.Level,
		top.Reasons[0].Label)
	return nil
}

// roles of the month's people.
const (
	inCare = iota
	unsuitable
	dying
	refusing
	referred
)

// propose proposes five people to Kepala (SOP KP flow A-C): one is rejected
// with a reason, four are approved. The proposer never approves.
func (f *flow) propose(ctx context.Context) error {
	f.at(2, 8)
	for i := inCare; i <= referred; i++ {
		c, err := f.perawat.ProposeCase(ctx, homecare.NewCase{PatientID: f.people[i].id, Programme: f.programme,
			Origin: "ranked_list",
			Reason: "Tekanan darah tinggi dan tidak datang kontrol"})
		if err != nil {
			return err
		}
		f.count("cases", "proposed", 0, 1)
		f.cases[fmt.Sprint(i)] = c
	}
	f.say("KP A-B", "perawat mengusulkan %d orang kepada Kepala Puskesmas", referred+1)
	if _, err := f.perawat.ApproveCase(ctx, f.cases["0"].ID, f.cases["0"].Version, homecare.ApproveCase{}); err == nil {
		return surprise("pengusul menyetujui sendiri", "diterima")
	} else if _, err := refused("pengusul menyetujui sendiri", err, "auth.forbidden"); err != nil {
		return err
	}
	f.at(2, 10)
	for i := inCare; i <= referred; i++ {
		c := f.cases[fmt.Sprint(i)]
		var err error
		if i == unsuitable {
			c, err = f.kepala.RejectCase(ctx, c.ID, c.Version,
				homecare.Why{Reason: "Masih dapat datang ke puskesmas; cukup kontrol di poli"})
			f.count("cases", "rejected", 0, 1)
		} else {
			c, err = f.kepala.ApproveCase(ctx, c.ID, c.Version, homecare.ApproveCase{})
			f.count("cases", "approved", 0, 1)
		}
		if err != nil {
			return err
		}
		f.cases[fmt.Sprint(i)] = c
	}
	p, err := f.kepala.ApproveCase(ctx, f.cases["1"].ID, f.cases["1"].Version, homecare.ApproveCase{})
	if err == nil {
		return surprise("menyetujui kasus yang ditolak", p)
	}
	problem, err := refused("menyetujui kasus yang ditolak", err, "record.state")
	if err != nil {
		return err
	}
	f.say("KP B", "satu ditolak dengan alasan, empat disetujui; keadaan %s hanya membolehkan %v", problem.CurrentState,
		problem.Allowed)
	return nil
}
