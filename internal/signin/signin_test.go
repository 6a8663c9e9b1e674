package signin_test

import (
	"errors"
	"testing"

	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/pgtest"
	"github.com/balangan/homecare/pkg/homecare"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestSignIn(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As(t, "koordinator.tanah-habang")
	me, err := c.Me(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if me.Role != "koordinator" || me.Puskesmas != "tanah-habang" || len(me.Memberships) != 1 {
		t.Fatalf("me = %+v", me)
	}
	staff, err := c.Staff(t.Context())
	if err != nil || len(staff.Data) != 5 {
		t.Fatalf("staff = %+v, %v", staff, err)
	}
	if err := c.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err = c.Staff(t.Context())
	if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Code != "auth.session_ended" {
		t.Fatalf("after signing out: %v", err)
	}
	_, err = s.Visitor(t).SignIn(t.Context(), homecare.SignIn{Username: "koordinator.tanah-habang", Password: "salah"})
	if p, ok := errors.AsType[*homecare.Problem](err); !ok || p.Code != "auth.sign_in" || p.Status != 401 {
		t.Fatalf("wrong password: %v", err)
	}
}
