//go:build sabotage

package one_time_codes

import (
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/pkg/homecare"
)

func init() {
	races = append(races, race{"invitation and reset links", links})
}

// links sets a password by an invitation, then by a reset, atOnce times each.
// It returns the maximum number of successes, 0 when a link had none.
func links(t *testing.T, s *apitest.Server) int {
	s.RunJobs(t)
	const username = "baru.uren"
	if _, err := s.As(t, "kepala.uren").CreateUser(t.Context(), homecare.NewUser{Username: username,
		Name: "Petugas Baru", Email: "baru@example.test", Role: "petugas"}); err != nil {
		t.Fatal(err)
	}
	most := 0
	for i, password := range []string{"kuda lumping menari pelan", "perahu kertas menyeberang jauh"} {
		if i == 1 {
			if _, err := client(s).RequestPasswordReset(t.Context(),
				homecare.PasswordResetRequest{Username: username}); err != nil {
				t.Fatal(err)
			}
		}
		token := s.Mails(t, i+1)[i].Token
		won := together(func(int) bool {
			return client(s).SetPassword(t.Context(), homecare.NewPassword{Token: token, NewPassword: password}) == nil
		})
		if won == 0 {
			return 0
		}
		most = max(most, won)
	}
	return most
}
