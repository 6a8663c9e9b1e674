package record

import (
	"context"
	"fmt"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/sentmonth"
	"github.com/balangan/homecare/pkg/homecare"
)

// The warnings of a visit: accepted values that a person should check.
var (
	noBand = fault.Text{
		ID: "Belum ada batas bahaya untuk ukuran ini pada umur pasien. Nilailah sendiri.",
		EN: "There are no danger limits of this measurement for the patient's age. Judge it yourself."}
	overlaps = fault.Text{
		ID: "Pada waktu ini ada kunjungan lain oleh petugas yang sama. Periksa jam tiba dan pulang.",
		EN: "A member of the team was at another visit at this time. Check arrival and departure."}
	nextOpen = fault.Text{
		ID: "Kunjungan berikutnya belum terjadwal: jamnya sudah terisi atau lewat, atau kasusnya tidak lagi dilayani. Jadwalkan sendiri bila masih perlu.",
		EN: "The next visit is not planned: its hour is taken or over, or the case is no longer in care. Plan it yourself where it is still needed."}
	twice = fault.Text{
		ID: "Kunjungan penggantinya juga terlaksana. Bila hanya satu yang benar, perbaiki yang lain.",
		EN: "The visit that was planned in its place took place too. If only one of them is true, amend the other."}
	lateText = fault.Text{
		ID: "Dicatat terlambat: kasus atau kunjungan ini sudah ditutup ketika catatannya datang.",
		EN: "Recorded late: the case or the visit had been closed when its record came."}
)

// warned returns the visit with its warnings.
func warned(ctx context.Context, r visitRead) homecare.Visit {
	v := r.Visit
	v.Warnings = nil
	add := func(pointer, code string, text fault.Text) {
		v.Warnings = append(v.Warnings, homecare.Warning{Pointer: pointer, Code: code,
			Message: text.In(call.Of(ctx).Language, nil)})
	}
	// Blood pressure under 18 years outside pregnancy: vital_range has no
	// limits for it.
	for i, x := range v.Vitals {
		if x.Level == LevelNoBand {
			add(fmt.Sprintf("/vitals/%d/value", i), LevelNoBand, noBand)
		}
	}
	if r.Overlaps {
		add("/arrived_at", "overlap", overlaps)
	}
	if v.CompletedAt != nil && v.Plan != nil && v.Plan.NextVisit != nil && v.Plan.NextVisit.StartsAt != nil &&
		v.NextVisitID == "" {
		add("/plan/next_visit/starts_at", "next_visit_open", nextOpen)
	}
	if r.Twice {
		add("/rescheduled_to_id", "took_place_twice", twice)
	}
	v.Warnings = append(v.Warnings, sentmonth.Warnings(ctx, r.SentMonths)...)
	if v.Late {
		add("/arrived_at", "late", lateText)
	}
	return v
}
