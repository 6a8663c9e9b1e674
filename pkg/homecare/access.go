package homecare

import (
	"context"
	"net/url"
	"time"
)

// Access is one answer that showed persons (catatan akses): who saw them,
// when, and by which operation.
type Access struct {
	ID        string    `json:"id" validate:"required" format:"uuid"`
	At        time.Time `json:"at" validate:"required" format:"date-time"`
	AccountID string    `json:"account_id" validate:"required" format:"uuid"`
	// AccountName is empty for an account outside the puskesmas (Dinkes).
	AccountName string `json:"account_name,omitempty"`
	Role        string `json:"role" validate:"required" example:"petugas"`
	SessionID   string `json:"session_id,omitempty" format:"uuid"`
	// Client is the address the request came from.
	Client     string `json:"client,omitempty" example:"10.8.0.14"`
	TraceID    string `json:"trace_id" validate:"required"`
	Permission string `json:"permission" validate:"required" example:"GET /v1/patients/{id}"`
	// Persons is how many the answer showed; a list shows many.
	Persons int `json:"persons" example:"1"`
	// ImportID is set where rows of a file were shown.
	ImportID string `json:"import_id,omitempty" format:"uuid"`
	// Revealed says that identity numbers stood in full; the purpose is in the
	// audit event of the same trace_id.
	Revealed bool `json:"revealed"`
	// Replayed says that a stored answer was sent again.
	Replayed bool `json:"replayed"`
}

// PersonID is the person a Patient is, for the access log.
func (p *Patient) PersonID() string { return p.ID }

// PersonID is the person a Priority is about, for the access log.
func (p *Priority) PersonID() string { return p.PatientID }

// PersonID is whose numbers they are, for the access log.
func (r *RevealedNumbers) PersonID() string { return r.PatientID }

// CaseID is the case a Case is, for who may see a stored answer again.
func (c Case) CaseID() string { return c.ID }

// MadeID is the visit a Visit is, for who may see a stored answer again.
func (v Visit) MadeID() string { return v.ID }

// PersonIDs lists the persons of a page where each item is one person; known
// is false for other pages.
func (p Page[T]) PersonIDs() (ids []string, known bool) {
	var none *T
	if _, known = any(none).(interface{ PersonID() string }); !known {
		return nil, false
	}
	ids = make([]string, len(p.Data))
	for i := range p.Data {
		ids[i] = any(&p.Data[i]).(interface{ PersonID() string }).PersonID()
	}
	return ids, true
}

// PatientAccessLog lists who saw a person, newest first; query as in the
// OpenAPI document.
func (c *Client) PatientAccessLog(ctx context.Context, id string, query url.Values) (Page[Access], error) {
	return get[Page[Access]](ctx, c, "/v1/patients/"+id+"/access-log", query)
}

// AccessLog lists what an account saw, newest first; query as in the OpenAPI
// document.
func (c *Client) AccessLog(ctx context.Context, query url.Values) (Page[Access], error) {
	return get[Page[Access]](ctx, c, "/v1/access-log", query)
}
