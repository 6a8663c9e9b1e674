// Command floor is the baseline for the product: net/http and pgx by hand,
// doing the minimum. It reads the same rows of the same tables, opens the same
// sealed numbers, appends the same JSON and commits as often, as a superuser to
// whom row-level security does not apply. It has no tenants, checks no session,
// logs nothing, and writes no audit trail, outbox or stored answers.
//
// Under /plain/ it reads copies of the rows with unsealed numbers: the baseline
// of a product without that protection.
package main

import (
	"context"
	"log"
	"net/http"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/balangan/homecare/internal/platform/crypt"
)

func main() {
	ctx := context.Background()
	c, err := pgxpool.ParseConfig(os.Getenv("FLOOR_DB"))
	if err != nil {
		log.Fatal(err)
	}
	c.MaxConns, c.MinIdleConns = 8, 4
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		log.Fatal(err)
	}
	keys, err := loadKeys(ctx, pool)
	if err != nil {
		log.Fatal(err)
	}
	s := &server{pool, keys}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /patients/{tenant}/{id}", s.one(sealedColumns, sealedFrom))
	mux.HandleFunc("GET /patients/{tenant}", s.list(sealedColumns, sealedFrom))
	mux.HandleFunc("GET /plain/{tenant}/{id}", s.one(plainColumns, plainFrom))
	mux.HandleFunc("GET /plain/{tenant}", s.list(plainColumns, plainFrom))
	mux.HandleFunc("POST /bundle/{tenant}", s.bundle)
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	log.Fatal(http.ListenAndServe(os.Getenv("FLOOR_ADDR"), mux))
}

type server struct {
	pool *pgxpool.Pool
	keys *crypt.Tenants
}

func loadKeys(ctx context.Context, pool *pgxpool.Pool) (*crypt.Tenants, error) {
	master, err := crypt.ParseMaster(os.Getenv("HOMECARE_MASTER_KEY"))
	if err != nil {
		return nil, err
	}
	var root []byte
	if err := pool.QueryRow(ctx, `select wrapped from root_key where master_id = $1`, master.ID()).
		Scan(&root); err != nil {
		return nil, err
	}
	if err := master.OpenRoot(map[string][]byte{master.ID(): root}); err != nil {
		return nil, err
	}
	keys := crypt.NewTenants(master)
	rows, err := pool.Query(ctx, `select puskesmas_id, version, wrapped, active_from from puskesmas_key`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var w crypt.Wrapped
		if err := rows.Scan(&w.PuskesmasID, &w.Version, &w.Wrapped, &w.ActiveFrom); err != nil {
			return nil, err
		}
		if err := keys.Load(w); err != nil {
			return nil, err
		}
	}
	return keys, rows.Err()
}
