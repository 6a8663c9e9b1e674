package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/balangan/homecare/internal/staff"
)

func codeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "code",
		Short: "Print what the authenticator of the demo accounts shows now (development only)",
		Long: `code prints the six digits that an authenticator app with the demo accounts' secret
shows now; kepala and Dinkes sign in with them on a server started by "homecare run".
Each account takes a code once: wait for the next one (30 seconds at most).`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), staff.DemoCode(time.Now()))
			return err
		},
	}
}
