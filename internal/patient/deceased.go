package patient

import (
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
)

// The faults of a death that contradicts the record.
var (
	// ErrDeathByCase: a death that ended a case is retracted at that case.
	ErrDeathByCase = fault.Define(fault.Conflict, "patient.death_by_case",
		"Kematian ini dicatat pada kasus yang berakhir karena meninggal. Kepala puskesmas mencabutnya di sana; "+
			"tanggalnya diperbaiki koordinator atau kepala.",
		"This death was recorded at a case that it ended. The head of the puskesmas takes it back there; the "+
			"koordinator or the head corrects its date.").
		Hint("POST /v1/cases/{id}/retract-death, POST /v1/cases/{id}/correct-days")
	// ErrVisitAfterEnd: a visit was made after the end. For a death, any visit of
	// the person counts; for another ending, a visit of the case.
	ErrVisitAfterEnd = fault.Define(fault.Conflict, "case.visit_after_end",
		"Orang ini masih dikunjungi pada {day}, sesudah tanggal berakhir atau meninggal yang diisi. Perbaiki tanggal itu, atau kunjungannya.",
		"This person was visited on {day}, after the date of the end or the death given. Correct that date, or the visit.").
		About("/date", "/ended_on", "/deceased_on")
	ErrEndedAfterDeath = fault.Define(fault.Conflict, "case.ended_after_death",
		"Kasus orang ini berakhir dengan cara lain pada {day}, sesudah tanggal meninggal yang diisi. Perbaiki "+
			"tanggal meninggal, atau tanggal berakhirnya kasus.",
		"A case of this person ended otherwise on {day}, after the date of death given. Correct the date of "+
			"death, or the day on which the case ended.").
		Hint("POST /v1/cases/{id}/correct-days").About("/date", "/ended_on", "/deceased_on")
	ErrOutcomeAfterDeath = fault.Define(fault.Conflict, "case.outcome_after_death",
		"Rumah sakit masih menjawab tentang orang ini pada {day}, sesudah tanggal meninggal yang diisi. Perbaiki tanggal meninggalnya.",
		"The hospital still answered about this person on {day}, after the date of death given. Correct the date of death.").
		About("/date", "/ended_on", "/deceased_on")
	ErrVisitedBeforeBirth = fault.Define(fault.Conflict, "patient.visited_before_birth",
		"Orang ini sudah dikunjungi pada {day}, sebelum tanggal lahir yang diisi. Periksa tanggal lahir itu; bila hanya perkiraan, tandai sebagai perkiraan.",
		"This person was already visited on {day}, before the birth date given. Check that birth date; where it is an estimate, mark it so.").
		Hint("birth_date_estimated marks it").About("/birth_date")
)

// MarkDeceasedIn records the day on which a person died (YYYY-MM-DD; SOP HS
// 5f). The first recorded day stays. Errors: fault.ErrNotFound and those of
// deadFrom.
func MarkDeceasedIn(tx pg.Tx, id, date string) error {
	tag, err := tx.Exec(`update patient set deceased_on = coalesce(deceased_on, $2::text::date), updated_at = $3,
		version = version + 1 where id = $1`,
		id, date, tx.Now())
	if err != nil {
		return err
	}
	if tag.RowsAffected() == 0 {
		return fault.ErrNotFound
	}
	return deadFrom(tx, id, date)
}

// everyRecordOf is the condition for all rows of a person in use ($1): its own and those
// merged into it. A reversed merge returns those rows as they are then.
const everyRecordOf = `$1 in (id, merged_into_id) and exists (select from patient where id = $1 and not ` + isGone + `)`

// RetractDeathIn reverses a person's death in every record of the person, once no
// case is ended by it. Error: ErrGone.
func RetractDeathIn(tx pg.Tx, id string) error {
	tag, err := tx.Exec(`update patient set deceased_on = null, updated_at = $2, version = version + 1
		where `+everyRecordOf, id, tx.Now())
	if err == nil && tag.RowsAffected() == 0 {
		return ErrGone
	}
	return err
}

// RedateDeathIn moves the day of a person's death, in every record that has it.
// Errors: ErrGone and those of deadFrom.
func RedateDeathIn(tx pg.Tx, id, date string) error {
	tag, err := tx.Exec(`update patient set deceased_on = $2::text::date, updated_at = $3, version = version + 1
		where deceased_on is not null and `+everyRecordOf, id, date, tx.Now())
	if err != nil {
		return err
	}
	if tag.RowsAffected() == 0 {
		return ErrGone
	}
	return deadFrom(tx, id, date)
}

// deadFrom checks that nothing in the record happened to the person after the
// day of death. A case lost to follow-up may end later. Errors:
// ErrVisitAfterEnd, ErrOutcomeAfterDeath, ErrEndedAfterDeath.
func deadFrom(tx pg.Tx, id, date string) error {
	last, err := pg.Row[struct{ Visit, Outcome, Ended string }](tx, `select
		coalesce((select max(counts_on)::text from counted_visit where patient_id = $1
		and state in ('completed', 'in_progress')
			and counts_on > $2::text::date), '') as visit,
		coalesce((select max(o.occurred_on)::text from referral_outcome o
			join counted_case c on c.puskesmas_id = o.puskesmas_id and c.id = o.case_id
			where c.patient_id = $1 and o.result <> 'died' and o.occurred_on > $2::text::date), '') as outcome,
		coalesce((select max(ended_on)::text from counted_case where patient_id = $1 and state = 'terminated'
			and ending not in ('death', 'lost_to_follow_up') and ended_on > $2::text::date), '') as ended`, id, date)
	switch {
	case err != nil:
		return err
	case last.Visit != "":
		return ErrVisitAfterEnd.With("day", last.Visit)
	case last.Outcome != "":
		return ErrOutcomeAfterDeath.With("day", last.Outcome)
	case last.Ended != "":
		return ErrEndedAfterDeath.With("day", last.Ended)
	}
	return nil
}

// mayDie checks a change of the day of death, "" for none. Errors: ErrOpenCase,
// ErrDeathByCase, those of deadFrom.
func mayDie(tx pg.Tx, id, before, after string) error {
	if before == after {
		return nil
	}
	if before != "" {
		byCase, err := pg.Scalar[bool](tx, `select exists (select from care_case
			where patient_id = $1 and ending = 'death')`, id)
		if err != nil {
			return err
		}
		if byCase {
			return ErrDeathByCase
		}
	}
	if after == "" {
		return nil
	}
	if err := noOpenCase(tx, id); err != nil {
		return err
	}
	return deadFrom(tx, id, after)
}

// bornBy checks that the person was not visited before the given birth date.
// Error: ErrVisitedBeforeBirth.
func bornBy(tx pg.Tx, id, born string) error {
	day, err := pg.Scalar[string](tx, `select coalesce(min(counts_on)::text, '') from counted_visit
		where patient_id = $1 and state in ('completed', 'in_progress') and counts_on < nullif($2, '')::date`, id, born)
	if err == nil && day != "" {
		err = ErrVisitedBeforeBirth.With("day", day)
	}
	return err
}

// AliveOnIn locks a person and checks that an act of a day (YYYY-MM-DD) is not
// after their death. Errors: fault.ErrNotFound, fault.ErrInvalid at the pointer.
func AliveOnIn(tx pg.Tx, id, day, pointer string) error {
	died, err := pg.Scalar[string](tx, `select coalesce(deceased_on::text, '') from patient where id = $1 for share`,
		id)
	if err != nil || died == "" || day <= died {
		return err
	}
	return fault.ErrInvalid.At(fault.Field{Pointer: pointer, Code: "after_death", Args: map[string]any{"died": died},
		Text: fault.Text{
			ID: "Orang ini tercatat meninggal pada {died}. Perbaiki tanggal ini, atau tanggal meninggalnya.",
			EN: "This person is recorded as deceased on {died}. Correct this date, or the date of death."}})
}
