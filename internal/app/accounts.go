package app

import (
	"errors"
	"fmt"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/mail"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/signin"
	"github.com/balangan/homecare/internal/staff"
)

// openAccounts wires the management of staff. Without a mail server the service
// runs, and every request that would send mail answers 503 mail.not_configured.
func (a *App) openAccounts(sealer *page.Sealer, trail *audit.Trail) error {
	a.staff = staff.NewService(a.DB, a.Hasher, trail, sealer, a.Master)
	policy, ok := signin.ParsePolicy(a.Config.PasswordPolicy)
	if !ok {
		return fmt.Errorf("HOMECARE_PASSWORD_POLICY: there is no policy %q: nist or bssn", a.Config.PasswordPolicy)
	}
	a.staff.Policy, a.staff.Page = policy, a.Config.PasswordURL
	a.signin.Policy = policy
	switch {
	case a.Config.SMTPURL != "":
		sender, err := mail.SMTP(a.Config.SMTPURL, a.Config.MailFrom)
		if err != nil {
			return errors.Join(errors.New("HOMECARE_SMTP_URL, HOMECARE_MAIL_FROM"), err)
		}
		a.staff.Mail = sender
	case a.Config.MailDir != "":
		a.staff.Mail = mail.Folder(a.Config.MailDir)
	}
	return nil
}

// PasswordPolicy is the rules of new passwords.
func (a *App) PasswordPolicy() signin.Policy { return a.staff.Policy }
