package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"

	"github.com/balangan/homecare/internal/platform/config"
)

func psqlCommand() *cobra.Command {
	var role, tenant string
	c := &cobra.Command{
		Use:   "psql --role owner|app|report|district|system [--tenant slug] [-- psql arguments]",
		Short: "Open the database as one of its roles",
		Long: `psql opens the database as one role: with the settings of serve its database (the
owner's only with HOMECARE_DB_OWNER_URL), otherwise that of run or of
DATABASE_URL, for development. What is read here is in no access log. The application role sees nothing without
--tenant: a query then fails loudly, because the tenant setting is missing.`,
		Example: `  homecare psql --role app --tenant tanah-habang -- -c 'select count(*) from patient'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return psql(cmd, role, tenant, args)
		},
	}
	c.Flags().StringVar(&role, "role", "app", "owner, app, report, district or system")
	c.Flags().StringVar(&tenant, "tenant", "", "slug of a puskesmas, such as tanah-habang")
	return c
}

func psql(cmd *cobra.Command, role, tenant string, args []string) error {
	if !slices.Contains([]string{"owner", "app", "report", "district", "system"}, role) {
		return fmt.Errorf("there is no role %q: choose owner, app, report, district or system", role)
	}
	c, err := config.Load()
	if err != nil {
		return err
	}
	bin := "psql"
	if c.DatabaseURL != "" || c.OwnerURL+c.AppURL+c.ReportURL+c.DistrictURL+c.SystemURL == "" {
		d, err := openDevelopment(cmd.Context(), c, cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		defer d.close()
		c = d.configure(c)
		if d.server != nil {
			bin = filepath.Join(d.server.Bin, "psql")
		}
	}
	dsn := map[string]string{"owner": c.OwnerURL, "app": c.AppURL, "report": c.ReportURL, "district": c.DistrictURL,
		"system": c.SystemURL}[role]
	if dsn == "" {
		return fmt.Errorf("HOMECARE_DB_%s_URL is not set", strings.ToUpper(role))
	}
	env := os.Environ()
	var options []string
	if tenant != "" {
		id, err := tenantID(cmd, dsn, tenant)
		if err != nil {
			return err
		}
		options = append(options, fmt.Sprintf("-c app.puskesmas_id=%d", id))
	}
	if dsn, err = psqlDSN(dsn, &options); err != nil {
		return err
	}
	if len(options) > 0 {
		env = append(env, "PGOPTIONS="+strings.Join(options, " "))
	}
	// Every user of the machine can read arguments; the environment is private.
	if u, err := url.Parse(dsn); err == nil && u.User != nil {
		if password, ok := u.User.Password(); ok {
			u.User = url.User(u.User.Username())
			dsn, env = u.String(), append(env, "PGPASSWORD="+password)
		}
	}
	p := exec.CommandContext(cmd.Context(), bin, append([]string{"-d", dsn, "-v", "ON_ERROR_STOP=1"}, args...)...)
	p.Env, p.Stdin, p.Stdout, p.Stderr = env, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr()
	return p.Run()
}

// psqlDSN moves our role setting, which libpq does not accept in a DSN, to
// options.
func psqlDSN(dsn string, options *[]string) (string, error) {
	c, err := pgx.ParseConfig(dsn)
	if err != nil {
		return "", errors.New("the database address cannot be read")
	}
	if role := c.RuntimeParams["role"]; role != "" {
		*options = append(*options, "-c role="+role)
		for _, sep := range []string{" role=" + role, "&role=" + role, "?role=" + role} {
			dsn = strings.Replace(dsn, sep, strings.TrimRight(sep[:1], " &"), 1)
		}
	}
	return dsn, nil
}

func tenantID(cmd *cobra.Command, dsn, slug string) (int16, error) {
	c, err := pgx.Connect(cmd.Context(), dsn)
	if err != nil {
		return 0, err
	}
	defer func() { _ = c.Close(cmd.Context()) }()
	var id int16
	err = c.QueryRow(cmd.Context(), `select id from puskesmas where slug = $1`, slug).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, fmt.Errorf("there is no puskesmas %q", slug)
	}
	return id, err
}
