package sqltest

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/jackc/pgx/v5"
)

// node is a step of a plan from PostgreSQL's EXPLAIN.
type node struct {
	Type      string `json:"Node Type"`
	Parent    string `json:"Parent Relationship"`
	Index     string `json:"Index Name"`
	Condition string `json:"Index Cond"`
	Plans     []node
}

// Plan is how PostgreSQL reads a list. Sorts are the steps that sort its rows;
// Index is the index that the cursor's position limits, "" for none.
type Plan struct {
	Sorts []string
	Index string
}

// ordered are settings that leave the planner only an index in the order of the
// list, if there is one. On an empty table it would read and sort the whole
// table.
const ordered = `select set_config(name, 'off', true) from unnest(array['enable_seqscan', 'enable_bitmapscan',
	'enable_sort', 'enable_incremental_sort', 'enable_hashjoin', 'enable_mergejoin']) name`

// PlanOf is the generic plan of a list's statement in the connection's role.
func PlanOf(ctx context.Context, c *pgx.Conn, s Statement) (Plan, error) {
	d, end, err := prepared(ctx, c, s.SQL)
	defer end()
	if err != nil {
		return Plan{}, err
	}
	if _, err := c.Exec(ctx, ordered); err != nil {
		return Plan{}, err
	}
	explain := "explain (format json, costs off) execute asked"
	if n := len(d.ParamOIDs); n > 0 {
		explain += "(" + strings.Repeat("null, ", n-1) + "null)"
	}
	var text string
	if err := c.QueryRow(ctx, explain, pgx.QueryExecModeSimpleProtocol).Scan(&text); err != nil {
		return Plan{}, err
	}
	var plans []struct{ Plan node }
	if err := json.Unmarshal([]byte(text), &plans); err != nil {
		return Plan{}, err
	}
	var out Plan
	out.read(plans[0].Plan, s.List.Key)
	return out, nil
}

// read walks the steps that determine the order of the list: of a join the outer
// one, and not the sub-plans of values.
func (p *Plan) read(n node, key string) {
	column := key[strings.LastIndex(key, ".")+1:]
	if strings.Contains(n.Type, "Sort") {
		p.Sorts = append(p.Sorts, n.Type)
	}
	if strings.Contains(n.Condition, column+" ") || strings.Contains(n.Condition, column+",") ||
		strings.Contains(n.Condition, column+")") {
		p.Index = n.Index
	}
	for _, inner := range n.Plans {
		if inner.Parent == "Outer" || inner.Parent == "Subquery" {
			p.read(inner, key)
		}
	}
}
