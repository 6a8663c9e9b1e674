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

// ErrTooMany is answered where a quota is used up.
var ErrTooMany = fault.Define(fault.TooMany, "request.too_many",
	"Permintaan terlalu sering. Tunggu selama Retry-After detik, lalu kirim lagi.",
	"Too many requests. Wait for Retry-After seconds, then send again.")

// Limits are the quotas of one process in cost units a minute (see
// Route.cost); 0 turns one off.
type Limits struct {
	Account int // of one account, or of one machine's
	Tenant  int // of one puskesmas, all accounts together
	Address int // of one caller's address on routes without a token, and for tokens that are not good
}

// The costs of requests, in units of one read: about what they take of the
// database, by the benchmarks of docs/benchmarks.
const (
	costRead   = 1
	costList   = 2
	costWrite  = 3
	costSearch = 5
	costSignIn = 10 // argon2
	costWork   = 20 // a file, a whole registry
)

// cost is what one call of the route takes from the quotas.
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

// costOf is the cost of one request: a list costs as many times its unit as it
// asks for pages of the usual size, for each row takes its share of the work.
func (r Route) costOf(c echo.Context) int {
	cost := r.cost()
	if n, err := strconv.Atoi(c.QueryParam("limit")); err == nil && n > page.DefaultLimit && cost == costList {
		cost *= (min(n, page.MaxLimit) + page.DefaultLimit - 1) / page.DefaultLimit
	}
	return cost
}

// Limited says whether the quotas concern the route: every one but health and
// the documentation, which a prober and a browser read in bursts.
func (r Route) Limited() bool { return !r.Flags.Has(Unlimited) }

// limiter is the quotas of a process.
type limiter struct{ account, tenant, address *quota }

func newLimiter(l Limits) *limiter {
	return &limiter{account: newQuota("account", l.Account), tenant: newQuota("tenant", l.Tenant),
		address: newQuota("address", l.Address)}
}

// caller takes the cost of a request of p from the quotas that concern it.
func (l *limiter) caller(c echo.Context, r Route, p auth.Principal) error {
	if !r.Limited() {
		return nil
	}
	tenant := bill{l.tenant, strconv.Itoa(int(p.PuskesmasID))}
	if p.PuskesmasID == 0 {
		tenant.quota = nil // the district reads for all tenants: each account of its own
	}
	return charge(c, r.costOf(c), bill{l.account, p.UserID}, tenant)
}

// anonymous takes the cost of a request without a good token from the quota of
// the caller's address.
func (l *limiter) anonymous(c echo.Context, r Route, cost int) error {
	if !r.Limited() {
		return nil
	}
	return charge(c, cost, bill{l.address, network(call.Of(c.Request().Context()).Address)})
}

// network is whose address it is: one IPv4 address, or the /64 that a
// subscriber of IPv6 is given whole.
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

// bill is one quota and who pays from it.
type bill struct {
	quota *quota
	key   string
}

// charge takes cost from every bill or from none, and writes where they stand
// into the answer's headers (draft-ietf-httpapi-ratelimit-headers).
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
