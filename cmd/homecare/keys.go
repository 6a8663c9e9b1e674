package main

import (
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/platform/keyring"
	"github.com/balangan/homecare/internal/signin"
)

func keysCommand() *cobra.Command {
	c := &cobra.Command{Use: "keys", Short: "The keys that lie wrapped in the database: list and rotate"}
	c.AddCommand(keysListCommand(), keysRotateCommand())
	return c
}

func keysListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "Which master keys open this database, and the versions of each puskesmas's key",
		Args:  cobra.NoArgs,
		RunE: inProduction(func(cmd *cobra.Command, a *app.App) error {
			slots, versions, err := a.Keys(cmd.Context())
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, s := range slots {
				note := ""
				if s.Current {
					note = "HOMECARE_MASTER_KEY"
				}
				_, _ = fmt.Fprintf(w, "master\t%s\tsince %s\t%s\n", s.MasterID, s.CreatedAt.Format(time.DateTime), note)
			}
			for _, v := range versions {
				state := "seals from " + v.ActiveFrom.Format(time.DateTime)
				if v.RetiredAt != nil {
					state = "retired, opens the audit trail only"
				}
				_, _ = fmt.Fprintf(w, "%s\t%d\tsince %s\t%s\n", v.Slug, v.Version, v.CreatedAt.Format(time.DateTime),
					state)
			}
			return w.Flush()
		}),
	}
}

func keysRotateCommand() *cobra.Command {
	var master, signing, finish bool
	var tenant string
	var publish time.Duration
	c := &cobra.Command{
		Use:   "rotate",
		Short: "Change a key while the service runs",
		Long: `rotate --master: HOMECARE_MASTER_KEY holds the new key, HOMECARE_MASTER_KEY_OLD
the old one. From then on both open the database. Restart every process with the
new key, then run it again with --finish: the old one opens nothing any more.

rotate --tenant SLUG makes a new version of a puskesmas's key. Running processes
learn of it within 5 seconds; after 20 it seals, and everything that the old
version sealed is resealed beside the running service. Run it again with
--finish, 15 minutes later or more: the old version is removed. What the
append-only audit trail was sealed with stays, retired.

rotate --signing makes a new key for access tokens. It is published at once
(/.well-known/jwks.json), running processes learn of it within 10 seconds, and it
signs after --publish; the old key verifies until its last token has expired. No
request fails and nothing is restarted.`,
		Example: `  homecare keys rotate --master
  homecare keys rotate --master --finish
  homecare keys rotate --tenant uren
  homecare keys rotate --tenant uren --finish
  homecare keys rotate --signing`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if n := count(master, signing, tenant != ""); n != 1 {
				return errors.New("say which key: --master, --tenant SLUG or --signing")
			}
			if publish < signin.PublishKey {
				return fmt.Errorf("--publish: at least %s, so that every process knows the key before it signs",
					signin.PublishKey)
			}
			a, err := production(cmd)
			if err != nil {
				return err
			}
			defer a.Close()
			if signing {
				kid, from, err := signin.RotateSigningKey(cmd.Context(), a.DB, a.Master, a.Trail, publish)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(),
					"Signing key %s is published and signs from %s; the old one leaves 20 minutes after that.\n", kid,
					from.Local().Format(time.DateTime))
				return err
			}
			says, err := rotate(cmd, a, tenant, finish)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), says)
			return err
		},
	}
	c.Flags().BoolVar(&master, "master", false, "the master key")
	c.Flags().StringVar(&tenant, "tenant", "", "the key of this puskesmas")
	c.Flags().BoolVar(&signing, "signing", false, "the key of access tokens")
	c.Flags().DurationVar(&publish, "publish", signin.PublishKey,
		"with --signing: how long the new key is known before it signs")
	c.Flags().BoolVar(&finish, "finish", false, "shut out the old key")
	return c
}

// count is the number of choices made.
func count(choices ...bool) int {
	n := 0
	for _, c := range choices {
		if c {
			n++
		}
	}
	return n
}

func rotate(cmd *cobra.Command, a *app.App, tenant string, finish bool) (string, error) {
	ctx := cmd.Context()
	switch {
	case tenant == "" && finish:
		n, err := a.FinishMaster(ctx)
		return fmt.Sprintf(
				"Master key %s alone opens this database; %d older ones were shut out. Backups from before still open with theirs.",
				a.Master.ID(), n),
			err
	case tenant == "":
		done, err := a.RotateMaster(ctx)
		if !done {
			return fmt.Sprintf("Master key %s opens this database already.", a.Master.ID()), err
		}
		return fmt.Sprintf(
				"Master key %s opens this database too. Restart every process with it, then: homecare keys rotate --master --finish",
				a.Master.ID()),
			err
	case finish:
		removed, retired, err := a.FinishTenant(ctx, tenant, app.KeyGrace)
		return fmt.Sprintf(
			"Everything of %s is under its newest key; %d older versions were removed, %d retired for the audit trail.",
			tenant, removed, retired), err
	}
	version, n, err := a.RotateTenant(ctx, tenant, keyring.Lead)
	return fmt.Sprintf(
			"Key version %d of %s seals; %d values were resealed. In 15 minutes or later: homecare keys rotate --tenant %s --finish",
			version, tenant, n, tenant),
		err
}
