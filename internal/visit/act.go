package visit

import (
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
)

// act is an act with its performer and time. It is judged as of that time, whichever account sends
// it and whenever it is sent.
type act struct {
	by string // the performer
	at time.Time
	// recorder is the account that recorded it. by is responsible for it.
	recorder string
	// begun says that the visit had already begun: the act is judged as of the
	// arrival.
	begun bool
	// vouched says that a koordinator reviewed a parked act and confirms the team
	// at that time.
	vouched bool
}

// did is an act of the caller, or of the performer that the caller names, at
// that time.
func did(tx pg.Tx, performedBy string, at time.Time) act {
	kept := tx.Call().Again
	a := act{by: performedBy, at: at.UTC().Truncate(time.Microsecond), recorder: tx.Recorder(), vouched: kept != nil &&
		kept.Vouched}
	if a.by == "" {
		a.by = a.recorder
	}
	return a
}

// The faults of an act that contradicts the record.
var (
	ErrBeforeProposal = fault.Define(fault.Conflict, "visit.before_proposal",
		"Kunjungan ini terjadi sebelum kasusnya diusulkan. Periksa tanggal dan jam perangkat, atau minta koordinator memperbaiki tanggal usulan.",
		"This visit took place before its case was proposed. Check the date and the device's clock, or ask the koordinator about the day of the proposal.")
	ErrCaseEnded = fault.Define(fault.Conflict, "visit.case_ended",
		"Pada waktu kunjungan ini kasusnya sudah berakhir, ditolak, atau ternyata salah catat. Koordinator memutuskan: alihkan ke kasus lain, atau perbaiki tanggal berakhirnya bila salah.",
		"At the time of this visit its case had ended, was rejected or had been entered in error. The koordinator decides: move it to another case, or correct the day of the end where that is wrong.")
	ErrPersonDeceased = fault.Define(fault.Conflict, "visit.person_deceased",
		"Menurut catatan, orang ini sudah meninggal sebelum kunjungan ini. Koordinator memutuskan mana yang benar.",
		"By the record this person had died before this visit. The koordinator decides which is right.")
	ErrPersonVoided = fault.Define(fault.Conflict, "visit.person_voided",
		"Data orang ini sudah dibatalkan. Koordinator mengalihkan kunjungan ini ke data yang benar.",
		"The record of this person was voided. The koordinator moves this visit to the right one.")
	ErrRestricted = fault.Define(fault.Conflict, "visit.person_restricted",
		"Pemrosesan data orang ini dibatasi sebelum kunjungan ini. Kepala puskesmas memutuskan.",
		"The processing of this person's data was restricted before this visit. The head decides.")
	ErrConsentWithdrawn = fault.Define(fault.Conflict, "visit.consent_withdrawn",
		"Persetujuan kunjungan rumah sudah ditarik sebelum kunjungan ini. Bila keluarga menyetujui lagi, catat persetujuannya dulu.",
		"The consent to home visits had been withdrawn before this visit. Where the family agreed again, record that consent first.")
	ErrNotInTeam = fault.Define(fault.Conflict, "visit.not_in_team",
		"Pelaksana bukan anggota tim kasus ini pada waktu kunjungan. Koordinator memutuskan.",
		"The visitor was not in the team of the case at that time. The koordinator decides.")
	ErrAlreadyRecorded = fault.Define(fault.Conflict, "visit.already_recorded",
		"Kunjungan ini sudah tercatat. Lengkapi atau perbaiki catatan itu, atau minta koordinator menjadikan kiriman ini kunjungan tersendiri.",
		"This visit is on record. Complete or amend that record, or ask the koordinator to make this a visit of its own.")
	ErrClosed = fault.Define(fault.Conflict, "visit.closed",
		"Kantor sudah menutup kunjungan ini (dibatalkan, dijadwal ulang, atau selesai). Koordinator memutuskan.",
		"The office closed this visit (cancelled, moved or completed). The koordinator decides.")
)

// queueServed stores the profession in which each member of a stop served: that
// of their membership at the time of the visit, else that in the case's team at
// that time, and none for a member who was not on the staff. The account that
// made the visit counts as present.
func queueServed(tx pg.Tx, b *pgx.Batch, stopID, caseID string, a act) {
	b.Queue(`insert into stop_member (puskesmas_id, stop_id, account_id, during, active)
		select s.puskesmas_id, s.id, $2::uuid, tstzrange(s.starts_at, s.ends_at), false from stop s where s.id = $1
		on conflict on constraint stop_member_pk do nothing`, stopID, a.by)
	b.Queue(`update stop_member m set profession = coalesce((select coalesce(nullif(s.profession, ''),
				(select t.profession from case_team_at($2, $3) x join team_member t
					on t.puskesmas_id = m.puskesmas_id and t.team_id = x.team_id and t.account_id = m.account_id
					and t.joined_at <= x.at and (t.left_at is null or t.left_at > x.at) order by t.lead desc limit 1),
					m.profession)
			from staff_at(m.account_id, $3) s limit 1), '')
		where m.puskesmas_id = $4 and m.stop_id = $1`, stopID, caseID, a.at, tx.Principal().PuskesmasID)
}
