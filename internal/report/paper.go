package report

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/balangan/homecare/internal/document"
	"github.com/balangan/homecare/internal/document/paper"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// stateLabels are the names of the states on paper.
var stateLabels = map[State][2]string{
	Draft:      {"Draf, angka masih dapat berubah", "Draft, figures may still change"},
	Withdrawn:  {"Ditarik, tidak dikirim", "Withdrawn, not sent"},
	Submitted:  {"Diajukan, menunggu tanda tangan Kepala Puskesmas", "Submitted, to be signed by the head"},
	Sent:       {"Dikirim ke Dinas", "Sent to Dinkes"},
	Accepted:   {"Diterima Dinas", "Accepted by Dinkes"},
	Returned:   {"Dikembalikan Dinas", "Returned by Dinkes"},
	Archived:   {"Diarsipkan", "Archived"},
	Superseded: {"Diganti oleh revisi yang lebih baru", "Replaced by a later revision"},
}

// PDF renders a report. The same state always gives the same bytes.
func (s *Service) PDF(ctx context.Context, in byID) (call.File, error) {
	m, r, err := s.paper(ctx, in.ID)
	if err != nil {
		return call.File{}, err
	}
	var b bytes.Buffer
	if err := m.PDF(&b); err != nil {
		return call.File{}, err
	}
	return call.File{ContentType: call.PDF, Name: fileName(r) + ".pdf", Bytes: b.Bytes(), Inline: true}, nil
}

// XLSX renders a report as a workbook.
func (s *Service) XLSX(ctx context.Context, in byID) (call.File, error) {
	m, r, err := s.paper(ctx, in.ID)
	if err != nil {
		return call.File{}, err
	}
	var b bytes.Buffer
	if err := m.XLSX(&b); err != nil {
		return call.File{}, err
	}
	return call.File{ContentType: call.XLSX, Name: fileName(r) + ".xlsx", Bytes: b.Bytes()}, nil
}

func fileName(r row) string {
	return fmt.Sprintf("laporan-%s-%s-%s-r%d", r.Puskesmas, r.ProgrammeCode, r.Month, r.Revision)
}

func (s *Service) paper(ctx context.Context, id string) (paper.MonthlyReport, row, error) {
	type both struct {
		m paper.MonthlyReport
		r row
	}
	out, err := pg.Reference(ctx, s.db, func(tx pg.Tx) (both, error) {
		r, err := rowByID(tx, id, false)
		if err != nil {
			return both{}, err
		}
		figures := r.Figures
		if figures == nil {
			live, err := compute(tx, r.template, r.ProgrammeCode, r.Month, "id")
			if err != nil {
				return both{}, err
			}
			figures = &live
		}
		p := figures.Paper
		if p == nil {
			now, err := paperOf(tx, r)
			if err != nil {
				return both{}, err
			}
			p = &now
		}
		return both{onPaper(r, *p, *figures, tx.Now()), r}, nil
	})
	return out.m, out.r, err
}

// paperOf is the text on the paper besides the tables, of the SOP in force at the
// end of the report's month. It is empty where none was in force.
func paperOf(tx pg.Tx, r row) (homecare.ReportPaper, error) {
	_, until, err := clock.MonthBounds(r.Month)
	if err != nil {
		return homecare.ReportPaper{}, err
	}
	type read struct {
		homecare.ReportPaper
		Basis []homecare.LegalBasis
	}
	p, err := pg.Row[read](tx, `select p.name as puskesmas, p.address, p.district_name as district, g.name as programme,
			coalesce(v.legal_basis, '[]') as basis, coalesce(v.distribution, '[]') as distribution
		from puskesmas p cross join programme g left join lateral (select legal_basis, distribution from sop_version
			where programme_code = g.code and effective_from < $3::text::date order by effective_from desc,
			revision desc limit 1) v on true
		where p.id = $1 and g.code = $2`, r.PuskesmasID, r.ProgrammeCode, clock.Day(until))
	p.LegalBasis = []string{}
	for _, l := range p.Basis {
		p.LegalBasis = append(p.LegalBasis, document.Basis("id", l.Text, l.ReplacedBy))
	}
	return p.ReportPaper, err
}

func onPaper(r row, p homecare.ReportPaper, f homecare.ReportFigures, now time.Time) paper.MonthlyReport {
	issued := now
	for _, at := range []*time.Time{r.SubmittedAt, r.SentAt} {
		if at != nil {
			issued = *at
		}
	}
	m := paper.MonthlyReport{
		Issue: paper.Issue{Lang: paper.Indonesian, IssuedAt: issued, Letterhead: paper.BalanganLetterhead(p.Puskesmas,
			p.Address),
			Place: p.District, Date: paper.Date(issued.In(clock.WITA).Format(time.DateOnly))},
		Title: f.Title, Programme: p.Programme, Month: paper.Month(r.Month), Version: r.Revision, Replaces: r.Replaces,
		Status:   stateLabels[r.State][0],
		Unsigned: r.State == Withdrawn, LegalBasis: p.LegalBasis, Distribution: p.Distribution,
	}
	if r.FiguresHash != nil {
		m.ArchiveHash = *r.FiguresHash
	}
	if r.Note != "" {
		m.Notes = []string{r.Note}
	}
	if r.Head != nil {
		m.Head = paper.Signatory{Name: r.Head.Name, NIP: r.Head.NIP, Position: r.Head.Position}
	}
	if r.Coordinator != nil {
		m.Coordinator = paper.Signatory{Name: r.Coordinator.Name, NIP: r.Coordinator.NIP,
			Position: r.Coordinator.Position}
	}
	for _, sec := range f.Sections {
		ps := paper.Section{Title: sec.Title, Coded: sec.Figures == "top_diagnoses", Columns: sec.Columns}
		for _, row := range sec.Rows {
			ps.Rows = append(ps.Rows, paper.Row{Code: row.Code, Label: row.Label, Values: row.Values})
		}
		m.Sections = append(m.Sections, ps)
	}
	return m
}
