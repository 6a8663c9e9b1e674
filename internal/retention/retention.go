// Package retention keeps records for the legal retention period, 25 years
// after the last contact, and then destroys them. The period is from Permenkes
// 24/2022 article 39 (cited, not read in the original) and is a row of table
// retention_rule. One function of the database, destroy_record, destroys a
// record; it checks the period, holds, open cases and the second person itself
// (promise PRI-6).
//
//	Get      get.go
//	Due      due.go      records whose time has come
//	Hold     hold.go     a legal hold
//	Release  release.go
//	Propose  propose.go  the first of two persons
//	Destroy  destroy.go  the second; shred.go ends files and stored answers
package retention

import (
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
)

// The faults of retention.
var (
	ErrNotDue = fault.Define(fault.Conflict, "retention.not_due",
		"Masa simpan rekam medis ini belum lewat (25 tahun sejak kontak terakhir). Tunggu sampai masanya lewat.",
		"This record is still within its retention (25 years since the last contact). Wait until it has passed.").
		Hint("due_on is the first day on which the record may be destroyed")
	ErrHeld = fault.Define(fault.Conflict, "retention.held",
		"Rekam medis ini sedang ditangguhkan pemusnahannya. Akhiri penangguhan dulu.",
		"This record is under a legal hold. Release the hold first.")
	ErrOpenCase = fault.Define(fault.Conflict, "retention.open_case",
		"Sasaran ini masih mempunyai kasus yang berjalan.",
		"This person still has an open case.")
	ErrNotProposed = fault.Define(fault.Conflict, "retention.not_proposed",
		"Pemusnahan harus diusulkan dulu oleh koordinator.",
		"The destruction has to be proposed by the coordinator first.")
	ErrProposed = fault.Define(fault.Conflict, "retention.proposed",
		"Pemusnahan rekam medis ini sudah diusulkan.",
		"The destruction of this record was proposed already.")
	ErrSamePerson = fault.Define(fault.Conflict, "retention.same_person",
		"Yang mengusulkan tidak boleh memusnahkan. Perlu orang kedua.",
		"The person who proposed it may not carry it out. A second person is needed.")
	ErrDestroyed = fault.Define(fault.Conflict, "retention.destroyed",
		"Rekam medis ini sudah dimusnahkan.",
		"This record was destroyed.")
	ErrNoHold = fault.Define(fault.Conflict, "retention.no_hold",
		"Rekam medis ini tidak sedang ditangguhkan.",
		"This record is under no hold.")
)

func init() {
	pg.Explain(map[string]error{
		"record_destruction_due":         ErrNotDue,
		"legal_hold_open":                ErrHeld,
		"legal_hold_open_uq":             ErrHeld,
		"record_destruction_open_case":   ErrOpenCase,
		"record_destruction_proposed":    ErrNotProposed,
		"record_destruction_pk":          ErrProposed,
		"record_destruction_two_persons": ErrSamePerson,
		"record_destruction_done":        ErrDestroyed,
	})
}
