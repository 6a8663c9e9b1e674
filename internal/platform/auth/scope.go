package auth

import (
	"net/netip"
	"slices"
)

// Client is what a machine's token says beyond its account: the scopes it was
// given and the networks it may call from.
type Client struct {
	ID       string
	Scopes   []string
	Networks []netip.Prefix // empty: from anywhere
}

// Has says whether the token carries a scope; no token carries the empty one.
func (c *Client) Has(scope string) bool { return scope != "" && slices.Contains(c.Scopes, scope) }

// Within says whether an address is one the client may call from.
func (c *Client) Within(address string) bool { return Within(c.Networks, address) }

// Within says whether an address lies in one of the networks; no networks mean
// anywhere.
func Within(networks []netip.Prefix, address string) bool {
	if len(networks) == 0 {
		return true
	}
	a, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	a = a.Unmap().WithZone("")
	return slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(a) })
}

// Scope is a part of the API that is opened to machines as one.
type Scope struct {
	Name string
	Text string // for the OpenAPI document, Indonesian term included
}

// Scopes lists every scope in the order of the documentation;
// internal/app/scopes.go says which routes each one opens.
var Scopes = []Scope{
	{"reference.read", "Reference data: puskesmas, villages, programmes, codes (data rujukan); no persons"},
	{"patients.read", "The patient registry, households and priorities (registrasi, prioritas)"},
	{"cases.read", "Cases, teams, follow-ups and alerts (kasus, tim, tindak lanjut)"},
	{"visits.read", "Visits and what was recorded at them (kunjungan)"},
	{"visits.write", "Planning visits and recording them (menjadwalkan dan mencatat kunjungan)"},
	{"documents.read", "Letters and their PDF (surat)"},
	{"reports.read", "Monthly reports (laporan bulanan); no persons"},
	{"dashboards.read", "Figures of the own puskesmas (dasbor puskesmas)"},
	{"rollups.read", "Figures of the district (rekap kabupaten); for Dinkes; no persons"},
}
