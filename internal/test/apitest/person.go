package apitest

import (
	"testing"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Person is a person for a puskesmas's registry. The people of tests are
// invented.
type Person struct {
	Name, Sex, BirthDate, Village string // Village is a code; empty fields are unknown
	Numbers                       patient.Numbers
}

// AddPatient adds a person directly to the registry of a puskesmas (by slug)
// and returns the id, for tests of later steps.
func (s *Server) AddPatient(t testing.TB, puskesmas string, p Person) string {
	t.Helper()
	id := uuid.Must(uuid.NewV7()).String()
	tenant := s.PuskesmasID(t, puskesmas)
	keys, err := s.App.DB.Keys().For(tenant)
	if err != nil {
		t.Fatal(err)
	}
	wrapped, sealed, found, err := patient.SealIdentity(keys, id, p.Numbers)
	if err != nil {
		t.Fatal(err)
	}
	if p.Sex == "" {
		p.Sex = "unknown"
	}
	s.Database.Exec(t, `insert into patient (puskesmas_id, id, name, sex, birth_date, village_code, key_wrapped,
		identity_sealed, nik_index, bpjs_index, phone_index)
		values ($1, $2, $3, $4, nullif($5, '')::date, nullif($6, ''), $7, $8, $9, $10, $11)`,
		tenant, id, p.Name, p.Sex, p.BirthDate, p.Village, wrapped, sealed, found.NIK, found.BPJSCard, found.Phone)
	return id
}

// PuskesmasID is the tenant number of a slug.
func (s *Server) PuskesmasID(t testing.TB, slug string) int16 {
	t.Helper()
	id, err := pg.System(t.Context(), s.App.DB, "test", func(tx pg.Tx) (int16, error) {
		return pg.Scalar[int16](tx, `select id from puskesmas where slug = $1`, slug)
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}
