package rest

import (
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
)

// ErrTooMany is returned when a quota is used up.
var ErrTooMany = fault.Define(fault.TooMany, "request.too_many",
	"Permintaan terlalu sering. Tunggu sebentar, lalu kirim lagi.",
	"Too many requests. Wait a moment, then send again.").Hint("Retry-After says for how many seconds")

// Limits are the quotas of one process in cost units per minute (Route.cost); 0
// means no limit.
type Limits struct {
	Account int // of one account of a person or machine
	Tenant  int // of one puskesmas, all accounts together
	Address int // of one address, for routes without a token and for invalid tokens
}

// The costs of requests, in units of one read: about their share of the
// database's time, by docs/benchmarks.
const (
	costRead   = 1
	costList   = 2
	costWrite  = 3
	costSearch = 5
	costSignIn = 10 // argon2
	costWork   = 20 // a file, a whole registry
)

// cost is the cost of one call of the route.
func (r Route) cost() int {
	last := r.Path[strings.LastIndexByte(r.Path, '/')+1:]
	switch {
	case r.Flags.Has(Upload), r.Flags.Has(Long):
		return costWork
	case last == "search":
		return costSearch
	case r.Method != http.MethodGet && r.Flags.Has(Public):
		return costSignIn
	case r.Method != http.MethodGet:
		return costWrite
	case strings.HasPrefix(last, ":"), r.Flags.Has(Cached):
		return costRead
	}
	return costList
}

// costOf is the cost of one request. A list costs its unit for each page of the
// usual size that it requests, because each row needs its share of the work.
func (r Route) costOf(c echo.Context) int {
	cost := r.cost()
	if n, err := strconv.Atoi(c.QueryParam("limit")); err == nil && n > page.DefaultLimit && cost == costList {
		cost *= (min(n, page.MaxLimit) + page.DefaultLimit - 1) / page.DefaultLimit
	}
	return cost
}

// Limited says whether quotas apply to the route: to all but health and the
// documentation, which probes and browsers read in bursts.
func (r Route) Limited() bool { return !r.Flags.Has(Unlimited) }

// limiter is the set of quotas of a process.
type limiter struct{ account, tenant, address *quota }

func newLimiter(l Limits) *limiter {
	return &limiter{account: newQuota("account", l.Account), tenant: newQuota("tenant", l.Tenant),
		address: newQuota("address", l.Address)}
}

// caller takes the cost of a request of p from its quotas.
func (l *limiter) caller(c echo.Context, r Route, p auth.Principal) error {
	if !r.Limited() {
		return nil
	}
	tenant := bill{l.tenant, strconv.Itoa(int(p.PuskesmasID))}
	if p.PuskesmasID == 0 {
		tenant.quota = nil // the district reads for all tenants: only the account's quota applies
	}
	return charge(c, r.costOf(c), bill{l.account, p.UserID}, tenant)
}

// anonymous takes the cost of a request without a valid token from the quota of
// the caller's address.
func (l *limiter) anonymous(c echo.Context, r Route, cost int) error {
	if !r.Limited() {
		return nil
	}
	return charge(c, cost, bill{l.address, network(call.Of(c.Request().Context()).Address)})
}

// network is the unit of an address quota: one IPv4 address, or the /64 of an
// IPv6 subscriber.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil || a.Unmap().Is4() {
		return address
	}
	p, err := a.Prefix(64)
	if err != nil {
		return address
	}
	return p.Addr().String()
}

// bill is one quota and the key that pays.
type bill struct {
	quota *quota
	key   string
}

// charge takes cost from every bill or from none, and writes their states to
// the answer's headers (draft-ietf-httpapi-ratelimit-headers).
func charge(c echo.Context, cost int, bills ...bill) error {
	var policies, states []string
	wait := 0
	bills = slices.DeleteFunc(bills, func(b bill) bool { return b.quota == nil })
	for i, b := range bills {
		s := b.quota.take(b.key, cost)
		policies, states = append(policies, b.quota.policy), append(states, s.header(b.quota.name))
		if s.taken {
			continue
		}
		wait = s.wait
		for j, paid := range bills[:i] {
			states[j] = paid.quota.giveBack(paid.key, cost).header(paid.quota.name)
		}
		break
	}
	if len(policies) == 0 {
		return nil
	}
	h := c.Response().Header()
	h.Set("RateLimit-Policy", strings.Join(policies, ", "))
	h.Set("RateLimit", strings.Join(states, ", "))
	if wait > 0 {
		return ErrTooMany.Extend("retry_after", wait)
	}
	return nil
}
