//go:build sabotage

package probe

import (
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/pkg/homecare"
)

// Machine is the caller that is a machine client of Uren, with every scope that
// Kepala may grant.
const Machine = "machine.uren"

// machineScopes are the scopes that Kepala may grant.
var machineScopes = []string{"reference.read", "patients.read", "cases.read", "visits.read", "visits.write",
	"documents.read", "reports.read", "dashboards.read"}

// NewMachine creates a client as the owner and signs in with it.
func (p *Prober) NewMachine(t testing.TB, owner *homecare.Client, in homecare.NewMachineClient) (homecare.IssuedClient,
	*homecare.Client) {
	t.Helper()
	in.Auth, in.ExpiresOn = "secret", clock.Day(time.Now().AddDate(0, 0, 30))
	c, err := owner.CreateClient(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	m := homecare.New(p.URL)
	if _, err := m.ClientCredentials(t.Context(), homecare.Credentials{ID: c.Client.ID, Secret: c.ClientSecret}); err !=
		nil {
		t.Fatal(err)
	}
	return c, m
}

// restClients creates, changes, rotates, uses and revokes machine clients. Each
// puskesmas of the world keeps some.
func (w *World) restClients(t testing.TB, try func(string, error)) {
	t.Helper()
	ctx := t.Context()
	for _, slug := range []string{Foreign, Own} {
		kepala := w.Client(t, "kepala."+slug)
		for _, name := range []string{"Satu", "Dua"} {
			_, _ = w.NewMachine(t, kepala, homecare.NewMachineClient{Name: "Mesin " + name, Scopes: machineScopes})
		}
		if slug == Foreign {
			continue
		}
		in, m := w.NewMachine(t, kepala, homecare.NewMachineClient{Name: "Mesin Tiga", Scopes: machineScopes})
		m.HTTP = w.Marking(t)
		_, err := m.ClientCredentials(ctx, homecare.Credentials{ID: in.Client.ID, Secret: in.ClientSecret})
		try("token", err)
		_, err = m.Patients(ctx, nil)
		try("patients as a machine", err)
		try("metadata", m.Do(ctx, homecare.Call{Method: "GET", Path: "/.well-known/oauth-authorization-server",
			NoToken: true}))
		_, err = kepala.Clients(ctx, nil)
		try("clients", err)
		c, err := kepala.MachineClient(ctx, in.Client.ID)
		try("client", err)
		c, err = kepala.ChangeClient(ctx, c.ID, c.Version,
			homecare.MachineClientChange{Scopes: []string{"visits.read"}})
		try("change client", err)
		next, err := kepala.RotateClient(ctx, c.ID, c.Version, homecare.ClientRotation{OverlapHours: 1})
		try("rotate client", err)
		_, err = kepala.ClientUsage(ctx, c.ID)
		try("client usage", err)
		_, err = kepala.RevokeClient(ctx, c.ID, next.Client.Version, homecare.Why{Reason: "Kontrak berakhir"})
		try("revoke client", err)
	}
}

// machineToken is the access token of Machine.
func (p *Prober) machineToken(t testing.TB, username string) string {
	t.Helper()
	_, slug, _ := strings.Cut(username, ".")
	_, m := p.NewMachine(t, p.As(t, "kepala."+slug), homecare.NewMachineClient{Name: "Mesin Penguji " +
		time.Now().Format(time.RFC3339Nano), Scopes: machineScopes})
	return m.Tokens().AccessToken
}
