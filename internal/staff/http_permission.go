package staff

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// GetPermissions lists the permissions.
//
//	@Summary		List permissions
//	@Description	Daftar hak akses: every operation, the roles that may call it, and what Kepala withholds
//					(menahan) in the caller's puskesmas.
//	@ID				listPermissions
//	@Tags			auth
func (s *Service) GetPermissions() rest.Handler { return rest.Handle(http.StatusOK, s.Permissions) }

// PostExplain explains a permission.
//
//	@Summary		Explain a permission
//	@Description	Mengapa boleh atau tidak boleh: whether the caller, or another role, may call an operation, step
//					by step.
//	@ID				explainPermission
//	@Tags			auth
func (s *Service) PostExplain() rest.Handler { return rest.Handle(http.StatusOK, s.Explain) }

// PostWithhold withholds a permission.
//
//	@Summary		Withhold a permission
//	@Description	Tahan hak akses: an operation is withheld from a role in the caller's puskesmas, from the next
//					request on (Permenkes 24/2022 pasal 30). Operations on one's own account cannot be withheld.
//	@ID				withholdPermission
//	@Tags			auth
func (s *Service) PostWithhold() rest.Handler { return rest.Handle(http.StatusCreated, s.Withhold) }

// PostRestore restores a permission.
//
//	@Summary		Restore a permission
//	@Description	Kembalikan hak akses yang ditahan.
//	@ID				restorePermission
//	@Tags			auth
func (s *Service) PostRestore() rest.Handler { return rest.Handle(http.StatusNoContent, s.Restore) }
