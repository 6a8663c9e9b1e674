package check

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

var promql = parser.NewParser(parser.Options{})

// figures are what the product's /metrics shows, by name with their labels
// (deployments/prometheus/metrics.txt, kept true by internal/app's TestFigures).
func figures(t *testing.T) map[string][]string {
	t.Helper()
	b, err := os.ReadFile("../prometheus/metrics.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{"up": nil} // Prometheus's own
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		var labels []string
		if len(f) > 2 {
			labels = strings.Split(f[2], ",")
		}
		out[f[0]] = labels
		if f[1] == "histogram" {
			out[f[0]+"_bucket"] = append(slices.Clone(labels), "le")
			out[f[0]+"_sum"], out[f[0]+"_count"] = labels, labels
		}
	}
	if len(out) < 10 {
		t.Fatalf("only %d figures are listed", len(out))
	}
	return out
}

// unknown lists the figures and labels of an expression that the product does
// not have.
func unknown(have map[string][]string, expr string) ([]string, error) {
	e, err := promql.ParseExpr(expr)
	if err != nil {
		return nil, err
	}
	var out []string
	parser.Inspect(e, func(n parser.Node, _ []parser.Node) error {
		v, ok := n.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		labels, ok := have[v.Name]
		if !ok {
			out = append(out, v.Name)
			return nil
		}
		for _, m := range v.LabelMatchers {
			if !slices.Contains(labels, m.Name) && !slices.Contains([]string{"__name__", "job", "instance"}, m.Name) {
				out = append(out, v.Name+"{"+m.Name+"}")
			}
		}
		return nil
	})
	return out, nil
}

func rules(text []byte) (*rulefmt.RuleGroups, error) {
	groups, errs := rulefmt.Parse(text, false, model.UTF8Validation, promql, nil)
	if len(errs) > 0 {
		return nil, fmt.Errorf("%v", errs)
	}
	return groups, nil
}

func alerts(t *testing.T) []rulefmt.Rule {
	t.Helper()
	text, err := os.ReadFile("../prometheus/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	groups, err := rules(text)
	if err != nil {
		t.Fatal(err)
	}
	var out []rulefmt.Rule
	for _, g := range groups.Groups {
		out = append(out, g.Rules...)
	}
	return out
}

const runbooks = "https://github.com/balangan/homecare/blob/main/deployments/runbooks/"

func TestAlerts(t *testing.T) {
	have := figures(t)
	all := alerts(t)
	if len(all) < 15 {
		t.Fatalf("only %d alerts", len(all))
	}
	seen := map[string]bool{}
	for _, r := range all {
		if missing, err := unknown(have, r.Expr); err != nil || len(missing) > 0 {
			t.Errorf("%s asks for what /metrics does not show: %v %v", r.Alert, missing, err)
		}
		if s := r.Labels["severity"]; s != "page" && s != "ticket" {
			t.Errorf("%s has the severity %q", r.Alert, s)
		}
		if r.Annotations["summary"] == "" || r.Annotations["description"] == "" || r.For == 0 {
			t.Errorf("%s does not say what it is, or for how long", r.Alert)
		}
		if r.Annotations["runbook_url"] != runbooks+r.Alert+".md" {
			t.Errorf("%s leads to %s", r.Alert, r.Annotations["runbook_url"])
		}
		if seen[r.Alert] {
			t.Errorf("%s is there twice", r.Alert)
		}
		seen[r.Alert] = true
	}
}

func TestAlertsCanFail(t *testing.T) {
	have := figures(t)
	for _, expr := range []string{"homecare_no_such_figure > 1", `homecare_jobs{nik="1"} > 0`,
		`rate(homecare_requests_total{code="500"}[5m])`} {
		if missing, err := unknown(have, expr); err != nil || len(missing) == 0 {
			t.Errorf("%s passes (%v)", expr, err)
		}
	}
	if _, err := rules([]byte("groups: [{name: x, rules: [{alert: A, expr: 'sum(('}]}]")); err == nil {
		t.Error("an expression that is none passes")
	}
	if _, err := rules([]byte("groups: [{name: x, rules: [{alert: A, expr: up, fro: 5m}]}]")); err == nil {
		t.Error("an unknown key passes")
	}
}

// TestDashboards: each is JSON that Grafana provisions, asks only for figures
// there are, and has no two panels at one place.
func TestDashboards(t *testing.T) {
	have := figures(t)
	files, err := filepath.Glob("../grafana/dashboards/*.json")
	if err != nil || len(files) != 3 {
		t.Fatalf("%d dashboards, %v", len(files), err)
	}
	uids := map[string]bool{}
	for _, f := range files {
		var d struct {
			UID, Title    string
			SchemaVersion int
			Panels        []struct {
				ID         int
				Type       string
				Title      string
				Datasource struct{ UID string }
				GridPos    struct{ X, Y, W, H int }
				Targets    []struct{ Expr string }
			}
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &d); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		if d.UID == "" || uids[d.UID] || d.Title == "" || d.SchemaVersion == 0 || len(d.Panels) == 0 {
			t.Errorf("%s: uid %q, title %q, %d panels", f, d.UID, d.Title, len(d.Panels))
		}
		uids[d.UID] = true
		cells, ids := map[[2]int]int{}, map[int]bool{}
		for _, p := range d.Panels {
			if ids[p.ID] || p.Title == "" || len(p.Targets) == 0 || p.Datasource.UID != "homecare" || p.GridPos.X+
				p.GridPos.W > 24 {
				t.Errorf("%s: panel %d (%s) is not whole", f, p.ID, p.Title)
			}
			ids[p.ID] = true
			for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
				for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
					if other, taken := cells[[2]int{x, y}]; taken {
						t.Fatalf("%s: panels %d and %d lie on each other", f, other, p.ID)
					}
					cells[[2]int{x, y}] = p.ID
				}
			}
			for _, target := range p.Targets {
				if missing, err := unknown(have, target.Expr); err != nil || len(missing) > 0 {
					t.Errorf("%s, %s asks for what /metrics does not show: %v %v", f, p.Title, missing, err)
				}
			}
		}
	}
}

// TestPrometheusConfig: it reads our rules where Compose mounts them and asks
// the API's container.
func TestPrometheusConfig(t *testing.T) {
	var c struct {
		Rules  []string `json:"rule_files"`
		Scrape []struct {
			Job    string `json:"job_name"`
			Static []struct {
				Targets []string `json:"targets"`
			} `json:"static_configs"`
		} `json:"scrape_configs"`
		Global map[string]string `json:"global"`
	}
	strictYAML(t, "../prometheus/prometheus.yml", &c)
	if len(c.Rules) != 1 || c.Rules[0] != "/etc/prometheus/alerts.yml" {
		t.Errorf("rules: %v", c.Rules)
	}
	if len(c.Scrape) != 1 || c.Scrape[0].Job != "homecare" || c.Scrape[0].Static[0].Targets[0] != "api:9090" {
		t.Errorf("scrapes %+v", c.Scrape)
	}
	for key, v := range c.Global {
		if _, err := model.ParseDuration(v); err != nil || !regexp.MustCompile(`_(interval|timeout)$`).
			MatchString(key) {
			t.Errorf("%s: %s, %v", key, v, err)
		}
	}
	var sources struct {
		Version     int              `json:"apiVersion"`
		Datasources []map[string]any `json:"datasources"`
	}
	strictYAML(t, "../grafana/provisioning/datasources/homecare.yml", &sources)
	if len(sources.Datasources) != 1 || sources.Datasources[0]["uid"] != "homecare" ||
		sources.Datasources[0]["url"] != "http://prometheus:9090" {
		t.Errorf("data sources %v", sources)
	}
	var boards struct {
		Version   int `json:"apiVersion"`
		Providers []struct {
			Name, Type     string
			AllowUIUpdates bool              `json:"allowUiUpdates"`
			Options        map[string]string `json:"options"`
		} `json:"providers"`
	}
	strictYAML(t, "../grafana/provisioning/dashboards/homecare.yml", &boards)
	if len(boards.Providers) != 1 || boards.Providers[0].Options["path"] != "/etc/homecare/dashboards" {
		t.Errorf("dashboards %+v", boards)
	}
}
