package main

import (
	"encoding/base64"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/signin"
	"github.com/balangan/homecare/internal/staff"
)

func adminCommand() *cobra.Command {
	c := &cobra.Command{Use: "admin", Short: "What only the operator may do, from the shell"}
	var name, role, puskesmas, profession string
	create := &cobra.Command{
		Use:   "create USERNAME",
		Short: "Make an account with one membership and print its password once",
		Example: `  homecare admin create dinkes.admin --name 'Nama Admin' --role dinkes_admin
  homecare admin create kepala.uren --name 'Nama Kepala' --role kepala_puskesmas --puskesmas uren`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r := auth.Role(role)
			if !slices.Contains(access.Roles, r) {
				return fmt.Errorf("there is no role %q: choose one of %v", role, access.Roles)
			}
			if access.OfDistrict(r) != (puskesmas == "") {
				return fmt.Errorf("role %s needs --puskesmas exactly when it is not one of Dinkes", role)
			}
			a, err := production(cmd)
			if err != nil {
				return err
			}
			defer a.Close()
			policy := a.PasswordPolicy()
			of := signin.PasswordOf{Username: args[0], Name: name, Puskesmas: puskesmas}
			password := base64.RawURLEncoding.EncodeToString(random(15))
			for policy.Check(password, of) != nil { // bssn needs one character of each kind
				password = base64.RawURLEncoding.EncodeToString(random(15))
			}
			if err := staff.CreateAccount(cmd.Context(), a.DB, a.Trail, a.Hasher, policy, args[0], name, password, r,
				puskesmas, profession); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "Account %s (%s) was made. Its password, shown this once: %s\n",
				args[0], role, password)
			return err
		},
	}
	create.Flags().StringVar(&name, "name", "", "full name")
	create.Flags().StringVar(&role, "role", "dinkes_admin", "role of its membership")
	create.Flags().StringVar(&puskesmas, "puskesmas", "", "slug of its puskesmas; none for Dinkes")
	create.Flags().StringVar(&profession, "profession", "", "profession of a petugas, such as nurse")
	if err := create.MarkFlagRequired("name"); err != nil {
		panic(err) // the flag is defined above
	}
	c.AddCommand(create, resetSecondFactorCommand())
	return c
}
