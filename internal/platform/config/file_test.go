package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/platform/config"
)

// TestSecretsFromFiles: a secret may be in a file. Anything ambiguous stops the
// start and names the setting, never its content.
func TestSecretsFromFiles(t *testing.T) {
	write := func(content string) string {
		p := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(p, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	t.Setenv("HOMECARE_MASTER_KEY_FILE", write("geheim \n"))
	t.Setenv("HOMECARE_DB_APP_URL_FILE", write("postgres://a:b@h/d"))
	t.Setenv("HOMECARE_LOG_LEVEL_FILE", "/nowhere") // not a secret: not read
	c, err := config.Load()
	if err != nil || c.MasterKey != "geheim " || c.AppURL != "postgres://a:b@h/d" || c.LogLevel != "info" {
		t.Fatalf("%q %q %q %v", c.MasterKey, c.AppURL, c.LogLevel, err)
	}
	for says, set := range map[string]func(){
		"both set":    func() { t.Setenv("HOMECARE_MASTER_KEY", "geheim") },
		"no such":     func() { t.Setenv("HOMECARE_MASTER_KEY_FILE", "/nowhere/key") },
		"is empty":    func() { t.Setenv("HOMECARE_MASTER_KEY_FILE", write("\n")) },
		"DB_APP_URL_": func() { t.Setenv("HOMECARE_DB_APP_URL_FILE", t.TempDir()) },
	} {
		t.Setenv("HOMECARE_MASTER_KEY", "")
		t.Setenv("HOMECARE_MASTER_KEY_FILE", write("geheim"))
		t.Setenv("HOMECARE_DB_APP_URL_FILE", "")
		set()
		if _, err := config.Load(); err == nil || !strings.Contains(err.Error(), says) ||
			strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", says, err)
		}
	}
}
