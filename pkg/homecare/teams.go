package homecare

import (
	"time"
)

// Team (tim) is a team formed for one case, or a standing team by decree.
type Team struct {
	ID           string       `json:"id" validate:"required" format:"uuid"`
	Programme    string       `json:"programme" validate:"required" example:"homecare_sanggam"`
	Mode         string       `json:"mode" validate:"required" enums:"per_case,standing"`
	Name         string       `json:"name" validate:"required" example:"Tim Homecare Sanggam"`
	DecreeNumber string       `json:"decree_number,omitempty" example:"188.45/312/Kum/2022"`
	ValidFrom    string       `json:"valid_from" validate:"required" format:"date"`
	ValidUntil   string       `json:"valid_until,omitempty" format:"date"`
	Members      []TeamMember `json:"members" validate:"required"`
	// FormerMembers are members who left, newest first; only for a single team.
	FormerMembers []TeamMember `json:"former_members,omitempty"`
	CreatedAt     time.Time    `json:"created_at" validate:"required" format:"date-time"`
	Version       int64        `json:"version" validate:"required"`
}

// TeamMember (anggota tim) is one person's period in a team.
type TeamMember struct {
	AccountID  string     `json:"account_id" validate:"required" format:"uuid"`
	Name       string     `json:"name" validate:"required"`
	Profession string     `json:"profession" validate:"required" enums:"physician,nurse,midwife,nutritionist,lab_analyst,other"`
	Lead       bool       `json:"lead"`
	JoinedAt   time.Time  `json:"joined_at" validate:"required" format:"date-time"`
	LeftAt     *time.Time `json:"left_at,omitempty" format:"date-time"`
}

// TeamMemberInput names a member; the profession comes from the membership.
type TeamMemberInput struct {
	AccountID string `json:"account_id" validate:"required,uuid" format:"uuid"`
	// Lead marks the lead (ketua tim); exactly one member is the lead.
	Lead bool `json:"lead,omitempty"`
}

// NewTeam is the body of POST /v1/teams: a standing team, its decree and its members.
type NewTeam struct {
	ID           string            `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	Programme    string            `json:"programme" validate:"required,code" maxLength:"61" example:"homecare_sanggam"`
	Name         string            `json:"name" validate:"required,name,max=120" maxLength:"120"`
	DecreeNumber string            `json:"decree_number" validate:"required,text,max=120" maxLength:"120"`
	ValidFrom    string            `bounds:"act" json:"valid_from" validate:"required,date" format:"date"`
	ValidUntil   string            `bounds:"act" json:"valid_until,omitempty" validate:"omitempty,date" format:"date"`
	Members      []TeamMemberInput `json:"members" validate:"required,min=1,max=30,dive" minItems:"1" maxItems:"30"`
}

// TeamMembers is the body of POST /v1/teams/{id}/members: the complete new
// list.
type TeamMembers struct {
	Members []TeamMemberInput `json:"members" validate:"required,min=1,max=30,dive" minItems:"1" maxItems:"30"`
	Reason  string            `json:"reason" validate:"required,text,max=500" maxLength:"500"`
}

// AssignmentOrder is the content of a letter of assignment (surat tugas)
// besides the names. It has no field for a patient.
type AssignmentOrder struct {
	PeriodStart string `bounds:"plan" json:"period_start" validate:"required,date" format:"date"`
	PeriodEnd   string `bounds:"plan" json:"period_end" validate:"required,date" format:"date"`
	Vehicle     string `json:"vehicle,omitempty" validate:"omitempty,text,max=120" maxLength:"120" example:"Puskesmas keliling roda empat"`
	// Purpose; empty: the programme's usual sentence. No patient's name.
	Purpose string `json:"purpose,omitempty" validate:"omitempty,text,max=500" maxLength:"500"`
}

// TeamAssignment is the body of POST /v1/teams/{id}/assignment-letters: period,
// place, vehicle and purpose.
type TeamAssignment struct {
	AssignmentOrder
	Villages []string `json:"villages" validate:"required,min=1,max=40,unique,dive,numeric,len=10" minItems:"1" maxItems:"40" example:"6311052001"`
}
