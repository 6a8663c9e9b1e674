package machine

import (
	"context"
	"net/http"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/pkg/homecare"
)

// PostClient creates a machine client.
//
//	@Summary		Create a machine client
//	@Description	Buat klien mesin: a program that calls the API with OAuth 2.0 client credentials, for the
//					caller's puskesmas or for Dinkes. Its scopes lie within the caller's own rights. A client of
//					Dinkes reads figures, reports and reference data only. The secret (256 random bits) is shown
//					here once. The operation has no Idempotency-Key, because a stored answer would keep the
//					secret: if the answer is lost, rotate.
//	@ID				createClient
//	@Tags			integrations
//	@Failure		409
func (s *Service) PostClient() rest.Handler { return rest.Handle(http.StatusCreated, s.Create) }

// GetClients lists machine clients.
//
//	@Summary		List machine clients
//	@Description	Daftar klien mesin of the caller's puskesmas, or of Dinkes, oldest first.
//	@ID				listClients
//	@Tags			integrations
func (s *Service) GetClients() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// GetClient reads a machine client.
//
//	@Summary		Read a machine client
//	@Description	Satu klien mesin, with the credentials that are still valid.
//	@ID				getClient
//	@Tags			integrations
func (s *Service) GetClient() rest.Handler { return rest.Handle(http.StatusOK, s.Client) }

// PatchClient changes a machine client.
//
//	@Summary		Change a machine client
//	@Description	Ubah klien mesin: name, scopes, ips, last day. A change of scopes or ips invalidates the
//					access tokens issued before at once; the client must get a new one.
//	@ID				changeClient
//	@Tags			integrations
func (s *Service) PatchClient() rest.Handler { return rest.Handle(http.StatusOK, s.Change) }

// PostClientRotate gives a machine client a new credential.
//
//	@Summary		Rotate a client's secret or keys
//	@Description	Putar kredensial: a new secret, shown once, or new public keys. The previous ones stay
//					valid for overlap_hours (at most 168).
//	@ID				rotateClient
//	@Tags			integrations
func (s *Service) PostClientRotate() rest.Handler { return rest.Handle(http.StatusOK, s.Rotate) }

// PostClientRevoke revokes a machine client.
//
//	@Summary		Revoke a machine client
//	@Description	Cabut klien mesin permanently. Its next request is refused.
//	@ID				revokeClient
//	@Tags			integrations
func (s *Service) PostClientRevoke() rest.Handler { return rest.Handle(http.StatusOK, s.Revoke) }

// GetClientUsage answers the usage of a machine client.
//
//	@Summary		Usage of a machine client
//	@Description	Pemakaian klien mesin: requests and errors per day and operation, and the last use. Processes
//					count in memory and write every 5 seconds; a kill loses the counts not yet written.
//	@ID				getClientUsage
//	@Tags			integrations
func (s *Service) GetClientUsage() rest.Handler { return rest.Handle(http.StatusOK, s.Usage) }

// PostToken issues an access token to a machine.
//
//	@Summary		Get a machine's access token
//	@Description	Token akses untuk mesin: OAuth 2.0 client credentials (RFC 6749 section 4.4). The client
//					authenticates by HTTP Basic, by client_id and client_secret in the form, or by a signed
//					assertion (private_key_jwt, RFC 7523: ES256, EdDSA or RS256; iss and sub the client_id, aud this
//					address, exp at most 5 minutes in the future, an unused jti). Errors are application/json with
//					error and error_description (RFC 6749 section 5.2) and the members of a problem.
//	@ID				getToken
//	@Tags			auth
func (s *Service) PostToken() rest.Handler { return rest.Handle(http.StatusOK, s.Token) }

// GetMetadata answers the OAuth metadata.
//
//	@Summary		OAuth metadata
//	@Description	Keterangan untuk pustaka OAuth (RFC 8414): the token endpoint, the keys, the scopes, and the
//					methods of client authentication.
//	@ID				getOAuthMetadata
//	@Tags			auth
func (s *Service) GetMetadata() rest.Handler {
	return rest.Handle(http.StatusOK, func(context.Context, call.None) (homecare.OAuthMetadata, error) {
		return s.Metadata(), nil
	})
}
