package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/schema"
)

func healthCommand() *cobra.Command {
	var database bool
	c := &cobra.Command{
		Use:   "health",
		Short: "Exit 0 when this machine's serve is ready (or, with --database, the database is)",
		Long: `health is for a container's health check and for scripts: it asks /readyz at
HOMECARE_ADDR and ends with an error when the answer is not 200 within 4 seconds.
With --database it asks the database of the system role instead: that it answers
and has this program's schema. That is what a worker needs.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Load()
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), 4*time.Second)
			defer cancel()
			if database {
				return databaseHealth(ctx, c.SystemURL)
			}
			return ready(ctx, c.Addr)
		},
	}
	c.Flags().BoolVar(&database, "database", false, "ask the database instead of /readyz")
	return c
}

// ready asks addr. An empty host, or the address of all interfaces, means this
// machine.
func ready(ctx context.Context, addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("HOMECARE_ADDR: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", res.Status)
	}
	return nil
}

func databaseHealth(ctx context.Context, dsn string) error {
	if dsn == "" {
		return errors.New("HOMECARE_DB_SYSTEM_URL is not set")
	}
	return schema.Ask(ctx, dsn)
}
