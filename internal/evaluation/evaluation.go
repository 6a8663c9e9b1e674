// Package evaluation keeps what was found about a visit, a case or a month,
// why, and what is done about it (SOP HS 5j, KP D).
//
//	Open   open.go   fault.ErrInvalid, fault.ErrNotFound
//	List   list.go   page.ErrCursor
//	Close  close.go  fault.ErrState, fault.ErrStale
package evaluation
