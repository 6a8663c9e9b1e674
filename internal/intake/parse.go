package intake

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/source"
	"github.com/balangan/homecare/pkg/homecare"
)

// sameFile finds the import of a file that was uploaded before.
const sameFile = `from import_file where file_hash = $1 and state <> 'discarded'`

// parse reads a file outside any transaction and without a connection: a
// hostile file must not block the puskesmas's database. It returns nil when the
// file was uploaded before. Errors: ErrFileRefused, pg.ErrBusy.
func (s *Service) parse(ctx context.Context, tenant int16, in homecare.NewImport, asOf time.Time,
	hash []byte) (*source.File, error) {
	known, err := pg.Read(ctx, s.db, `select exists (select `+sameFile+`)`, []any{hash},
		func(rows pgx.Rows) (bool, error) {
			return pgx.CollectExactlyOneRow(rows, pgx.RowTo[bool])
		})
	if err != nil || known {
		return nil, err
	}
	area, err := s.area(ctx, tenant)
	if err != nil {
		return nil, err
	}
	done, err := s.parsing.begin(ctx, tenant)
	if err != nil {
		return nil, err
	}
	defer done()
	file, err := source.Read(ctx, source.Request{Source: source.Code(in.Source), Name: in.FileName, Data: in.File,
		AsOf: asOf, Area: area, Columns: in.Columns, Growth: s.growth})
	if refused, ok := errors.AsType[*source.FileError](err); ok {
		err = ErrFileRefused.At(fault.Field{Pointer: "/file", Code: string(refused.Class),
			Text: fault.Text{ID: refused.MessageID(), EN: refused.MessageEN()}})
	}
	return file, err
}

// area is the villages of the district as the caller's puskesmas sees them.
func (s *Service) area(ctx context.Context, tenant int16) (source.Area, error) {
	villages, err := pg.Read(ctx, s.db, `select v.code, v.name, s.puskesmas_id is not null as in_area
		from village v left join puskesmas_village s on s.village_code = v.code and s.puskesmas_id = $1
			order by v.code`, []any{tenant},
		pg.Collect[source.Village])
	return source.NewArea(villages), err
}

// parseWait is how long an upload waits for a free reader.
const parseWait = 5 * time.Second

// turns limits how many files are read at once: two per process, which is what
// its memory allows, and one per puskesmas, so that one puskesmas with many
// uploads does not block the others.
type turns struct {
	all chan struct{}
	mu  sync.Mutex
	own map[int16]chan struct{}
}

func newTurns() *turns { return &turns{all: make(chan struct{}, 2), own: map[int16]chan struct{}{}} }

// begin waits for a turn. done releases it. Error: pg.ErrBusy.
func (t *turns) begin(ctx context.Context, tenant int16) (done func(), err error) {
	t.mu.Lock()
	own := t.own[tenant]
	if own == nil {
		own = make(chan struct{}, 1)
		t.own[tenant] = own
	}
	t.mu.Unlock()
	late := time.NewTimer(parseWait)
	defer late.Stop()
	for i, c := range []chan struct{}{own, t.all} {
		select {
		case c <- struct{}{}:
		case <-late.C:
			err = pg.ErrBusy
		case <-ctx.Done():
			err = ctx.Err()
		}
		if err != nil {
			if i == 1 {
				<-own
			}
			return nil, err
		}
	}
	return func() { <-t.all; <-own }, nil
}
