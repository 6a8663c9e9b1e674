package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/internal/test/walk"
)

func walkCommand() *cobra.Command {
	var base string
	c := &cobra.Command{
		Use:   "walk",
		Short: "Let a month of the programme pass on a running development server",
		Long: `walk drives a server started by "homecare run" through a whole month, by API only:
import, priorities, proposals, teams, visits, letters, ends, the monthly report and
its way through Dinkes; KUPINANG in Tanah Habang and Homecare Sanggam in Uren at
once. It prints each step with its number in the SOP and ends with an error at the
first surprise. Each run takes the next month without a report.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := config.Load()
			if err != nil {
				return err
			}
			password := cfg.DemoPassword
			if password == "" {
				b, err := os.ReadFile(filepath.Join(cfg.DataDir, "secrets", "demo_password"))
				if err != nil {
					return errors.New(
						"the demo accounts' password is not known here: set HOMECARE_DEMO_PASSWORD to what the server printed at its start")
				}
				password = strings.TrimSpace(string(b))
			}
			if base == "" {
				base = "http://" + cfg.Addr
			}
			return walk.Run(cmd.Context(), walk.Options{Base: base, Password: password, Out: cmd.OutOrStdout(),
				Code: staff.DemoCode})
		},
	}
	c.Flags().StringVar(&base, "server", "", "address of the server (default http://HOMECARE_ADDR)")
	return c
}
