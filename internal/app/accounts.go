package app

import (
	"errors"
	"fmt"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/identity"
	"github.com/balangan/homecare/internal/platform/mail"
	"github.com/balangan/homecare/internal/platform/page"
)

// openAccounts wires the management of staff. Without a mail server the service
// runs, and what would send mail answers 503 mail.not_configured.
func (a *App) openAccounts(sealer *page.Sealer, trail *audit.Trail) error {
	a.accounts = identity.NewAccounts(a.DB, a.Hasher, trail, sealer, a.Master)
	policy, ok := identity.ParsePolicy(a.Config.PasswordPolicy)
	if !ok {
		return fmt.Errorf("HOMECARE_PASSWORD_POLICY: there is no policy %q: nist or bssn", a.Config.PasswordPolicy)
	}
	a.accounts.Policy, a.accounts.Page = policy, a.Config.PasswordURL
	a.identity.Policy = policy
	switch {
	case a.Config.SMTPURL != "":
		sender, err := mail.SMTP(a.Config.SMTPURL, a.Config.MailFrom)
		if err != nil {
			return errors.Join(errors.New("HOMECARE_SMTP_URL, HOMECARE_MAIL_FROM"), err)
		}
		a.accounts.Mail = sender
	case a.Config.MailDir != "":
		a.accounts.Mail = mail.Folder(a.Config.MailDir)
	}
	return nil
}

// PasswordPolicy is the rules of new passwords.
func (a *App) PasswordPolicy() identity.Policy { return a.accounts.Policy }
