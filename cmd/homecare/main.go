// Command homecare serves the home-care programmes of Kabupaten Balangan.
//
// One file per subcommand. `homecare help` lists the subcommands.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := root().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "homecare:", err)
		os.Exit(1)
	}
}

func root() *cobra.Command {
	c := &cobra.Command{
		Use:   "homecare",
		Short: "Homecare Sanggam and KUPINANG for the puskesmas of Kabupaten Balangan",
		Long: `homecare is one REST API on which the twelve UPTD puskesmas of Kabupaten
Balangan run their home-care programmes, and from which Dinkes Kesehatan sees
the district.

To try it:             homecare run            (starts its own PostgreSQL)
To see a month pass:   homecare walk           (in another shell)
In production:         homecare migrate, then homecare serve

Settings come from the environment; "homecare config" lists them.
A running server explains itself at /.`,
		SilenceUsage: true, SilenceErrors: true,
	}
	c.AddCommand(runCommand(), serveCommand(), workerCommand(), migrateCommand(), configCommand(), healthCommand(),
		psqlCommand(), adminCommand(), auditCommand(), keysCommand(), retentionCommand(), backupCommand(),
		restoreCommand(), restoreCheckCommand(), walkCommand(), codeCommand())
	return c
}
