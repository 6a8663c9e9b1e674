package puskesmas

import (
	"context"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/pkg/homecare"
)

// SOPs lists every SOP version, newest revision first.
func (s *Service) SOPs(ctx context.Context, _ call.None) (homecare.Page[homecare.SOP], error) {
	return list[homecare.SOP](ctx, s, `select `+sopColumns+` from sop_version order by programme_code, revision desc`)
}

const sopColumns = `id, programme_code as programme, document_number, revision, issued_on::text, effective_from::text,
	issuer, signer_name,
	legal_basis, distribution, changes, approval, team_mode, review_required, optional_endings`
