package bench

import (
	"errors"
	"fmt"
	"math"
)

// Budget is what a request of the product may take at most; a part of 0 is not judged. It
// goes down when the product does better.
type Budget struct {
	Rows   float64 `json:"rows_written,omitempty"` // inserted, updated or deleted
	WAL    float64 `json:"wal_bytes,omitempty"`
	Allocs float64 `json:"allocations,omitempty"` // of memory, in the server
	// CPU is the processor time of server and PostgreSQL, in multiples of the floor's.
	CPU float64 `json:"times_the_floors_cpu,omitempty"`
}

// Within returns an error that names each row that takes more than its budget. It judges
// what other work on the machine does not change, or hardly.
func (r Result) Within() error {
	var errs []error
	for _, row := range r.Rows {
		for _, part := range []struct {
			name          string
			used, allowed float64
		}{
			{"rows written", row.Cost.Rows, row.Budget.Rows}, {"bytes of WAL", row.Cost.WAL, row.Budget.WAL},
			{"allocations", row.Cost.Allocs, row.Budget.Allocs},
			{"times the floor's processor time", row.CPU(), row.Budget.CPU},
		} {
			if part.allowed > 0 && part.used > part.allowed {
				errs = append(errs, fmt.Errorf("%s, %dx, %d clients: %v %s, budget %v", row.Work, row.Scale,
					row.Clients, math.Round(part.used*100)/100, part.name, part.allowed))
			}
		}
	}
	return errors.Join(errs...)
}
