package sqltest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var (
	inserted = regexp.MustCompile(`(?is)\binsert\s+into\s+(?:public\.)?(\w+)(?:\s+(?:as\s+)?\w+)?\s*\(([^)]*)\)`)
	inserts  = regexp.MustCompile(`(?is)\binsert\s+into\s+(?:public\.)?(\w+)`)
	updates  = regexp.MustCompile(
		`(?is)\bupdate\s+(?:only\s+)?(?:public\.)?(\w+)(?:\s+(?:as\s+)?\w+)?\s+set\s+(.*?)(?:\bwhere\b|\breturning\b|\bfrom\b|$)`)
	conflict = regexp.MustCompile(`(?is)\bon\s+conflict\b.*?\bdo\s+update\s+set\s+(.*)$`)
	tenant   = regexp.MustCompile(`(?is)\bpuskesmas_id\s*=`)
	refused  = regexp.MustCompile(
		`(?is)\b(nextval\s*\(|truncate\b|lock\s+table\b|tablesample\b|merge\s+into\b|grouping\s+sets\b)`)
)

// Undistributed lists how a statement violates the rules of an engine that
// distributes tables by puskesmas_id (promise SCL-1, ADR 26). tables are the
// tenants' tables.
func Undistributed(s Statement, tables []string) []string {
	var out []string
	say := func(why string) { out = append(out, fmt.Sprintf("%s: %s", s.Place, why)) }
	s.SQL = strings.ReplaceAll(s.SQL, `"`, "") // GORM quotes names
	named := map[string]int{}
	for _, m := range inserted.FindAllStringSubmatch(s.SQL, -1) {
		if slices.Contains(tables, m[1]) && regexp.MustCompile(`\bpuskesmas_id\b`).MatchString(m[2]) {
			named[m[1]]++
		}
	}
	for _, m := range inserts.FindAllStringSubmatch(s.SQL, -1) {
		if !slices.Contains(tables, m[1]) {
			continue
		}
		if named[m[1]]--; named[m[1]] < 0 {
			say("an insert into " + m[1] + " does not name the tenant")
		}
	}
	for _, m := range updates.FindAllStringSubmatch(s.SQL, -1) {
		if slices.Contains(tables, m[1]) && sets(m[2]) {
			say("an update of " + m[1] + " sets the tenant")
		}
	}
	if m := conflict.FindStringSubmatch(s.SQL); m != nil && sets(m[1]) {
		say("an upsert sets the tenant")
	}
	if m := refused.FindString(s.SQL); m != "" {
		say("it holds " + strings.TrimSpace(m))
	}
	return out
}

// sets says whether a list of assignments has one to the tenant. Conditions
// inside a sub-select are in brackets.
func sets(list string) bool {
	depth, top := 0, strings.Builder{}
	for _, r := range list {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		default:
			if depth == 0 {
				top.WriteRune(r)
			}
		}
	}
	before, _, _ := strings.Cut(strings.ToLower(top.String()), "where")
	return tenant.MatchString(before)
}

// UndistributedMutants are statements on a tenant's table visit, each with one
// violation.
var UndistributedMutants = []string{
	`insert into visit (id) values ($1)`,
	`insert into visit select * from visit`,
	`update visit set puskesmas_id = $1 where id = $2`,
	`update visit v set state = $1, puskesmas_id = $2`,
	`insert into visit (puskesmas_id, id) values ($1, $2) on conflict (puskesmas_id, id) do update
		set puskesmas_id = $1`,
	`select nextval('numbers')`,
	`truncate visit`,
	`lock table visit`,
	`select count(*) from visit tablesample system (1)`,
}
