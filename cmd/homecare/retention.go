package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/config"
	"github.com/balangan/homecare/internal/schema"
)

func retentionCommand() *cobra.Command {
	c := &cobra.Command{Use: "retention", Short: "The end of records"}
	c.AddCommand(&cobra.Command{
		Use:   "compact",
		Short: "Rewrite tables without the remains of destroyed records (owner role)",
		Long: `PostgreSQL keeps the bytes of a removed row in its page until something else is
written there. compact rewrites each table that held records. Every table is
locked meanwhile: run it at night, after records were destroyed.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Load()
			if err != nil {
				return err
			}
			owner, err := c.Owner()
			if err != nil {
				return err
			}
			if err := schema.Compact(cmd.Context(), owner, patient.HoldingTables()); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d tables were rewritten.\n", len(patient.HoldingTables()))
			return err
		},
	})
	return c
}
