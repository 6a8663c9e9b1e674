// Package privacy does what UU 27/2022 requires beyond the rules of access: break-glass
// with review, requests of persons about their data, and the register of breaches with
// its deadline.
//
// Break-glass opens one person to Dinkes for at most an hour:
//
//	Open          glass_open.go          ErrPuskesmas, ErrGlassOpen, patient.ErrIdentifies
//	TellKepala    glass_tell.go          runs after BreakGlassEvent
//	List          glass_list.go
//	Record        glass_record.go        ErrGlassEnded, fault.ErrNotFound
//	Close         glass_close.go         fault.ErrState, fault.ErrStale
//	Review        glass_review.go        fault.ErrState, fault.ErrStale
//
// A request of a person about their data:
//
//	Receive       request_receive.go     fault.ErrInvalid
//	Requests      request_list.go
//	Request       request_get.go         fault.ErrNotFound
//	Start         request_start.go       fault.ErrState, fault.ErrStale
//	Export        export.go              ErrNoExport
//	Done          request_finish.go      fault.ErrState, fault.ErrStale
//	Refuse        request_refuse.go      fault.ErrState, fault.ErrStale
//	Lift          lift_restriction.go    fault.ErrState, fault.ErrStale
//
// A breach in the register:
//
//	Report        breach_report.go       fault.ErrInvalid, ErrPuskesmas, patient.ErrIdentifies
//	CountPersons  breach_count.go        runs after BreachEvent
//	Breaches      breach_list.go
//	Breach        breach_get.go          fault.ErrNotFound
//	Persons       breach_persons.go      fault.ErrNotFound
//	Notified      breach_notify.go       fault.ErrState, fault.ErrInvalid
//	CloseBreach   breach_close.go        fault.ErrState, patient.ErrIdentifies
package privacy

import (
	"time"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Notice is the time limit for answering a person and for telling of a breach: 3x24
// hours (UU 27/2022 art. 6-11, 46).
const Notice = 72 * time.Hour

// The events of this package.
const (
	// BreakGlassEvent is emitted when Dinkes opens a person.
	BreakGlassEvent = "break_glass.opened"
	// BreachEvent is emitted when a breach enters the register; its persons are
	// then counted.
	BreachEvent = "breach.reported"
)

// The faults of privacy.
var (
	ErrRestricted = fault.Define(fault.Conflict, "patient.restricted",
		"Pemrosesan data orang ini dibatasi atas permintaannya; kasus dan kunjungan baru tidak dapat dibuat. Lihat permintaan subjek datanya.",
		"Processing of this person's data is restricted at their request; no new case or visit can be made. See their data-subject request.").
		About("/patient_id")
	ErrPuskesmas = fault.Define(fault.Invalid, "privacy.puskesmas_unknown",
		"Puskesmas ini tidak dikenal. Pilih dari daftar puskesmas.",
		"This puskesmas is not known. Choose one from the list.").
		About("/puskesmas").Hint("GET /v1/puskesmas")
	ErrGlassEnded = fault.Define(fault.Forbidden, "break_glass.ended",
		"Akses darurat ini sudah berakhir atau ditutup. Buka yang baru dengan alasan baru bila masih diperlukan.",
		"This break-glass has expired or was closed. Open another one with a reason of its own if it is still needed.")
	ErrGlassOpen = fault.Define(fault.Conflict, "break_glass.open",
		"Akses darurat Anda untuk orang ini masih terbuka. Pakai akses itu.",
		"Your break-glass for this person is still open. Use that one.").Hint("GET /v1/break-glass")
	// ErrNoExport: the request is of another kind than access.
	ErrNoExport = fault.Define(fault.Conflict, "data_subject_request.not_access",
		"Salinan data hanya untuk permintaan akses.",
		"A copy is given for a request for access only.").
		Hint("the request must be of kind access")
)

func init() {
	pg.Explain(map[string]error{"patient_restricted": ErrRestricted})
}
