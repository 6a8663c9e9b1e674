package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/staff"
)

func resetSecondFactorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "reset-second-factor USERNAME",
		Short: "Take away a lost authenticator, after making sure who is asking",
		Long: `reset-second-factor is for somebody who lost the phone with the authenticator and the
recovery codes too. It ends their sessions; where the role demands a second factor,
the next sign-in enrols a new one. Anyone who knows the password can then do that: make
sure who is asking, and let them sign in while you wait.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a, err := production(cmd)
			if err != nil {
				return err
			}
			defer a.Close()
			if err := staff.ResetSecondFactor(cmd.Context(), a.DB, audit.NewTrail(a.Master), args[0]); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(),
				"The second factor of %s was taken away and its sessions have ended.\n", args[0])
			return err
		},
	}
}
