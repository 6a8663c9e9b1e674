package check

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
)

// trialFindings lists what makes the file more than a trial for this machine,
// or less than one that starts with nothing set. The proxy of an installation
// must find no trial, so each has its own port, name and volumes.
func trialFindings(text string, installation *types.Project) ([]string, error) {
	p, err := trial.load(text, nil)
	if err != nil {
		return nil, err
	}
	// Every secret of a trial is public.
	out := slices.DeleteFunc(findings(p), func(f string) bool { return strings.Contains(f, "has the secret") })
	miss := func(ok bool, format string, args ...any) {
		if !ok {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	names := regexp.MustCompile(`\$\{?\w+`).FindAllString(text, -1)
	miss(names == nil, "asks for %v", names)
	want := map[string][]string{"postgres": {"/var/lib/postgresql/data"}, "api": {"/var/lib/homecare"}}
	miss(reflect.DeepEqual(written(p), want), "writes to %v", written(p))
	miss(p.Name != installation.Name, "shares the volumes of %s", p.Name)
	api := p.Services["api"]
	miss(slices.Equal(api.Command, types.ShellCommand{"run"}), "starts %v", api.Command)
	for name, s := range p.Services {
		for key, v := range s.Environment {
			miss(v != nil, "%s asks for %s", name, key)
		}
		miss((len(s.Ports) == 1) == (name == "api") && s.NetworkMode == "", "%s: ports %v", name, s.Ports)
	}
	for _, port := range api.Ports {
		address, listens := api.Environment["HOMECARE_PUBLIC_URL"], api.Environment["HOMECARE_ADDR"]
		miss(address != nil && *address == "http://"+port.HostIP+":"+port.Published && listens != nil &&
			*listens == fmt.Sprintf("0.0.0.0:%d", port.Target), "is not at its own address: %v", port)
		for name, s := range installation.Services {
			miss(!slices.ContainsFunc(s.Ports, func(o types.ServicePortConfig) bool {
				return o.Published == port.Published
			}), "takes the port of %s", name)
		}
	}
	return out, nil
}

func TestTrial(t *testing.T) {
	installation, err := production.load(production.text(t), production.demands)
	if err != nil {
		t.Fatal(err)
	}
	good := trial.text(t)
	got, err := trialFindings(good, installation)
	if err != nil || len(got) > 0 {
		t.Errorf("%q, %v", got, err)
	}
	for what, change := range map[string][2]string{
		"asks for [$":        {"POSTGRES_PASSWORD: trial", "POSTGRES_PASSWORD: ${PASSWORD:-trial}"},
		"postgres asks for":  {"POSTGRES_PASSWORD: trial", "POSTGRES_PASSWORD:"},
		"open to":            {`"127.0.0.1:8088:8080"`, `"8088:8080"`},
		"postgres: ports":    {"    shm_size: 256m\n", "    ports: [\"127.0.0.1:5432:5432\"]\n"},
		"api: ports":         {"    ports: [\"127.0.0.1:8088:8080\"]\n", "    network_mode: host\n"},
		"takes the port":     {`"127.0.0.1:8088:8080"`, `"127.0.0.1:8080:8080"`},
		"its own address":    {"_URL: http://127.0.0.1:8088", "_URL: https://homecare.test"},
		"shares the volumes": {"name: homecare-trial", "name: homecare"},
		"writes to":          {"roles.sql:ro", "roles.sql"},
		"can be written":     {"  read_only: true\n", ""},
		"as root":            {"    user: \"65532:65532\"\n", ""},
		"its image":          {"pull_policy: build", "pull_policy: missing"},
		"starts [serve]":     {"command: [run]", "command: [serve]"},
		"way out":            {"inside: { internal: true }", "inside: {}"},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good {
			t.Errorf("%s: the file has no %q any more", what, change[0])
			continue
		}
		if strings.Contains(change[1], "network_mode") {
			bad = strings.Replace(bad, "    networks: [inside, outside]\n", "", 1)
		}
		got, err := trialFindings(bad, installation)
		if err != nil || !slices.ContainsFunc(got, func(f string) bool { return strings.Contains(f, what) }) {
			t.Errorf("%s: the check does not see it: %q, %v", what, got, err)
		}
	}
}
