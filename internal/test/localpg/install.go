package localpg

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
)

// debian installs only the server: btree_gist and pg_trgm are part of Debian's
// server package since version 10. The setting, removed at the end, prevents
// the package from creating and starting its own cluster "main".
const debian = `mkdir -p /etc/postgresql-common/createcluster.d` +
	` && echo "create_main_cluster = off" > /etc/postgresql-common/createcluster.d/homecare.conf` +
	` && apt-get update` +
	` && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql` +
	` && rm /etc/postgresql-common/createcluster.d/homecare.conf`

// InstallCommand is the shell command that installs the PostgreSQL server on
// this system, with sudo when not root. For an unknown system it is a sentence.
func InstallCommand() string {
	return installCommand(runtime.GOOS, os.Geteuid() == 0, func(name string) bool {
		_, err := exec.LookPath(name)
		return err == nil
	})
}

func installCommand(system string, root bool, has func(string) bool) string {
	sudo := "sudo "
	if root {
		sudo = ""
	}
	switch {
	case system == "darwin":
		return "brew install postgresql@17"
	case has("apt-get") && root:
		return debian
	case has("apt-get"):
		return "sudo sh -c '" + debian + "'"
	case has("dnf"):
		return sudo + "dnf install -y postgresql-server postgresql-contrib"
	case has("apk"):
		return sudo + "apk add postgresql postgresql-contrib"
	case has("pacman"):
		return sudo + "pacman -S --noconfirm postgresql"
	case has("zypper"):
		return sudo + "zypper install -y postgresql-server postgresql-contrib"
	}
	return "the package manager of this system (PostgreSQL server 14 or newer)"
}

// mayInstall: software is installed only by root (unless HOMECARE_INSTALL=0),
// or with HOMECARE_INSTALL=1.
func mayInstall(uid int, env string) bool { return env == "1" || uid == 0 && env != "0" }

// install runs InstallCommand. sudo may ask for a password on the terminal.
func install(ctx context.Context, log io.Writer) error {
	command := InstallCommand()
	if log != nil {
		fmt.Fprintf(log, "PostgreSQL is missing; installing it:\n  %s\n", command)
	}
	c := exec.CommandContext(ctx, "/bin/sh", "-c", command)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, log, log
	if err := c.Run(); err != nil {
		return fmt.Errorf("install PostgreSQL with %q: %w", command, err)
	}
	return nil
}

// ensureInstalled installs PostgreSQL if there is none and o allows it. FindBin
// decides whether an installed version fits the cluster.
func ensureInstalled(ctx context.Context, o Options) error {
	if len(installed()) > 0 {
		return nil
	}
	if !o.Install {
		_, _, err := FindBin("")
		return err
	}
	if !mayInstall(os.Geteuid(), os.Getenv("HOMECARE_INSTALL")) {
		_, _, err := FindBin("")
		return fmt.Errorf("%w\n(HOMECARE_INSTALL=1 lets this program run it)", err)
	}
	return install(ctx, o.InstallLog)
}
