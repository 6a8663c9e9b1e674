// Package sentmonth tells, in the answer to an act, which months it changed whose report
// has frozen figures (design decision 20).
package sentmonth

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Months is the SQL of the months that the transaction has changed so far and whose
// report was submitted or sent, "2026-03" each: for a statement that is sent last.
const Months = `told_sent_months()`

// month is the warning of one such month.
var month = fault.Text{
	ID: "Laporan bulan {month} sudah diajukan atau dikirim. Perubahan ini tidak ada di angkanya; laporan menampilkannya sebagai selisih.",
	EN: "The report of {month} was submitted or sent. This change is in none of its figures; the report shows it as a difference."}

// Warnings warns of months, one by one.
func Warnings(ctx context.Context, months []string) []homecare.Warning {
	var out []homecare.Warning
	for _, m := range months {
		out = append(out, homecare.Warning{Code: "sent_month", Message: month.In(call.Of(ctx).Language, map[string]any{"month": m})})
	}
	return out
}

// WarningsIn warns of the months that tx has changed so far; for the end of an act.
func WarningsIn(tx pg.Tx) ([]homecare.Warning, error) {
	months, err := pg.Scalar[[]string](tx, `select `+Months)
	return Warnings(tx.Context(), months), err
}

// QueueIn asks, after all that the batch writes, which months it changed.
func QueueIn(tx pg.Tx, b *pgx.Batch, into *[]homecare.Warning) {
	b.Queue(`select ` + Months).QueryRow(func(row pgx.Row) error {
		var months []string
		err := row.Scan(&months)
		*into = Warnings(tx.Context(), months)
		return err
	})
}
