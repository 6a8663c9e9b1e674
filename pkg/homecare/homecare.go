// Package homecare is the Go client of the Homecare API of Kabupaten Balangan.
// Its types are the API's JSON; the server uses the same types. The calls in
// calls_*.go are generated from the OpenAPI document, one for each operation.
// Every call may fail with a *Problem of status 400, 401, 403, 422, 429, 500 or
// 503; its comment lists further statuses. It needs only the standard library.
package homecare

import "time"

// Page is one page of a list. next_cursor is missing on the last page.
type Page[T any] struct {
	Data       []T    `json:"data" validate:"required"`
	NextCursor string `json:"next_cursor,omitempty"`
}

// Problem is the body of every failed request (RFC 9457,
// application/problem+json).
type Problem struct {
	// The address, on this server, of the page about `code`.
	Type string `json:"type" validate:"required" format:"uri-reference" example:"/problems/record.not_found"`
	// The kind of failure in a few words, the same for all problems of one status, in the
	// language of the answer.
	Title string `json:"title" validate:"required" example:"Tidak ditemukan"`
	// The HTTP status of the answer.
	Status int `json:"status" validate:"required" example:"404"`
	// What happened and what to do, for a person to read, in the language of the answer.
	Detail string `json:"detail" validate:"required"`
	// What helps a developer, in English: mostly the operations to call.
	Hint string `json:"hint,omitempty" example:"POST /v1/patients/search"`
	// The path of the request, without its query.
	Instance string `json:"instance" validate:"required" example:"/v1/cases/0199a1d0-6f0e-7c3a-9f5e-2f6b1d3c4e5f"`
	// The stable code of the problem, as noun.reason, for programs to decide by. The service
	// publishes a page about each.
	Code string `json:"code" validate:"required" example:"record.not_found"`
	// What is wrong with which field; absent where no field is to blame.
	Errors []ProblemField `json:"errors,omitempty"`
	// Whether the same request, unchanged, may succeed later.
	Retryable bool   `json:"retryable"`
	TraceID   string `json:"trace_id" validate:"required"`
	// The present state of the record (keadaan), with record.state (409) and other refusals
	// because of the state.
	CurrentState string `json:"current_state,omitempty"`
	// With `current_state`: the acts that the caller may do in that state, each the last part of
	// the path of a POST on the record; `record`: the PUTs of the parts of a visit. With
	// auth.choose_membership (422): the ids of the memberships to choose from.
	Allowed []string `json:"allowed,omitzero"`
	// The present version of the record, with record.stale (412).
	CurrentVersion int64 `json:"current_version,omitempty"`
	// The newest change of the record in the path, with a conflict (409, 412); absent: it is
	// not kept for this kind of record, or the caller may not see the record.
	Changed *Change `json:"changed,omitempty"`
	// MergedIntoID comes with patient.gone (409): the record that stands for the
	// person.
	MergedIntoID string `json:"merged_into_id,omitempty" format:"uuid"`
	// The person whose merge must be undone first, with patient.unmerge_newer and
	// patient.holds_merged (409); the person who has the NIK, with patient.nik_taken (409).
	PatientID string `json:"patient_id,omitempty" format:"uuid"`
	// CaseID is set with patient.unmerge_death (409) if a case recorded the
	// death: retract it there; and with case.open_exists (409): the open case, if
	// the caller may see it.
	CaseID string `json:"case_id,omitempty" format:"uuid"`
	// MergedIntoCaseID is set with visit.case_merged (409): the case that
	// continues.
	MergedIntoCaseID string `json:"merged_into_case_id,omitempty" format:"uuid"`
	// The stop (perhentian) that takes the hour, with visit.team_clash (409), if the caller may
	// see a visit of it.
	StopID string `json:"stop_id,omitempty" format:"uuid"`
	// MembershipID is set with membership.exists (409): the membership that exists.
	MembershipID string `json:"membership_id,omitempty" format:"uuid"`
	// ReportID is set with report.under_way (409): the later revision, if the
	// caller may read it; and with report.exists (409): the existing report.
	ReportID string `json:"report_id,omitempty" format:"uuid"`
	// VisitIDs are set with report.open_visits (409): the first 20 of them.
	VisitIDs []string `json:"visit_ids,omitempty"`
	// The ways in which the case can be ended in its state, with case.ending_not_now (409).
	Endings []string `json:"endings,omitempty" validate:"omitempty,dive,list=termination_reason" example:"death"`
	// The first day on which the record may be destroyed, with retention.not_due (409); absent:
	// nobody knows when the person was last in contact.
	DueOn string `json:"due_on,omitempty" format:"date"`
	// The record that an act contradicts, where the act was refused and not kept (409).
	Contradicts *ContradictedBy `json:"contradicts,omitempty"`
	// Confirm is set with patient.confirm (422): what to confirm.
	Confirm []string `json:"confirm,omitempty" example:"nik_sex"`
	// The error code of RFC 6749 section 5.2; only from POST /oauth/token.
	OAuthError string `json:"error,omitempty" example:"invalid_client"`
	// What happened, in English (RFC 6749 section 5.2); only from POST /oauth/token.
	OAuthDescription string `json:"error_description,omitempty"`
}

// Change is the newest change of a record.
type Change struct {
	// When the record last changed, by the database's clock.
	At time.Time `json:"at" validate:"required" format:"date-time"`
	// What was done, as in GET /v1/audit-events; absent: the change followed from an act on
	// another record, or the caller's trail does not have the act (an act of Dinkes for a
	// puskesmas, and of a puskesmas for Dinkes), or only Kepala may read it, such as a hold.
	Action string `json:"action,omitempty" example:"case.approve"`
	// The account that did it; absent as `action`.
	ByID string `json:"by_id,omitempty" format:"uuid"`
	// The name of that account; absent: not of the caller's puskesmas, or not of Dinkes.
	ByName string `json:"by_name,omitempty" example:"Hj. Norhayati, A.Md.Kep."`
}

// ProblemField is the error of one field.
type ProblemField struct {
	// The field: a JSON pointer into the body, or a place beside it, such as query/limit, path/id
	// or header/If-Match.
	Pointer string `json:"pointer" validate:"required" example:"/birth_date"`
	// The stable code of the rule that the field breaks, for programs to decide by.
	Code string `json:"code" validate:"required" example:"required"`
	// What is wrong and what to do, for a person to read, in the language of the answer.
	Message string `json:"message" validate:"required"`
	// What helps a developer, in English: mostly the operation that lists what is possible.
	Hint string `json:"hint,omitempty" example:"GET /v1/villages"`
}

// Error implements error.
func (p *Problem) Error() string {
	text := p.Code + " (" + p.TraceID + "): " + p.Detail
	for _, f := range p.Errors {
		text += " [" + f.Pointer + " " + f.Code + ": " + f.Message + "]"
	}
	return text
}
