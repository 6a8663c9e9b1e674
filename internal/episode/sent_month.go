package episode

import (
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

// SentMonthCode is the code of the warning that an act falls into a month whose
// report was sent.
const SentMonthCode = "sent_month"

// SentMonth is told of an act in a month whose report was sent (design decision 20).
var SentMonth = fault.Text{
	ID: "Laporan bulan {month} sudah dikirim. Catatan ini tidak ada di angka resminya; laporan menampilkannya sebagai selisih.",
	EN: "The report of {month} was sent. This act is in none of its figures; the report shows it as a difference."}

// SentMonthOfIn warns of an act about a case on a day of a month whose report was
// sent.
func SentMonthOfIn(tx pg.Tx, caseID, day string) ([]homecare.Warning, error) {
	month, err := pg.Scalar[*string](tx, `select sent_month(programme_code, $2::text::date, $3) from care_case where id = $1`,
		caseID, day, tx.Now())
	if err != nil || month == nil {
		return nil, err
	}
	return []homecare.Warning{{Pointer: "", Code: SentMonthCode,
		Message: SentMonth.In(rest.LanguageOf(tx.Context()), map[string]any{"month": *month})}}, nil
}
