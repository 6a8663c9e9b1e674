// Package sentmonth warns, in the answer to an act, of months that the act changed after
// their report was submitted and its figures frozen.
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
// report was submitted or sent, each as "2026-03". It is for the last statement of
// a transaction.
const Months = `told_sent_months()`

// month is the warning for one such month.
var month = fault.Text{
	ID: "Laporan bulan {month} sudah diajukan atau dikirim. Perubahan ini tidak ada di angkanya; laporan menampilkannya sebagai selisih.",
	EN: "The report of {month} was submitted or sent. This change is in none of its figures; the report shows it as a difference."}

// Warnings warns of months, one warning each.
func Warnings(ctx context.Context, months []string) []homecare.Warning {
	var out []homecare.Warning
	for _, m := range months {
		out = append(out, homecare.Warning{Code: "sent_month", Message: month.In(call.Of(ctx).Language,
			map[string]any{"month": m})})
	}
	return out
}

// WarningsIn warns of the months that tx has changed so far. Call it at the end
// of an act.
func WarningsIn(tx pg.Tx) ([]homecare.Warning, error) {
	months, err := pg.Scalar[[]string](tx, `select `+Months)
	return Warnings(tx.Context(), months), err
}

// QueueIn reads, after all writes of the batch, which months it changed.
func QueueIn(tx pg.Tx, b *pgx.Batch, into *[]homecare.Warning) {
	b.Queue(`select ` + Months).QueryRow(func(row pgx.Row) error {
		var months []string
		err := row.Scan(&months)
		*into = Warnings(tx.Context(), months)
		return err
	})
}
