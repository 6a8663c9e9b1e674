package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/audit"
)

func auditCommand() *cobra.Command {
	c := &cobra.Command{Use: "audit", Short: "The trail of acts and accesses"}
	var slug string
	verify := &cobra.Command{
		Use:   "verify",
		Short: "Check every row of the trail and say which was changed, removed or slipped in",
		Long: `verify reads the whole audit trail and access log: the MAC of each row, the
chain of seals, and whether both name each other. Run it where the service runs,
with its settings: HOMECARE_MASTER_KEY holds the key, HOMECARE_SPOOL_DIR the
newest seals. Rows of the last second are not sealed yet; they are counted.
It exits with 1 when it finds something.`,
		Example: `  homecare audit verify
  homecare audit verify --puskesmas uren`,
		Args: cobra.NoArgs,
		RunE: inProduction(func(cmd *cobra.Command, a *app.App) error {
			chains, err := audit.Chains(cmd.Context(), a.DB, slug)
			if err != nil {
				return err
			}
			out, wrong := cmd.OutOrStdout(), 0
			for _, id := range chains {
				v, err := a.Trail.Verify(cmd.Context(), a.DB, id, a.Config.Spool())
				if err != nil {
					return err
				}
				for _, f := range v.Findings {
					if _, err := fmt.Fprintln(out, f); err != nil {
						return err
					}
				}
				wrong += len(v.Findings)
				if _, err := fmt.Fprintf(out,
					"puskesmas %d: %d rows (%d of destroyed records), %d seals, %d rows not sealed yet, %d findings\n",
					id, v.Rows, v.Scrubbed, v.Seals, v.Unsealed, len(v.Findings)); err != nil {
					return err
				}
			}
			if wrong > 0 {
				return fmt.Errorf("the trail is not whole: %d findings", wrong)
			}
			return nil
		}),
	}
	verify.Flags().StringVar(&slug, "puskesmas", "", "only this one, such as uren")
	c.AddCommand(verify)
	return c
}
