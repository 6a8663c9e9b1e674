package homecare

import (
	"time"
)

// Team (tim) is a team formed for one case, or a standing team by decree.
type Team struct {
	ID        string `json:"id" validate:"required" format:"uuid"`
	Programme string `json:"programme" validate:"required" example:"homecare_sanggam"`
	// Whether the team was formed for one case, or stands by decree (tim tetap).
	Mode string `json:"mode" validate:"required,list=team_mode"`
	// The name of the team (nama tim); of a team per case, the name of the programme.
	Name string `json:"name" validate:"required" example:"Tim Homecare Sanggam"`
	// The number of the decree that forms the team (nomor surat keputusan); absent: a team per
	// case.
	DecreeNumber string `json:"decree_number,omitempty" example:"188.45/312/Kum/2022"`
	// The first day on which the decree is in force; of a team per case, the first day of the
	// team.
	ValidFrom string `json:"valid_from" validate:"required" format:"date"`
	// The last day on which the decree is in force; absent: no end.
	ValidUntil string `json:"valid_until,omitempty" format:"date"`
	// The members who serve now (anggota tim), the lead first.
	Members []TeamMember `json:"members" validate:"required"`
	// The members who left (mantan anggota), the last to leave first. Only in the answer for a
	// single team.
	FormerMembers []TeamMember `json:"former_members,omitempty"`
	CreatedAt     time.Time    `json:"created_at" validate:"required" format:"date-time"`
	// UpdatedAt is when the record last changed, by the database's clock.
	UpdatedAt time.Time `json:"updated_at" validate:"required" format:"date-time"`
	Version   int64     `json:"version" validate:"required"`
}

// TeamMember (anggota tim) is one person's period in a team.
type TeamMember struct {
	AccountID string `json:"account_id" validate:"required" format:"uuid"`
	// The name of the member (nama anggota) at the time of joining.
	Name string `json:"name" validate:"required"`
	// The profession of the member (profesi) at the time of joining.
	Profession string `json:"profession" validate:"required,list=profession"`
	// Whether the member is the lead (ketua tim).
	Lead bool `json:"lead"`
	// When the member began to serve in the team.
	JoinedAt time.Time `json:"joined_at" validate:"required" format:"date-time"`
	// When the member left the team; absent: the member still serves.
	LeftAt *time.Time `json:"left_at,omitempty" format:"date-time"`
}

// TeamMemberInput names a member; the profession comes from the membership.
type TeamMemberInput struct {
	// The account of a member of staff whose membership names a profession (GET /v1/staff).
	AccountID string `json:"account_id" validate:"required,uuid" format:"uuid"`
	// Whether the member is the lead (ketua tim). Exactly one member is.
	Lead bool `json:"lead,omitempty" example:"true"`
}

// NewTeam is the body of POST /v1/teams: a standing team, its decree and its members.
type NewTeam struct {
	ID string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// The programme (program), whose SOP must have standing teams.
	Programme string `json:"programme" validate:"required,code" maxLength:"61" example:"homecare_sanggam"`
	// The name of the team (nama tim).
	Name string `json:"name" validate:"required,name,max=120" maxLength:"120"`
	// The number of the decree that forms the team (nomor surat keputusan).
	DecreeNumber string `json:"decree_number" validate:"required,text,max=120" maxLength:"120"`
	// The first day on which the decree is in force. The members serve from then, but not
	// before their membership began.
	ValidFrom string `bounds:"act" json:"valid_from" validate:"required,date" format:"date"`
	// The last day on which the decree is in force, not before `valid_from`; absent: no end.
	ValidUntil string `bounds:"act" json:"valid_until,omitempty" validate:"omitempty,date" format:"date" example:"2027-12-31"`
	// The members (anggota tim), each once, exactly one of them the lead.
	Members []TeamMemberInput `json:"members" validate:"required,min=1,max=30,dive" minItems:"1" maxItems:"30"`
}

// TeamMembers is the body of POST /v1/teams/{id}/members: the complete new
// list.
type TeamMembers struct {
	// The complete new list (anggota tim), exactly one of them the lead. A member who is not in
	// it leaves the team now.
	Members []TeamMemberInput `json:"members" validate:"required,min=1,max=30,dive" minItems:"1" maxItems:"30"`
	// Why the team changes (alasan), kept in the audit trail.
	Reason string `json:"reason" validate:"required,text,max=500" maxLength:"500"`
}

// AssignmentOrder is the content of a letter of assignment (surat tugas)
// besides the names. It has no field for a patient.
type AssignmentOrder struct {
	// The first day of the assignment (waktu); for a standing team not before its decree is in
	// force.
	PeriodStart string `bounds:"plan" json:"period_start" validate:"required,date" format:"date"`
	// The last day of the assignment, not before `period_start`; for a standing team not after
	// its decree.
	PeriodEnd string `bounds:"plan" json:"period_end" validate:"required,date" format:"date"`
	// The vehicle (kendaraan); absent: left open on the letter.
	Vehicle string `json:"vehicle,omitempty" validate:"omitempty,text,max=120" maxLength:"120" example:"Puskesmas keliling roda empat"`
	// What the team is to do (tujuan penugasan), without the name of a patient; absent: the
	// usual sentence of the programme.
	Purpose string `json:"purpose,omitempty" validate:"omitempty,text,max=500" maxLength:"500"`
}

// TeamAssignment is the body of POST /v1/teams/{id}/assignment-letters: period,
// place, vehicle and purpose.
type TeamAssignment struct {
	AssignmentOrder
	// The villages of the assignment (desa/kelurahan): codes of GET /v1/villages, printed by
	// name.
	Villages []string `json:"villages" validate:"required,min=1,max=40,unique,dive,numeric,len=10" minItems:"1" maxItems:"40" example:"6311052001"`
}
