package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/platform/telemetry"
	"github.com/balangan/homecare/internal/staff"
)

func runCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "Try the product: private PostgreSQL, demo accounts, API (development only)",
		Long: `run sees to everything a newcomer needs: it finds PostgreSQL (and installs it as
root, or with HOMECARE_INSTALL=1), starts a private cluster under HOMECARE_DATA_DIR,
migrates, seeds the twelve puskesmas, makes the demo accounts, and serves. With
DATABASE_URL or an address for each role it uses that database instead. It
refuses a HOMECARE_PUBLIC_URL that is not this machine's, and a database with
accounts of others. Stop it with Ctrl-C; the data stays.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Load()
			if err != nil {
				return err
			}
			if err := c.CheckDevelopment(); err != nil {
				return err
			}
			return runProduct(cmd.Context(), c, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
}

func runProduct(ctx context.Context, c config.Config, out, log io.Writer) error {
	secrets, err := developmentSecrets(c)
	if err != nil {
		return err
	}
	c.MasterKey, c.DemoPassword = secrets.masterKey, secrets.demoPassword
	c.DemoClock = true
	if c.BlobDir == "" {
		c.BlobDir = filepath.Join(c.DataDir, "blobs")
	}
	if c.MailDir == "" && c.SMTPURL == "" {
		c.MailDir = filepath.Join(c.DataDir, "mail")
	}
	db, err := openDevelopment(ctx, c, log)
	if err != nil {
		return err
	}
	defer db.close()
	c = db.configure(c)
	if err := app.Prepare(ctx, c.OwnerURL); err != nil {
		return err
	}
	a, err := app.New(ctx, c, telemetry.NewLogger(log, c.LogLevel), nil)
	if err != nil {
		return err
	}
	defer a.Close()
	accounts, err := staff.SeedDemo(ctx, a.DB, a.Master, a.Hasher, c.DemoPassword)
	if err != nil {
		return err
	}
	a.Log.Warn("this is a trial: everybody knows the secrets of its accounts; keep no real person in it")
	return a.Serve(ctx, func(addr string) {
		address := c.PublicURL
		if address == "http://"+c.Addr {
			address = "http://" + addr // the port may be the system's choice
		}
		welcome(out, address, accounts, c.DemoPassword, db.where())
	})
}

func welcome(out io.Writer, address string, accounts int, password, where string) {
	_, _ = fmt.Fprintf(out, `
Homecare is running (development).

  First page   %[1]s
  OpenAPI      %[1]s/openapi.json
  Database     %[4]s

  %[2]d demo accounts, all with the password  %[3]s
    dinkes.admin  dinkes.analis
    kepala.<slug>  koordinator.<slug>  petugas1.<slug> (dokter)  petugas2.<slug> (perawat)  petugas3.<slug> (bidan)
    kepala and Dinkes sign in with a second factor: one secret for all, for an authenticator app:
    %[5]s
    slugs: paringin paringin-selatan batumandi lampihong tanah-habang lok-batu awayan juai pirsus halong
           tebing-tinggi uren

  Try it:
    curl -s %[1]s/v1/auth/login -H 'Content-Type: application/json' \
      -d '{"username":"koordinator.tanah-habang","password":"%[3]s"}'
  See a month of the programme pass (in another shell):
    bin/homecare walk

Stop with Ctrl-C; the data stays.
`, address, accounts, password, where, staff.DemoOTPAuth())
}
