package fault

// ErrInvalid is the fault of a request with invalid fields. The fields say
// which and why.
var ErrInvalid = Define(Invalid, "request.invalid",
	"Ada isian yang belum benar. Perbaiki isian itu, lalu kirim lagi.",
	"Some fields are not right. Correct them and send again.").Hint("errors names each field and what is wrong with it")

// ErrNotFound is the fault of an id that is unknown or not the caller's. The
// answers are identical to the byte, so ids cannot be probed.
var ErrNotFound = Define(NotFound, "record.not_found",
	"Data tidak ditemukan. Muat ulang daftarnya.",
	"No such record. Reload the list.")

// NotFoundAt tells which member of the body has the unknown id, unless err tells it or is
// another error.
func NotFoundAt(err error, pointer string) error {
	if f := From(err); f == nil || f.Definition != ErrNotFound || len(f.Fields) > 0 {
		return err
	}
	return ErrNotFound.InField(pointer, "unknown")
}

// ErrState is the fault of an action that the record's state does not allow.
// Extra has current_state and allowed (the allowed actions or states).
var ErrState = Define(Conflict, "record.state",
	"Tindakan ini tidak dapat dilakukan pada keadaan data sekarang. Muat ulang, lalu pilih tindakan yang tersedia.",
	"This action is not possible in the present state of the record. Reload it and choose an action that is offered.").
	Hint("current_state is the state of the record, allowed lists the actions that are possible in it")

// ErrStale is the fault of a change to an outdated version.
var ErrStale = Define(Stale, "record.stale",
	"Data ini sudah berubah sejak terakhir Anda buka. Muat ulang, periksa perubahannya, lalu kirim lagi.",
	"The record has changed since you last opened it. Reload it, look at the change, and send again.").
	About("/version").
	Hint("read the record again and send its new ETag in If-Match")

// ErrInternal is returned when the service itself failed.
var ErrInternal = Define(Internal, "internal",
	"Terjadi kesalahan di pihak kami. Coba lagi; bila tetap terjadi, sampaikan nomor kejadiannya kepada pengelola.",
	"Something failed on our side. Try again; if it stays, give the number of this failure to the operator.").Retry().
	Hint("show the person trace_id, the number of this failure in the server's log")

// ErrUnavailable is returned while the database is unavailable.
var ErrUnavailable = Define(Unavailable, "service.unavailable",
	"Layanan sedang tidak tersedia. Data Anda belum tersimpan; tunggu sebentar, lalu kirim lagi.",
	"The service is not available right now. Nothing was saved; wait a moment, then send again.").
	Hint("repeat the request with the same Idempotency-Key")

// State returns ErrState with the current state and the allowed actions.
func State(current string, allowed ...string) *Error {
	if allowed == nil {
		allowed = []string{}
	}
	return ErrState.Extend("current_state", current).Extend("allowed", allowed)
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
