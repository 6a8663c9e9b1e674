package homecare

import (
	"time"
)

// Case (kasus) is one person in one programme, from proposal to end.
type Case struct {
	ID            string `json:"id" validate:"required" format:"uuid"`
	PatientID     string `json:"patient_id" validate:"required" format:"uuid"`
	PatientName   string `json:"patient_name" validate:"required"`
	VillageCode   string `json:"village_code,omitempty" example:"6311052001"`
	Village       string `json:"village,omitempty"`
	Programme     string `json:"programme" validate:"required" example:"kupinang"`
	SOPVersionID  string `json:"sop_version_id" validate:"required" format:"uuid"`
	SOPNumber     string `json:"sop_number" validate:"required" example:"SOP/25/UKM/PKM/THB/2022"`
	State         string `json:"state" validate:"required" enums:"proposed,approved,active,terminating,terminated,rejected,withdrawn"`
	Origin        string `json:"origin" validate:"required" enums:"ranked_list,walk_in,hospital_discharge,community_report,back_referral,other"`
	Reason        string `json:"reason" validate:"required"`
	TeamID        string `json:"team_id,omitempty" format:"uuid"`
	Ending        string `json:"ending,omitempty" enums:"death,refusal,referral,goals_reached,moved_away,lost_to_follow_up,merged,entered_in_error"`
	EndedOn       string `json:"ended_on,omitempty" format:"date"`
	ReopensCaseID string `json:"reopens_case_id,omitempty" format:"uuid"`
	// MergedIntoCaseID is the case that continues when this one ended as merged
	// because its person had two records.
	MergedIntoCaseID string `json:"merged_into_case_id,omitempty" format:"uuid"`
	// Demands is what the SOP version of this case requires.
	Demands CaseDemands `json:"demands" validate:"required"`
	// Allowed lists the actions that the caller may do now, by the state and the
	// caller's role or scope; never the decision on their own proposal.
	Allowed []string `json:"allowed" validate:"required"`
	// ProposedOn is the day of the proposal; proposed_at is when it was recorded.
	ProposedOn   string     `json:"proposed_on" validate:"required" format:"date"`
	ProposedAt   time.Time  `json:"proposed_at" validate:"required" format:"date-time"`
	ProposedBy   string     `json:"proposed_by" validate:"required" format:"uuid"`
	DecidedAt    *time.Time `json:"decided_at,omitempty" format:"date-time"`
	ActivatedAt  *time.Time `json:"activated_at,omitempty" format:"date-time"`
	TerminatedAt *time.Time `json:"terminated_at,omitempty" format:"date-time"`
	// Warnings are in the answer to an act, such as about a month whose report
	// was sent.
	Warnings []Warning `json:"warnings,omitempty"`
	Version  int64     `json:"version" validate:"required"`
	// Patient is the person as in GET /v1/patients/{id}; only with
	// expand=patient.
	Patient *Patient `json:"patient,omitempty"`

	// The following members are only in the answer for a single case.

	Team            []TeamMember      `json:"team,omitempty"`
	Review          *CaseReview       `json:"review,omitempty"`
	End             *CaseEnd          `json:"end,omitempty"`
	ReferralOutcome []ReferralOutcome `json:"referral_outcome,omitempty"`
	// TeamRecord is the team as in GET /v1/teams/{id}, if there is one; only
	// with expand=team. The member team always lists the current members.
	TeamRecord *Team `json:"team_record,omitempty"`
}

// CaseDemands is what a programme's SOP requires of a case.
type CaseDemands struct {
	Approval       string `json:"approval" validate:"required" enums:"kepala,none"`
	TeamMode       string `json:"team_mode" validate:"required" enums:"per_case,standing"`
	ReviewRequired bool   `json:"review_required"`
	// Endings lists the possible endings of a case.
	Endings []string `json:"endings" validate:"required"`
}

// NewCase is the body of POST /v1/cases: a proposal (usulan) with person, programme
// and reason.
type NewCase struct {
	ID            string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	PatientID     string `json:"patient_id" validate:"required,uuid" format:"uuid"`
	Programme     string `json:"programme" validate:"required,code" maxLength:"61" example:"kupinang"`
	Origin        string `json:"origin" validate:"required,oneof=ranked_list walk_in hospital_discharge community_report back_referral other" enums:"ranked_list,walk_in,hospital_discharge,community_report,back_referral,other"`
	Reason        string `json:"reason" validate:"required,text,max=1000" maxLength:"1000"`
	ReopensCaseID string `json:"reopens_case_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// ProposedOn is the day of the proposal on the device; empty: today. At most
	// 45 days back, not before the programme began in the puskesmas, and not
	// before the end of an earlier case of the person in the programme.
	ProposedOn string `bounds:"happened" json:"proposed_on,omitempty" validate:"omitempty,date" format:"date"`
	// PerformedBy is the account that proposed, on the staff on that day;
	// empty: the caller.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid"`
}

// ReopenCase is the body of POST /v1/cases/{id}/reopen: reason, origin, day and
// performer.
type ReopenCase struct {
	ID     string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	Origin string `json:"origin" validate:"required,oneof=ranked_list walk_in hospital_discharge community_report back_referral other" enums:"ranked_list,walk_in,hospital_discharge,community_report,back_referral,other"`
	Reason string `json:"reason" validate:"required,text,max=1000" maxLength:"1000"`
	// ProposedOn is the day of the proposal, as in POST /v1/cases; not before the
	// end of any case of the person and programme.
	ProposedOn string `bounds:"happened" json:"proposed_on,omitempty" validate:"omitempty,date" format:"date"`
	// PerformedBy is the account that proposed, on the staff on that day;
	// empty: the caller.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid"`
}

// CorrectCaseDays is the body of POST /v1/cases/{id}/correct-days: one or both days,
// and the reason.
type CorrectCaseDays struct {
	// ProposedOn is at most 45 days before the proposal was recorded.
	ProposedOn string `bounds:"happened" json:"proposed_on,omitempty" validate:"omitempty,date" format:"date"`
	// EndedOn is the day of the ending; for a death, the day of death of the
	// person.
	EndedOn string `bounds:"happened" json:"ended_on,omitempty" validate:"omitempty,date" format:"date"`
	Reason  string `json:"reason" validate:"required,text,max=1000" maxLength:"1000"`
}

// Why is the body of a transition that needs a reason.
type Why struct {
	Reason string `json:"reason" validate:"required,text,max=1000" maxLength:"1000"`
}

// ApproveCase is the body of POST /v1/cases/{id}/approve: an optional note.
type ApproveCase struct {
	Note string `json:"note,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
}

// CaseTeam is the body of POST /v1/cases/{id}/team: members where the
// programme forms a team per case, team_id where it has standing teams.
type CaseTeam struct {
	TeamID  string            `json:"team_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	Members []TeamMemberInput `json:"members,omitempty" validate:"omitempty,max=30,dive" maxItems:"30"`
	// Letter, if given, is the content of the letter of assignment of a team
	// per case. Without it: three months from today, no vehicle.
	Letter *AssignmentOrder `json:"letter,omitempty"`
	// From is the first day of the team, if it served before the letter was
	// issued; empty: now. Not in the future, not before the proposal.
	From string `bounds:"act" json:"from,omitempty" validate:"omitempty,date" format:"date"`
	// Reason is required when a team is replaced.
	Reason string `json:"reason,omitempty" validate:"omitempty,text,max=500" maxLength:"500"`
}

// PlannedService is one of the nine service types, with its recipient or
// subject.
type PlannedService struct {
	Type string `json:"type" validate:"required,oneof=limited_medical_care family_nursing_care nutrition high_risk_pregnancy high_risk_infant postpartum_neonatal elderly_care limited_laboratory family_education" enums:"limited_medical_care,family_nursing_care,nutrition,high_risk_pregnancy,high_risk_infant,postpartum_neonatal,elderly_care,limited_laboratory,family_education"`
	Note string `json:"note,omitempty" validate:"omitempty,text,max=500" maxLength:"500"`
}

// VisitFrequency is how often visits are planned: Times per Every weeks.
type VisitFrequency struct {
	Times      int `json:"times" validate:"required,min=1,max=14" minimum:"1" maximum:"14"`
	EveryWeeks int `json:"every_weeks" validate:"required,min=1,max=52" minimum:"1" maximum:"52"`
}

// ReviewCase is the body of POST /v1/cases/{id}/review: the team's plan.
type ReviewCase struct {
	Problems        []string         `json:"problems" validate:"required,min=1,max=20,dive,text,max=500" minItems:"1" maxItems:"20"`
	Goals           []string         `json:"goals" validate:"required,min=1,max=20,dive,text,max=500" minItems:"1" maxItems:"20"`
	PlannedServices []PlannedService `json:"planned_services" validate:"required,min=1,max=9,unique=Type,dive" minItems:"1" maxItems:"9"`
	VisitFrequency  VisitFrequency   `json:"visit_frequency"`
	// Participants are the accounts of the staff who took part.
	Participants []string `json:"participants" validate:"required,min=1,max=30,unique,dive,uuid" minItems:"1" maxItems:"30"`
	Note         string   `json:"note,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
}

// CaseReview (tinjauan kasus) is the team's plan for a case.
type CaseReview struct {
	ID              string           `json:"id" validate:"required" format:"uuid"`
	Problems        []string         `json:"problems" validate:"required"`
	Goals           []string         `json:"goals" validate:"required"`
	PlannedServices []PlannedService `json:"planned_services" validate:"required"`
	VisitFrequency  VisitFrequency   `json:"visit_frequency" validate:"required"`
	Participants    []string         `json:"participants" validate:"required"`
	Note            string           `json:"note,omitempty"`
	ReviewedAt      time.Time        `json:"reviewed_at" validate:"required" format:"date-time"`
	ReviewedBy      string           `json:"reviewed_by" validate:"required" format:"uuid"`
}

// CaseEnd is the body of POST /v1/cases/{id}/end. The member with the name of
// kind has the data of that kind. goals_reached, moved_away and
// lost_to_follow_up exist only where Dinkes enabled them for the programme.
// entered_in_error is for koordinator and Kepala, needs a note, and is counted
// nowhere.
type CaseEnd struct {
	Kind string `json:"kind" validate:"required,oneof=death refusal referral goals_reached moved_away lost_to_follow_up entered_in_error" enums:"death,refusal,referral,goals_reached,moved_away,lost_to_follow_up,entered_in_error"`
	// Date of death, refusal or referral; otherwise the last day of care.
	Date     string    `bounds:"happened" json:"date" validate:"required,date" format:"date"`
	Death    *Death    `json:"death,omitempty"`
	Refusal  *Refusal  `json:"refusal,omitempty"`
	Referral *Referral `json:"referral,omitempty"`
	Note     string    `json:"note,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
	// PerformedBy is the account that ended the case, on the staff on that day;
	// empty: the caller.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid"`
}

// Retraction is the body of POST /v1/cases/{id}/retract-refusal and of …/retract-death:
// reason, day, and the account that learned of it.
type Retraction struct {
	Reason string `json:"reason" validate:"required,text,max=1000" maxLength:"1000"`
	// RetractedOn is the day on which the family changed its mind or the mistake
	// was found. Not before the retracted act; empty: today.
	RetractedOn string `bounds:"happened" json:"retracted_on,omitempty" validate:"omitempty,date" format:"date"`
	// PerformedBy is the account that learned of it, on the staff on that day;
	// empty: the caller.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid"`
}

// Death (meninggal).
type Death struct {
	Place string `json:"place" validate:"required,oneof=home health_facility on_the_way elsewhere" enums:"home,health_facility,on_the_way,elsewhere"`
	Cause string `json:"cause" validate:"required,text,max=500" maxLength:"500"`
}

// Refusal (penolakan) is the content of the surat pernyataan menolak.
type Refusal struct {
	Reason   string `json:"reason" validate:"required,text,max=1000" maxLength:"1000"`
	Refused  string `json:"refused" validate:"required,text,max=500" maxLength:"500" example:"Kunjungan rumah lanjutan"`
	Signer   Signer `json:"signer"`
	Witness  string `json:"witness" validate:"required,name,max=200" maxLength:"200"`
	Risk     string `json:"risk" validate:"required,text,max=1000" maxLength:"1000"`
	Benefit  string `json:"benefit,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
	Instead  string `json:"alternatives,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
	Explains string `json:"explained_by" validate:"required,uuid" format:"uuid"`
}

// Signer is the signer of a refusal: the patient or a member of the family.
type Signer struct {
	Name     string `json:"name" validate:"required,name,max=200" maxLength:"200"`
	Relation string `json:"relation" validate:"required,oneof=self spouse child parent sibling grandchild other_family guardian" enums:"self,spouse,child,parent,sibling,grandchild,other_family,guardian"`
	NIK      string `json:"nik,omitempty" validate:"omitempty,numeric,len=16" maxLength:"16"`
	Age      *int   `json:"age,omitempty" validate:"omitempty,min=12,max=130" minimum:"12" maximum:"130"`
	Sex      string `json:"sex,omitempty" validate:"omitempty,oneof=male female" enums:"male,female"`
	Address  string `json:"address,omitempty" validate:"omitempty,text,max=300" maxLength:"300"`
	Phone    string `json:"phone,omitempty" validate:"omitempty,text,max=20" maxLength:"20"`
}

// ReferralDiagnosis is a working diagnosis by ICD-10. The name is required for
// a code that is not in the reference list.
type ReferralDiagnosis struct {
	Code string `json:"code" validate:"required,code,max=7" maxLength:"7" example:"E11.5"`
	Name string `json:"name,omitempty" validate:"omitempty,text,max=200" maxLength:"200"`
}

// Referral (rujukan) is the content of the surat rujukan.
type Referral struct {
	Hospital   string              `json:"hospital" validate:"required,name,max=200" maxLength:"200" example:"RSUD Balangan"`
	Unit       string              `json:"unit,omitempty" validate:"omitempty,name,max=120" maxLength:"120"`
	Diagnoses  []ReferralDiagnosis `json:"diagnoses" validate:"required,min=1,max=10,dive" minItems:"1" maxItems:"10"`
	Anamnesis  string              `json:"anamnesis" validate:"required,text,max=2000" maxLength:"2000"`
	Physical   string              `json:"physical" validate:"required,text,max=2000" maxLength:"2000"`
	Supporting string              `json:"supporting,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
	Therapy    string              `json:"therapy" validate:"required,text,max=1000" maxLength:"1000"`
	Purpose    string              `json:"purpose" validate:"required,text,max=500" maxLength:"500"`
	Urgency    string              `json:"urgency" validate:"required,oneof=emergency urgent elective" enums:"emergency,urgent,elective"`
	Transport  string              `json:"transport,omitempty" validate:"omitempty,text,max=120" maxLength:"120"`
	Remarks    string              `json:"remarks,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
	// SignedBy is the account that signs; empty: the caller.
	SignedBy string `json:"signed_by,omitempty" validate:"omitempty,uuid" format:"uuid"`
}

// NewReferralOutcome is the body of POST /v1/cases/{id}/referral-outcome: the
// hospital's answer.
type NewReferralOutcome struct {
	Result     string `json:"result" validate:"required,oneof=not_arrived treated_outpatient admitted discharged back_referred died other" enums:"not_arrived,treated_outpatient,admitted,discharged,back_referred,died,other"`
	OccurredOn string `bounds:"happened" json:"occurred_on" validate:"required,date" format:"date"`
	Note       string `json:"note,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
	// PerformedBy is the account that asked the hospital, on the staff on that
	// day; empty: the caller.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid"`
}

// ReferralOutcome is the answer of the receiving hospital.
type ReferralOutcome struct {
	ID         string    `json:"id" validate:"required" format:"uuid"`
	Result     string    `json:"result" validate:"required"`
	OccurredOn string    `json:"occurred_on" validate:"required" format:"date"`
	Note       string    `json:"note,omitempty"`
	RecordedAt time.Time `json:"recorded_at" validate:"required" format:"date-time"`
	RecordedBy string    `json:"recorded_by" validate:"required" format:"uuid"`
	// PerformedBy asked the hospital; recorded_by recorded the answer.
	PerformedBy string `json:"performed_by" validate:"required" format:"uuid"`
}

// CaseTransition is one step in a case's history (riwayat): the performer and
// the day (performed_by, happened_on), the recorder and the time (by_id, at),
// and the reason.
type CaseTransition struct {
	ID     string    `json:"id" validate:"required" format:"uuid"`
	Action string    `json:"action" validate:"required" example:"approve"`
	From   string    `json:"from,omitempty" example:"proposed"`
	To     string    `json:"to" validate:"required" example:"approved"`
	At     time.Time `json:"at" validate:"required" format:"date-time"`
	ByID   string    `json:"by_id" validate:"required" format:"uuid"`
	ByName string    `json:"by_name" validate:"required"`
	ByRole string    `json:"by_role" validate:"required" example:"kepala_puskesmas"`

	PerformedBy     string `json:"performed_by" validate:"required" format:"uuid"`
	PerformedByName string `json:"performed_by_name" validate:"required"`
	HappenedOn      string `json:"happened_on" validate:"required" format:"date"`
	Reason          string `json:"reason,omitempty"`
}
