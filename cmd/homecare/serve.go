package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/platform/telemetry"
	"github.com/balangan/homecare/internal/schema"
)

func serveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Serve the API (production)",
		Long: `serve answers requests over the databases it is told of. It starts no database,
makes no demo account, runs no migration, and refuses to start with missing or
weak secrets or on an older schema.`,
		Args: cobra.NoArgs,
		RunE: inProduction(func(cmd *cobra.Command, a *app.App) error {
			tellDoors(a)
			return a.Serve(cmd.Context(), func(addr string) { a.Log.Info("serving", "addr", addr) })
		}),
	}
}

func workerCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "worker",
		Short: "Run the background jobs only (production, beside serve with HOMECARE_WORKERS=false)",
		Args:  cobra.NoArgs,
		RunE: inProduction(func(cmd *cobra.Command, a *app.App) error {
			tellDoors(a)
			return a.Work(cmd.Context())
		}),
	}
}

// tellDoors logs each setting that opens access and is not refused.
func tellDoors(a *app.App) {
	for _, d := range a.Config.Open() {
		a.Log.Warn("a setting opens a door", "code", d.Code, "setting", d.Variable, "opens", d.Opens, "instead", d.Set)
	}
}

// inProduction runs a command on the product with production settings.
func inProduction(do func(cmd *cobra.Command, a *app.App) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		a, err := production(cmd)
		if err != nil {
			return err
		}
		defer a.Close()
		return do(cmd, a)
	}
}

func production(cmd *cobra.Command) (*app.App, error) {
	c, err := config.Load()
	if err != nil {
		return nil, err
	}
	if err := c.CheckProduction(); err != nil {
		return nil, fmt.Errorf("these settings are not fit for production:\n%w", err)
	}
	return app.New(cmd.Context(), c, telemetry.NewLogger(cmd.ErrOrStderr(), c.LogLevel), nil)
}

func migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database to this program's schema and seed missing reference data (owner role)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Load()
			if err != nil {
				return err
			}
			owner, err := c.Owner()
			if err != nil {
				return err
			}
			if err := app.Prepare(cmd.Context(), owner); err != nil {
				return err
			}
			latest, err := schema.Latest()
			if err == nil {
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "The database is at migration %d.\n", latest)
			}
			return err
		},
	}
}

func configCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "config",
		Short: "Print every setting, its meaning and its value, without secrets",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Load()
			if err != nil {
				return err
			}
			for _, s := range c.Print() {
				if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%-26s %-24s %s\n", s.Name, s.Value, s.Help); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
