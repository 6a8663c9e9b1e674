package call

// None is the request or answer of a use case that has none.
type None struct{}

// Media types of files that the service makes.
const (
	PDF  = "application/pdf"
	XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// File is an answer that is not JSON: a letter, a photo, a feed.
type File struct {
	ContentType string
	Name        string // of the download; never a person's name
	Bytes       []byte
	Inline      bool     // only for files that the service made itself
	Subjects    Subjects // of the file itself; the subject in the path is added
}

// Subjects are the records that an answer shows. The platform passes them to the
// access log and stores them with an answer; package access makes and reads them.
type Subjects interface {
	// Empty says whether the answer shows no person.
	Empty() bool
}

// Shown is one answer that shows persons, for the access log.
type Shown struct {
	Subjects   Subjects
	Permission string // of the route, its method and path
	Revealed   bool   // identity numbers are shown in full
	Replayed   bool   // a stored answer is sent again
}

// Refused is a refused request that may be kept.
type Refused struct {
	Permission string // of the route
	RecordID   string // from its path; "" for none
	Request    any    // as the route reads it
	Body       []byte // as it was sent
	Err        error
}
