package fault

// ErrInvalid is the fault of a request with invalid fields. The fields say
// which and why.
var ErrInvalid = Define(Invalid, "request.invalid",
	"Ada isian yang belum benar. Perbaiki isian yang disebut di errors, lalu kirim lagi.",
	"Some fields are not right. Correct the fields named in errors and send again.")

// ErrNotFound is the fault of an id that is unknown or not the caller's. The
// answers are identical to the byte, so ids cannot be probed.
var ErrNotFound = Define(NotFound, "record.not_found",
	"Data tidak ditemukan. Periksa id atau muat ulang daftarnya.",
	"No such record. Check the id or reload the list.")

// ErrState is the fault of an action that the record's state does not allow.
// Extra has current_state and allowed (the allowed actions or states).
var ErrState = Define(Conflict, "record.state",
	"Tindakan ini tidak dapat dilakukan pada keadaan {state}. Lihat allowed untuk tindakan yang dapat dilakukan.",
	"This action is not possible in state {state}. See allowed for the actions that are.")

// ErrStale is the fault of a change to an outdated version.
var ErrStale = Define(Stale, "record.stale",
	"Data ini sudah diubah orang lain. Muat ulang, periksa perubahannya, lalu kirim lagi dengan ETag yang baru.",
	"The record was changed meanwhile. Reload it, look at the change, and send again with the new ETag.")

// ErrInternal is returned when the service itself failed.
var ErrInternal = Define(Internal, "internal",
	"Terjadi kesalahan di pihak kami. Coba lagi; bila tetap terjadi, sampaikan trace_id kepada pengelola.",
	"Something failed on our side. Try again; if it stays, give the trace_id to the operator.").Retry()

// ErrUnavailable is returned while the database is unavailable.
var ErrUnavailable = Define(Unavailable, "service.unavailable",
	"Layanan sedang tidak tersedia. Data Anda belum tersimpan; kirim lagi dengan Idempotency-Key yang sama.",
	"The service is not available right now. Nothing was saved; send again with the same Idempotency-Key.")

// State returns ErrState with the current state and the allowed actions.
func State(current string, allowed ...string) *Error {
	if allowed == nil {
		allowed = []string{}
	}
	return ErrState.With("state", current).Extend("current_state", current).Extend("allowed", allowed)
}

// Check collects the errors in the fields of a request.
type Check struct{ fields []Field }

// Add adds an error in the field at pointer.
func (c *Check) Add(pointer, code, id, en string) {
	c.fields = append(c.fields, Field{Pointer: pointer, Code: code, Text: Text{id, en}})
}

// Put adds an error whose text has arguments.
func (c *Check) Put(f Field) { c.fields = append(c.fields, f) }

// That adds an error in the field unless ok. It returns nil where the field is
// ok.
func (c *Check) That(ok bool, pointer, code, id, en string) *Field {
	if ok {
		return nil
	}
	c.Add(pointer, code, id, en)
	return &c.fields[len(c.fields)-1]
}

// Hint is Definition.Hint for a field from Check.That.
func (f *Field) Hint(operations string) {
	if f != nil {
		f.Advice = operations
	}
}

// Fields are the collected errors in order.
func (c *Check) Fields() []Field { return c.fields }

// Err returns nil without errors.
func (c *Check) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return ErrInvalid.At(c.fields...)
}
