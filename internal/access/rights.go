package access

import (
	"maps"
	"slices"
	"strings"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Permission is the access part of one line of the route table.
type Permission struct {
	Name           string // method and path, "POST /v1/cases/{id}/approve"
	By             []auth.Role
	Scope          string // that a machine needs; "" where no machine may call it
	StepUp, Public bool
}

// Rights answers which permissions a caller has: a person by role, a machine by
// scope. It is made from the route table. pg.Tx.May then applies what Kepala
// withholds.
func Rights(permissions []Permission) pg.Rights {
	byName := map[string]Permission{}
	for _, r := range permissions {
		byName[r.Name] = r
	}
	return pg.Rights{
		Names: slices.Sorted(maps.Keys(byName)),
		Has: func(p auth.Principal, permission string) bool {
			r := byName[permission]
			return slices.Contains(r.By, p.Role) && (p.Client == nil || p.Client.Has(r.Scope))
		},
	}
}

// Allowed returns the actions on a record that the caller may do now, in the
// order given. base is the record's address ("/v1/cases/{id}"); an action is
// the last step of a POST below it. An action without its own POST (record, of
// a visit) is done by the PUTs below it.
func Allowed(tx pg.Tx, base string, actions ...string) []string {
	out := []string{}
	for _, a := range actions {
		if mayAct(tx, base, a) {
			out = append(out, a)
		}
	}
	return out
}

func mayAct(tx pg.Tx, base, action string) bool {
	post := "POST " + base + "/" + action
	names := tx.Permissions()
	if _, found := slices.BinarySearch(names, post); found {
		return tx.May(post)
	}
	return slices.ContainsFunc(names, func(name string) bool {
		return strings.HasPrefix(name, "PUT "+base+"/") &&
			tx.May(name)
	})
}

// Narrow returns err with its allowed actions (fault.State) reduced to those
// that the caller may do and that are not in except. It returns any other error
// unchanged. base is that of Allowed.
func Narrow(tx pg.Tx, base string, err error, except ...string) error {
	f := fault.From(err)
	if f == nil {
		return err
	}
	actions, ok := f.Extra["allowed"].([]string)
	if !ok {
		return err
	}
	actions = slices.DeleteFunc(slices.Clone(actions), func(a string) bool { return slices.Contains(except, a) })
	return f.Extend("allowed", Allowed(tx, base, actions...))
}
