// Package team knows the teams: standing ones by decree (Homecare Sanggam) and
// those formed for one case (KUPINANG).
//
//	Create         create.go          ErrNotStanding
//	ChangeMembers  change_members.go  ErrPerCase
//	Get, List      get.go, list.go
//
// form.go forms and changes teams in the transaction of other rooms, team.go chooses members.
package team

import (
	"fmt"
	"slices"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/staff"
	"github.com/balangan/homecare/pkg/homecare"
)

// The modes of a team. A programme's SOP version requires one of them.
const (
	PerCase  = "per_case"
	Standing = "standing"
)

// Serving is the SQL array of the current members of one case c's team, the lead
// first. It asks for each member: staff.Present, which reads the whole staff, is dearer for
// one case. No past membership reaches infinity.
const Serving = `array(select m.account_id::text from team_member m
	where m.puskesmas_id = c.puskesmas_id and m.team_id = c.team_id and m.left_at is null
	and exists (select from staff_at(m.account_id, 'infinity') where role <> 'integrator')
	order by m.lead desc, m.name)`

// ErrNotStanding refuses a standing team for a programme whose SOP forms teams
// per case.
var ErrNotStanding = fault.Define(fault.Conflict, "team.per_case_programme",
	"SOP program ini membentuk tim untuk setiap kasus. Bentuk timnya pada kasus.",
	"The SOP of this programme forms a team for every case. Form it at the case.").About("/programme")

// ErrPerCase refuses to change the team of one case except at the case.
var ErrPerCase = fault.Define(fault.Conflict, "team.of_a_case",
	"Tim ini dibentuk untuk satu kasus. Ubah timnya pada kasus tersebut.",
	"This team was formed for one case. Change it at that case.")

func init() {
	pg.Explain(map[string]error{
		"team_member_open_uq": fault.ErrStale,
		"team_member_lead_uq": fault.ErrStale,
	})
}

// Choose turns the named accounts into members: active staff only, each once,
// each with a profession, exactly one lead. at is the JSON pointer of the
// list. Error: fault.ErrInvalid.
func Choose(everybody []homecare.StaffMember, wanted []homecare.TeamMemberInput, at string) ([]Chosen, error) {
	var check fault.Check
	leads, seen := 0, map[string]bool{}
	chosen := make([]Chosen, 0, len(wanted))
	for i, w := range wanted {
		pointer := fmt.Sprintf("%s/%d/account_id", at, i)
		if w.Lead {
			leads++
		}
		if seen[w.AccountID] {
			check.Add(pointer, "unique", "Anggota ini disebut dua kali.", "This member is named twice.")
			continue
		}
		seen[w.AccountID] = true
		s, found := serving(everybody, w.AccountID)
		switch {
		case !found:
			check.Put(staff.NotServing(pointer))
		case s.Profession == "":
			check.Add(pointer, "no_profession", "Profesi petugas ini belum dicatat pada keanggotaannya.",
				"This person's membership names no profession yet.")
		default:
			chosen = append(chosen, Chosen{StaffMember: s, Lead: w.Lead})
		}
	}
	check.That(leads == 1, at, "one_lead", "Tetapkan tepat satu ketua tim.", "Name exactly one lead.")
	return chosen, check.Err()
}

// Chosen is a staff member chosen for a team.
type Chosen struct {
	homecare.StaffMember
	Lead bool
}

// serving finds an account among the staff. Of several memberships, the one
// that treats patients counts.
func serving(everybody []homecare.StaffMember, account string) (homecare.StaffMember, bool) {
	var all []homecare.StaffMember
	for _, s := range everybody {
		if s.AccountID == account && s.Role != string(access.Integrator) {
			all = append(all, s)
		}
	}
	if len(all) == 0 {
		return homecare.StaffMember{}, false
	}
	if i := slices.IndexFunc(all, func(s homecare.StaffMember) bool {
		return s.Role == string(access.Petugas) && s.Profession != ""
	}); i >= 0 {
		return all[i], true
	}
	if i := slices.IndexFunc(all, func(s homecare.StaffMember) bool { return s.Profession != "" }); i >= 0 {
		return all[i], true
	}
	return all[0], true
}
