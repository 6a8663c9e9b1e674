package source

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Limits of a file. A village midwife's list has tens of rows; the largest
// PIS-PK export of one puskesmas has about 20,000 members. A file that exceeds
// a limit is refused while it is read, before it is built in memory (ADR 22).
const (
	maxBytes    = 32 << 20  // as uploaded; a request carries at most 20 MB
	maxUnpacked = 256 << 20 // of the parts of a workbook that are read
	maxParts    = 256       // of a workbook
	maxDepth    = 64        // of XML elements
	maxToken    = 256 << 10 // of one XML tag or text, as stored
	maxStrings  = 20 << 20  // bytes of shared strings
	maxColumns  = 256
	maxRows     = 100_000
	maxRowAt    = 1 << 20 // the last row of a spreadsheet
	maxBlank    = 5_000   // blank rows in sequence
	maxCells    = 2_000_000
	maxCell     = 32 << 10 // bytes
	maxText     = 64 << 20 // bytes of all cells together
	maxLine     = 1 << 20  // bytes of one CSV record
	maxMerges   = 20_000
	// maxMergeWork limits the total rows of merged ranges.
	maxMergeWork = 1_000_000
	// maxTime is the time limit of one file on a busy machine. Other limits stop
	// hostile files long before. 50,000 rows of 20 columns take three to four
	// seconds.
	maxTime = 30 * time.Second
)

// over reports whether n exceeds a limit.
func over[N int | int64](n, limit N) bool { return n > limit }

// errTooSlow is the cause of a context that ends because a file took too long.
var errTooSlow = errors.New("source: the file took too long")

// ended is the error of a context that has ended, nil before.
func ended(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	if errors.Is(context.Cause(ctx), errTooSlow) {
		return &FileError{Class: TooSlow}
	}
	return ctx.Err()
}

// size counts the contents of a file while it is read. Blank cells between
// others need memory too.
type size struct{ cells, text int }

// add counts n more cells and the text of one. at is its address.
func (s *size) add(n int, text string, at func() string) error {
	s.cells += n
	s.text += len(text)
	switch {
	case over(len(text), maxCell):
		return &FileError{Class: CellTooLarge, At: at()}
	case over(s.cells, maxCells):
		return &FileError{Class: TooManyCells, At: at()}
	case over(s.text, maxText):
		return &FileError{Class: TooMuchText, At: at()}
	}
	return nil
}

// axis is the name of a cell: column 1 of row 2 is A2.
func axis(column, row int) string {
	var letters []byte
	for n := column; n > 0; n = (n - 1) / 26 {
		letters = append([]byte{byte('A' + (n-1)%26)}, letters...)
	}
	return fmt.Sprintf("%s%d", letters, row)
}
