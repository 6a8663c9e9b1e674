package check

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

// composed is a Compose file with the variables that it demands.
type composed struct {
	path    string
	demands map[string]string
}

var (
	production = composed{"../compose/production.yml", map[string]string{"HOMECARE_VERSION": "1.0.0",
		"HOMECARE_PUBLIC_URL": "https://homecare.test", "HOMECARE_SECRETS": "/etc/homecare/secrets",
		"HOMECARE_BACKUP": "/srv/backup"}}
	trial = composed{path: "../../docker-compose.yml"}
)

func (c composed) text(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(c.path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// load reads a text in the place of the file.
func (c composed) load(text string, env map[string]string) (*types.Project, error) {
	dir, err := filepath.Abs(filepath.Dir(c.path))
	if err != nil {
		return nil, err
	}
	return loader.LoadWithContext(context.Background(), types.ConfigDetails{WorkingDir: dir,
		Environment: maps.Clone(env),
		ConfigFiles: []types.ConfigFile{{Filename: c.path, Content: []byte(text)}}},
		func(o *loader.Options) {
			o.SetProjectName("unnamed", false)
			o.Profiles = []string{"*"}
		})
}

// findings lists what a service of ours must say and does not.
func findings(p *types.Project) []string {
	var out []string
	pinned := regexp.MustCompile(`^[a-z0-9/-]+:[A-Za-z0-9][\w.-]*$`)
	for _, name := range slices.Sorted(maps.Keys(p.Services)) {
		s := p.Services[name]
		miss := func(ok bool, what string) {
			if !ok {
				out = append(out, name+": "+what)
			}
		}
		uid, _, _ := strings.Cut(s.User, ":")
		miss(s.ReadOnly, "its root file system can be written")
		miss(uid != "" && uid != "0" && uid != "root", "runs as root")
		miss(slices.Contains(s.SecurityOpt, "no-new-privileges:true"), "may gain privileges")
		miss(slices.Contains(s.CapDrop, "ALL") && len(s.CapAdd) == 0 && !s.Privileged, "keeps capabilities")
		miss(s.MemLimit > 0 && s.CPUS > 0 && s.PidsLimit > 0, "has no limits")
		built := p.Name == "homecare-trial" && s.Image == "" && s.PullPolicy == types.PullPolicyBuild
		miss(built || pinned.MatchString(s.Image) && !strings.HasSuffix(s.Image, ":latest"),
			"its image is not pinned: "+s.Image)
		miss(!strings.HasPrefix(s.Image, "homecare:") || s.PullPolicy == types.PullPolicyNever && s.Build == nil,
			"may run an image that make image did not build")
		miss(name == "migrate" || s.HealthCheck != nil && len(s.HealthCheck.Test) > 1 && !s.HealthCheck.Disable,
			"has no health check")
		for _, port := range s.Ports {
			miss(port.HostIP == "127.0.0.1", "is open to the network at "+port.Published)
		}
		for _, v := range s.Volumes {
			miss(!strings.Contains(v.Source, "docker.sock"), "reaches the engine")
		}
		for key, v := range s.Environment {
			miss(v == nil || !secretName.MatchString(key) || strings.HasPrefix(*v, "/run/secrets/"), "has the secret "+
				key+" in its environment")
		}
	}
	if p.Networks["inside"].Internal != true {
		out = append(out, "the network inside has a way out")
	}
	return out
}

var secretName = regexp.MustCompile(`(PASSWORD|_KEY|_URL|TOKEN|SECRET)(_FILE|__FILE)?$`)

// written lists the places outside a container that it may write to.
func written(p *types.Project) map[string][]string {
	out := map[string][]string{}
	for name, s := range p.Services {
		for _, v := range s.Volumes {
			if !v.ReadOnly {
				out[name] = append(out[name], v.Target)
			}
		}
	}
	return out
}

func TestCompose(t *testing.T) {
	p, err := production.load(production.text(t), production.demands)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"postgres", "migrate", "api", "worker", "backup", "prometheus", "grafana", "minio"} {
		if _, ok := p.Services[want]; !ok {
			t.Errorf("there is no service %s", want)
		}
	}
	for _, f := range findings(p) {
		if !strings.Contains(f, "HOMECARE_PUBLIC_URL") {
			t.Error(f)
		}
	}
	for name, s := range p.Secrets {
		if !strings.HasPrefix(s.File, "/etc/homecare/secrets/") || s.Content != "" {
			t.Errorf("the secret %s does not come from a file", name)
		}
	}
	if want := map[string][]string{"postgres": {"/var/lib/postgresql/data"},
		"api":    {"/var/lib/homecare/blobs", "/var/lib/homecare/status"},
		"worker": {"/var/lib/homecare/blobs"}, "backup": {"/backup", "/var/lib/homecare/status"},
		"prometheus": {"/prometheus"}, "grafana": {"/var/lib/grafana"}, "minio": {"/data"},
	}; !reflect.DeepEqual(written(p), want) {
		t.Errorf("written: %v", written(p))
	}
	binary, err := filepath.Abs("../../bin/homecare-linux-amd64") // where make image puts it
	if err != nil || !slices.ContainsFunc(p.Services["backup"].Volumes, func(v types.ServiceVolumeConfig) bool {
		return v.Source == binary
	}) {
		t.Errorf("backup does not run %s, %v", binary, err)
	}
	// Only migrate knows the owner, only backup the superuser.
	for name, s := range p.Services {
		for _, secret := range s.Secrets {
			if secret.Source == "db_owner_url" && name != "migrate" || secret.Source == "db_backup_url" &&
				name != "backup" {
				t.Errorf("%s is shown %s", name, secret.Source)
			}
		}
		for _, v := range s.Volumes {
			_, err := os.Stat(v.Source)
			if v.Type == types.VolumeTypeBind && strings.Contains(v.Source, "/deployments/") && err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// TestComposeDemands: each variable without a default is asked for by name.
func TestComposeDemands(t *testing.T) {
	text := production.text(t)
	asked := map[string]bool{}
	for _, m := range regexp.MustCompile(`\$\{(\w+)(:\?)?`).FindAllStringSubmatch(text, -1) {
		asked[m[1]] = asked[m[1]] || m[2] != ""
	}
	for name, demanded := range asked {
		if _, known := production.demands[name]; known != demanded {
			t.Errorf("%s: demanded %v, known to this test %v", name, demanded, known)
		}
	}
	for name := range production.demands {
		env := maps.Clone(production.demands)
		delete(env, name)
		if _, err := production.load(text, env); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

// TestComposeCanFail: a file that is not Compose's, or that forgot a wall, is red.
func TestComposeCanFail(t *testing.T) {
	good := production.text(t)
	for what, change := range map[string][2]string{
		"written":       {"  read_only: true\n", ""},
		"as root":       {`  user: "65532:65532"` + "\n  tmpfs", "  tmpfs"},
		"privileges":    {`security_opt: ["no-new-privileges:true"]`, "security_opt: []"},
		"capabilities":  {"cap_drop: [ALL]", "cap_drop: []"},
		"no limits":     {"    mem_limit: 2g\n", ""},
		"not pinned":    {"image: postgres:15\n    user: \"999:999\"", "image: postgres\n    user: \"999:999\""},
		"did not build": {"  pull_policy: never", "  build: .\n  pull_policy: never"},
		"make image":    {"  pull_policy: never", "  pull_policy: missing"},
		"health check": {"    healthcheck:\n      test: [\"CMD\", \"pg_isready\"",
			"    x-none:\n      test: [\"CMD\", \"pg_isready\""},
		"open to":        {`"127.0.0.1:8080:8080"`, `"8080:8080"`},
		"in its environ": {"HOMECARE_MASTER_KEY_FILE: /run/secrets/master_key", "HOMECARE_MASTER_KEY: AAAA"},
		"way out":        {"inside: { internal: true }", "inside: {}"},
		"its image": {"  image: homecare:${HOMECARE_VERSION:?the version to run, as make image prints it}",
			"  build: ."},
		"parser": {"    stop_grace_period: 60s\n", "    stop_gracefully: 60s\n"},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good {
			t.Errorf("%s: the file has no %q any more", what, change[0])
			continue
		}
		p, err := production.load(bad, production.demands)
		if err == nil && !slices.ContainsFunc(findings(p), func(f string) bool { return strings.Contains(f, what) }) {
			t.Errorf("%s: the check does not see it", what)
		}
		if what == "parser" && err == nil {
			t.Error("an unknown key passes")
		} else if what != "parser" && err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}
