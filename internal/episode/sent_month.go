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

// SentMonthOfIn warns of an act about a case on days of months whose reports were
// sent, once for each month.
func SentMonthOfIn(tx pg.Tx, caseID string, days ...string) ([]homecare.Warning, error) {
	type sent struct{ Month string }
	months, err := pg.Rows[sent](tx, `select distinct s.month from care_case c, unnest($2::text[]::date[]) d,
		lateral sent_month(c.programme_code, d, $3) s(month) where c.id = $1 and s.month is not null order by 1`, caseID, days, tx.Now())
	var out []homecare.Warning
	for _, m := range months {
		out = append(out, homecare.Warning{Pointer: "", Code: SentMonthCode,
			Message: SentMonth.In(rest.LanguageOf(tx.Context()), map[string]any{"month": m.Month})})
	}
	return out, err
}
