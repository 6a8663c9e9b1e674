//go:build sabotage

package probe

import (
	"testing"
	"time"

	"github.com/balangan/homecare/pkg/homecare"
)

// restRetention holds, releases and destroys the record of a person whose last
// contact was long ago.
func (w *World) restRetention(t testing.TB, kepala, koordinator *homecare.Client, village string,
	try func(string, error)) {
	t.Helper()
	ctx := t.Context()
	p, err := koordinator.RegisterPatient(ctx, homecare.NewPatient{Name: "Galuh Lama", Sex: "female",
		BirthDate: "1921-05-11", Village: village})
	try("old patient", err)
	if err != nil {
		return
	}
	why := homecare.Why{Reason: "Masa simpan lewat"}
	r, err := kepala.Retention(ctx, p.ID)
	try("retention", err)
	r, err = kepala.HoldRecord(ctx, p.ID, r.Version, why)
	try("hold", err)
	r, err = kepala.ReleaseRecord(ctx, p.ID, r.Version, why)
	try("release", err)
	w.Database.Age(t, p.ID, time.Now().AddDate(-26, 0, 0))
	_, err = kepala.RetentionDue(ctx, nil)
	try("due", err)
	r, err = koordinator.ProposeDestruction(ctx, p.ID, r.Version, why)
	try("propose destruction", err)
	_, err = kepala.DestroyRecord(ctx, p.ID, r.Version, why)
	try("destroy", err)
}
