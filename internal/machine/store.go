package machine

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// machineClient is a row of the table.
type machineClient struct {
	PuskesmasID                          int16
	ID, Name, Auth, ExpiresOn, CreatedBy string
	Scopes, Networks                     pg.Array
}

// clientView reads the clients that row-level security allows: the tenant's
// own, or those of Dinkes.
const clientView = `select c.id, c.name, coalesce(p.slug, '') as puskesmas, c.auth, c.scopes, c.networks as ips,
	to_char(c.expires_on, 'YYYY-MM-DD') as expires_on,
	c.created_at, c.revoked_at, c.revoked_reason, c.version,
	(select coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'created_at', to_char(k.created_at at time zone 'UTC',
	'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
			'expires_at', to_char(k.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
			order by k.created_at desc, k.id), '[]')
		from client_credential k where k.puskesmas_id = c.puskesmas_id and k.client_id = c.id and k.expires_at > now()
		and c.revoked_at is null) as credentials
	from machine_client c left join puskesmas p on p.id = c.puskesmas_id `

func clientIn(tx pg.Tx, id string) (homecare.MachineClient, error) {
	return pg.Row[homecare.MachineClient](tx, clientView+`where c.id = $1`, id)
}

// lockClient returns a client at the version in If-Match that is not revoked.
// Errors: fault.ErrNotFound, fault.ErrStale, ErrClientRevoked.
func lockClient(tx pg.Tx, id string) (homecare.MachineClient, error) {
	version, err := pg.Scalar[int64](tx, `select version from machine_client where id = $1 for update`, id)
	if err != nil {
		return homecare.MachineClient{}, err
	}
	if err := tx.Stale(version); err != nil {
		return homecare.MachineClient{}, err
	}
	c, err := clientIn(tx, id)
	if err == nil && c.RevokedAt != nil {
		err = ErrClientRevoked
	}
	return c, err
}

func insertClient(tx pg.Tx, in homecare.NewMachineClient, from []string) error {
	p := tx.Principal()
	return pg.Insert(tx, machineClient{PuskesmasID: p.PuskesmasID, ID: in.ID, Name: in.Name, Auth: in.Auth,
		Scopes: in.Scopes, Networks: from, ExpiresOn: in.ExpiresOn, CreatedBy: p.UserID})
}

func insertCredential(tx pg.Tx, clientID string, c newCredential, end time.Time) error {
	keys, err := json.Marshal(append([]clientKey{}, c.keys...))
	if err != nil {
		return err
	}
	_, err = tx.Exec(`insert into client_credential (puskesmas_id, client_id, id, session_id, secret_hash, public_keys,
		expires_at) values ($1, $2, $3, $4, $5, $6::text::jsonb, $7)`,
		tx.Principal().PuskesmasID, clientID, uuid.Must(uuid.NewV7()).String(), uuid.Must(uuid.NewV7()).String(),
		c.hash, string(keys), end)
	return err
}

// updateClient writes name, scopes, networks and last day. The credentials end
// with that day; those of a rotation end after their overlap at the latest.
func updateClient(tx pg.Tx, c homecare.MachineClient) error {
	if err := pg.Update[machineClient](tx, c.ID, map[string]any{"name": c.Name, "scopes": pg.Array(c.Scopes),
		"networks": pg.Array(c.IPs), "expires_on": c.ExpiresOn}); err != nil {
		return err
	}
	_, err := tx.Exec(`update client_credential
		set expires_at = least((($2::text::date + 1)::timestamp at time zone 'Asia/Makassar'),
		coalesce(overlap_until, 'infinity'))
		where client_id = $1`, c.ID, c.ExpiresOn)
	return err
}

// renewSessions gives each credential a new session, which invalidates the
// tokens of the previous one at once.
func renewSessions(tx pg.Tx, clientID string) error {
	_, err := tx.Exec(`update client_credential set session_id = gen_random_uuid() where client_id = $1
		and expires_at > now()`, clientID)
	return err
}

// endCredentials ends the credentials of a client after the overlap.
func endCredentials(tx pg.Tx, clientID string, overlap time.Duration) error {
	_, err := tx.Exec(`update client_credential
		set overlap_until = least(overlap_until, now() + make_interval(secs => $2)),
		expires_at = least(expires_at, now() + make_interval(secs => $2)) where client_id = $1
		and expires_at > now()`, clientID, overlap.Seconds())
	return err
}

// asking is a client as the token endpoint sees it. An unknown client has no
// id.
type asking struct {
	ID          string
	PuskesmasID int16
	Puskesmas   string
	Scopes      []string
	Networks    []string
	Auth        string
}

// role is the role of the client's membership (migration 6).
func (a asking) role() auth.Role {
	if a.PuskesmasID == 0 {
		return access.DinkesAnalyst
	}
	return access.Integrator
}

// credential is a currently valid credential of a client.
type credential struct {
	SessionID  string
	SecretHash []byte
	PublicKeys []clientKey
}

func clientAsking(tx pg.Tx, id string) (asking, []credential, error) {
	found, err := pg.Rows[asking](tx, `select c.id, c.puskesmas_id, coalesce(p.slug, '') as puskesmas, c.scopes,
		c.networks, c.auth from machine_client c
		left join puskesmas p on p.id = c.puskesmas_id where c.id = $1 and c.revoked_at is null`, id)
	if err != nil {
		return asking{}, nil, err
	}
	keys, err := pg.Rows[credential](tx, `select session_id, secret_hash, public_keys from client_credential
		where client_id = $1 and expires_at > now() order by created_at desc`, id)
	if len(found) == 0 {
		return asking{}, nil, err
	}
	return found[0], keys, err
}

// spendAssertion stores a jti. It returns false when it was used before.
func spendAssertion(tx pg.Tx, clientID string, jti []byte, until time.Time) (bool, error) {
	tag, err := tx.Exec(`insert into client_assertion (client_id, jti, expires_at) values ($1, $2, $3)
		on conflict do nothing`, clientID, jti, until)
	return err == nil && tag.RowsAffected() == 1, err
}
