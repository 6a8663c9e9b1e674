package staff

import (
	"context"
	"net/http"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

// GetStaff lists the colleagues.
//
//	@Summary		List the staff of my puskesmas
//	@Description	Daftar petugas puskesmas: the accounts from which a team can be formed.
//	@ID				listStaff
//	@Tags			auth
func (s *Service) GetStaff() rest.Handler {
	return rest.Handle(http.StatusOK, func(ctx context.Context, _ call.None) (homecare.Page[homecare.StaffMember],
		error) {
		all, err := s.Staff(ctx)
		return homecare.Page[homecare.StaffMember]{Data: all}, err
	})
}
