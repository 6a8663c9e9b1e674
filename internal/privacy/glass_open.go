package privacy

import (
	"context"
	"strconv"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/outbox"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Open opens one person of a puskesmas to the calling dinkes_admin for at most
// an hour; Kepala is told. Errors: fault.ErrInvalid, ErrPuskesmas, ErrGlassOpen,
// patient.ErrIdentifies, fault.ErrNotFound (no such person there; Dinkes's trail
// records the attempt, since it may be a search for numbers).
func (s *Service) Open(ctx context.Context, in homecare.OpenBreakGlass) (homecare.BreakGlass, error) {
	nobody := false
	g, err := s.open(ctx, in, &nobody)
	if !nobody {
		return g, err
	}
	p, _ := auth.From(ctx)
	_, kept := pg.System(ctx, s.db, "break-glass refused", func(tx pg.Tx) (struct{}, error) {
		return struct{}{}, s.trail.Record(tx, audit.Event{Action: "break_glass.refused", SubjectKind: "account",
			SubjectID: p.UserID})
	})
	if kept != nil {
		return g, kept
	}
	return g, err
}

func (s *Service) open(ctx context.Context, in homecare.OpenBreakGlass, nobody *bool) (homecare.BreakGlass, error) {
	return pg.DistrictWrite(ctx, s.db, func(tx pg.Tx) (homecare.BreakGlass, error) {
		var none homecare.BreakGlass
		var check fault.Check
		check.That((in.PatientID == "") != (in.NIK == ""), "/patient_id", "one_of",
			"Sebutkan orangnya dengan satu cara saja: dari data sasaran, atau dengan NIK.",
			"Name the person in one way only: by the record, or by the NIK.").
			Hint("patient_id or nik")
		if err := check.Err(); err != nil {
			return none, err
		}
		where, err := bySlug(tx, in.Puskesmas)
		if err != nil {
			return none, err
		}
		if err := patient.AnonymousAt(ctx, s.db, where, patient.Text{Pointer: "/reason", Text: in.Reason}); err != nil {
			return none, err
		}
		var nik []byte
		if in.NIK != "" {
			k, err := s.db.Keys().For(where)
			if err != nil {
				return none, err
			}
			nik = patient.IndexesOf(k, patient.Numbers{NIK: in.NIK}).NIK
		}
		if in.ID == "" {
			in.ID = uuid.Must(uuid.NewV7()).String()
		}
		outcome, err := pg.Scalar[string](tx, `select break_glass_open($1, $2::uuid, $3::uuid, $4, $5, $6)`, where,
			in.ID, pg.Null(in.PatientID), nik, in.Reason, in.Minutes)
		pointer := "/patient_id"
		if in.PatientID == "" {
			pointer = "/nik"
		}
		switch {
		case err != nil:
			return none, err
		case outcome == "unknown":
			*nobody = true
			return none, fault.NotFoundAt(fault.ErrNotFound, pointer)
		case outcome == "open":
			return none, ErrGlassOpen.InField(pointer, ErrGlassOpen.Code)
		}
		g, err := glassIn(tx, in.ID)
		if err != nil {
			return none, err
		}
		// The reason is in the record that Kepala reads, not in the trail.
		if err := s.trail.Record(tx, audit.Event{Action: "break_glass.open", SubjectKind: "break_glass",
			SubjectID: g.ID}); err != nil {
			return none, err
		}
		return g, outbox.Emit(tx, outbox.Event{Kind: BreakGlassEvent, SubjectID: g.ID,
			Body: map[string]string{"puskesmas": strconv.Itoa(int(where))}})
	})
}
