package homecare

import (
	"time"
)

// Case (kasus) is one person in one programme, from proposal to end.
type Case struct {
	ID          string `json:"id" validate:"required" format:"uuid"`
	PatientID   string `json:"patient_id" validate:"required" format:"uuid"`
	PatientName string `json:"patient_name" validate:"required"`
	// The code of the person's village (kode desa atau kelurahan), ten digits; absent: not
	// known.
	Village string `json:"village,omitempty" example:"6311052001"`
	// The name of the person's village (nama desa atau kelurahan); absent: not known.
	VillageName string `json:"village_name,omitempty"`
	Programme   string `json:"programme" validate:"required" example:"kupinang"`
	// The version of the SOP in force on the day of the proposal (GET /v1/sops). The case keeps
	// it to its end.
	SOPVersionID string `json:"sop_version_id" validate:"required" format:"uuid"`
	// The number of the SOP under which the case runs (nomor dokumen SOP).
	SOPNumber string `json:"sop_number" validate:"required" example:"SOP/25/UKM/PKM/THB/2022"`
	// The state of the case (status kasus). `terminating`: the care was refused, and the signed
	// letter is still missing.
	State string `json:"state" validate:"required,list=case_state"`
	// How the person came to the programme (asal usulan), as the proposal says.
	Origin string `json:"origin" validate:"required,list=case_origin"`
	// Why the case was proposed (alasan usulan).
	Reason string `json:"reason" validate:"required"`
	// The team that has the case (tim); absent: none was formed yet.
	TeamID string `json:"team_id,omitempty" format:"uuid"`
	// How the case ended (cara berakhir); absent: it has not. In `terminating` it is `refusal`
	// already. `merged` and `entered_in_error` are counted nowhere.
	Ending string `json:"ending,omitempty" validate:"omitempty,list=termination_reason"`
	// The business day on which the case ended (tanggal berakhir); of a death, the day of
	// death. Absent: it has not ended.
	EndedOn string `json:"ended_on,omitempty" format:"date"`
	// The ended case that this one continues, for example after a back referral (rujuk balik);
	// absent: none.
	ReopensCaseID string `json:"reopens_case_id,omitempty" format:"uuid"`
	// MergedIntoCaseID is the case that continues when this one ended as merged
	// because its person had two records.
	MergedIntoCaseID string `json:"merged_into_case_id,omitempty" format:"uuid"`
	// Demands is what the SOP version of this case requires.
	Demands CaseDemands `json:"demands" validate:"required"`
	// Allowed lists the actions that the caller may do now, by the state and the
	// caller's role or scope; never the decision on their own proposal.
	Allowed []string `json:"allowed" validate:"required,dive,list=case_act"`
	// The business day of the proposal (tanggal usulan), on which it counts.
	ProposedOn string `json:"proposed_on" validate:"required" format:"date"`
	// When the proposal was recorded, by the server's clock.
	ProposedAt time.Time `json:"proposed_at" validate:"required" format:"date-time"`
	// The account that proposed the case (pengusul). Neither it nor the account that recorded
	// the proposal may approve or reject it.
	ProposedBy string `json:"proposed_by" validate:"required" format:"uuid"`
	// When Kepala approved or rejected the proposal; absent: not decided, withdrawn, or the SOP
	// needs no approval.
	DecidedAt *time.Time `json:"decided_at,omitempty" format:"date-time"`
	// When the care began (mulai dilayani): the case became `active`, or its team served from
	// an earlier day. Absent: not yet.
	ActivatedAt *time.Time `json:"activated_at,omitempty" format:"date-time"`
	// When the case was closed, by the server's clock; for a refusal, when the signed letter
	// was attached. Absent: it is not closed.
	TerminatedAt *time.Time `json:"terminated_at,omitempty" format:"date-time"`
	// Warnings are in the answer to an act, such as about a month whose report
	// was sent.
	Warnings []Warning `json:"warnings,omitempty" example:"-"`
	// UpdatedAt is when the record last changed, by the database's clock.
	UpdatedAt time.Time `json:"updated_at" validate:"required" format:"date-time"`
	Version   int64     `json:"version" validate:"required"`
	// Patient is the person as in GET /v1/patients/{id}; only with
	// expand=patient.
	Patient *Patient `json:"patient,omitempty"`

	// The members who serve now (anggota tim), the lead first; absent: no team yet. Only in the
	// answer for a single case.
	Team []TeamMember `json:"team,omitempty"`
	// The latest review (tinjauan kasus); absent: none yet. Only in the answer for a single
	// case.
	Review *CaseReview `json:"review,omitempty"`
	// The details of the ending, only in the answer for a single case; absent: it has not
	// ended, ended as `merged`, or its record was destroyed. A machine client reads no identity
	// or phone number of a signer.
	End *CaseEnd `json:"end,omitempty"`
	// The answers of the receiving hospital (jawaban rujukan), oldest first; absent: none. Only
	// in the answer for a single case.
	ReferralOutcome []ReferralOutcome `json:"referral_outcome,omitempty"`
	// TeamRecord is the team as in GET /v1/teams/{id}, if there is one; only
	// with expand=team. The member team always lists the current members.
	TeamRecord *Team `json:"team_record,omitempty"`
}

// CaseDemands is what a programme's SOP requires of a case.
type CaseDemands struct {
	// Who approves a proposal (persetujuan usulan); `none`: it is approved at once.
	Approval string `json:"approval" validate:"required,list=approval"`
	// Whether a team is formed for the case (`per_case`), or a standing team by decree takes it
	// (`standing`).
	TeamMode string `json:"team_mode" validate:"required,list=team_mode"`
	// Whether the case needs a review (tinjauan kasus) before it becomes active.
	ReviewRequired bool `json:"review_required"`
	// The endings that a caller may choose for a case (cara berakhir): those of the SOP, those
	// that Dinkes enabled, and `entered_in_error`.
	Endings []string `json:"endings" validate:"required,dive,list=termination_reason"`
}

// NewCase is the body of POST /v1/cases: a proposal (usulan) with person, programme
// and reason.
type NewCase struct {
	ID        string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	PatientID string `json:"patient_id" validate:"required,uuid" format:"uuid"`
	// The programme (program), which the puskesmas must run on the day of the proposal.
	Programme string `json:"programme" validate:"required,code" maxLength:"61" example:"homecare_sanggam"`
	// How the person came to the programme (asal usulan).
	Origin string `json:"origin" validate:"required,list=case_origin"`
	// Why the person needs the programme (alasan usulan).
	Reason string `json:"reason" validate:"required,text,max=1000" maxLength:"1000"`
	// An ended case of the same person and programme that this one continues; absent: none. It
	// may not have been entered in error.
	ReopensCaseID string `json:"reopens_case_id,omitempty" validate:"omitempty,uuid" format:"uuid" example:"-"`
	// ProposedOn is the day of the proposal on the device; empty: today. At most
	// 45 days back, not before the programme began in the puskesmas, and not
	// before the end of an earlier case of the person in the programme.
	ProposedOn string `bounds:"happened" json:"proposed_on,omitempty" validate:"omitempty,date" format:"date" example:"-"`
	// PerformedBy is the account that proposed, on the staff on that day;
	// empty: the caller.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid" example:"-"`
}

// ReopenCase is the body of POST /v1/cases/{id}/reopen: reason, origin, day and
// performer.
type ReopenCase struct {
	// The id of the new case: a UUID version 7; absent: the server makes it.
	ID string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// How the person came back to the programme (asal usulan).
	Origin string `json:"origin" validate:"required,list=case_origin"`
	// Why the care continues (alasan usulan).
	Reason string `json:"reason" validate:"required,text,max=1000" maxLength:"1000"`
	// ProposedOn is the day of the proposal, as in POST /v1/cases; not before the
	// end of any case of the person and programme.
	ProposedOn string `bounds:"happened" json:"proposed_on,omitempty" validate:"omitempty,date" format:"date" example:"-"`
	// PerformedBy is the account that proposed, on the staff on that day;
	// empty: the caller.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid" example:"-"`
}

// CorrectCaseDays is the body of POST /v1/cases/{id}/correct-days: one or both days,
// and the reason.
type CorrectCaseDays struct {
	// ProposedOn is at most 45 days before the proposal was recorded.
	ProposedOn string `bounds:"happened" json:"proposed_on,omitempty" validate:"omitempty,date" format:"date"`
	// EndedOn is the day of the ending; for a death, the day of death of the
	// person.
	EndedOn string `bounds:"happened" json:"ended_on,omitempty" validate:"omitempty,date" example:"-" format:"date"`
	// Why the days are corrected (alasan perbaikan), kept in the history of the case.
	Reason string `json:"reason" validate:"required,text,max=1000" maxLength:"1000"`
}

// Why is the body of a transition that needs a reason.
type Why struct {
	// Why this is done (alasan), kept in the record's history or in the audit trail.
	Reason string `json:"reason" validate:"required,text,max=1000" maxLength:"1000"`
}

// ApproveCase is the body of POST /v1/cases/{id}/approve: an optional note.
type ApproveCase struct {
	// A remark on the approval (catatan), kept in the history of the case as its `reason`.
	Note string `json:"note,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
}

// CaseTeam is the body of POST /v1/cases/{id}/team: members where the
// programme forms a team per case, team_id where it has standing teams.
type CaseTeam struct {
	// The standing team (tim tetap) that takes the case. Required where `demands.team_mode` is
	// `standing`, else refused.
	TeamID string `json:"team_id,omitempty" validate:"omitempty,uuid" example:"-" format:"uuid"`
	// The complete team (anggota tim), exactly one the lead. Required where `demands.team_mode`
	// is `per_case`, else refused.
	Members []TeamMemberInput `json:"members,omitempty" validate:"omitempty,max=30,dive" maxItems:"30"`
	// The content of the letter of assignment (surat tugas) of a team per case. Absent: three
	// months from the first day of the team, no vehicle, the usual purpose.
	Letter *AssignmentOrder `json:"letter,omitempty"`
	// From is the first day of the team, if it served before the letter was
	// issued; empty: now. Not in the future, not before the proposal.
	From string `bounds:"act" json:"from,omitempty" validate:"omitempty,date" format:"date" example:"-"`
	// Why the team is replaced (alasan). Required if the case has a team already.
	Reason string `json:"reason,omitempty" validate:"omitempty,text,max=500" maxLength:"500"`
}

// PlannedService is one of the nine service types, with its recipient or
// subject.
type PlannedService struct {
	// The service type (jenis pelayanan, SOP HS 4), as in GET /v1/service-types.
	Type string `json:"type" validate:"required,list=service_type"`
	// For whom the service is, or what it is about (catatan).
	Note string `json:"note,omitempty" validate:"omitempty,text,max=500" maxLength:"500"`
}

// VisitFrequency is how often visits are planned (frekuensi kunjungan).
type VisitFrequency struct {
	// The number of visits (jumlah kunjungan) in each period of `every_weeks` weeks.
	Times int `json:"times" validate:"required,min=1,max=14" minimum:"1" maximum:"14"`
	// The length of the period in weeks (minggu).
	EveryWeeks int `json:"every_weeks" validate:"required,min=1,max=52" minimum:"1" maximum:"52"`
}

// ReviewCase is the body of POST /v1/cases/{id}/review: the team's plan.
type ReviewCase struct {
	// The problems of the person (masalah kesehatan), one text each.
	Problems []string `json:"problems" validate:"required,min=1,max=20,dive,text,max=500" minItems:"1" maxItems:"20"`
	// What the care is to reach (tujuan), one text each.
	Goals []string `json:"goals" validate:"required,min=1,max=20,dive,text,max=500" minItems:"1" maxItems:"20"`
	// The planned services (rencana pelayanan), each type at most once.
	PlannedServices []PlannedService `json:"planned_services" validate:"required,min=1,max=9,unique=Type,dive" minItems:"1" maxItems:"9"`
	// How often the team is to visit (frekuensi kunjungan).
	VisitFrequency VisitFrequency `json:"visit_frequency"`
	// The accounts of the staff who took part (peserta tinjauan).
	Participants []string `json:"participants" validate:"required,min=1,max=30,unique,dive,uuid" minItems:"1" maxItems:"30"`
	// A remark on the review (catatan).
	Note string `json:"note,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
}

// CaseReview (tinjauan kasus) is the team's plan for a case.
type CaseReview struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// The problems of the person (masalah kesehatan), one text each.
	Problems []string `json:"problems" validate:"required"`
	// What the care is to reach (tujuan), one text each.
	Goals []string `json:"goals" validate:"required"`
	// The planned services (rencana pelayanan), each type at most once.
	PlannedServices []PlannedService `json:"planned_services" validate:"required"`
	// How often the team is to visit (frekuensi kunjungan).
	VisitFrequency VisitFrequency `json:"visit_frequency" validate:"required"`
	// The accounts of the staff who took part (peserta tinjauan).
	Participants []string `json:"participants" validate:"required" format:"uuid"`
	// A remark on the review (catatan); absent: none.
	Note string `json:"note,omitempty"`
	// When the review was recorded, by the server's clock.
	ReviewedAt time.Time `json:"reviewed_at" validate:"required" format:"date-time"`
	// The account that recorded the review.
	ReviewedBy string `json:"reviewed_by" validate:"required" format:"uuid"`
}

// CaseEnd is the body of POST /v1/cases/{id}/end. The member with the name of
// kind has the data of that kind. goals_reached, moved_away and
// lost_to_follow_up exist only where Dinkes enabled them for the programme.
// entered_in_error is for koordinator and Kepala, needs a note, and is counted
// nowhere.
type CaseEnd struct {
	// How the case ends (cara berakhir). `demands.endings` lists those of the case; its state
	// may allow fewer.
	Kind string `json:"kind" union:"true" validate:"required,list=termination_reason death refusal referral goals_reached moved_away lost_to_follow_up entered_in_error"`
	// The business day of the death, the refusal or the referral; otherwise the last day of
	// care.
	Date string `bounds:"happened" json:"date" validate:"required,date" format:"date"`
	// The details of the death (meninggal). Required for the kind `death`, else refused.
	Death *Death `json:"death,omitempty" when:"death"`
	// The content of the letter of refusal (surat pernyataan menolak). Required for the kind
	// `refusal`, else refused.
	Refusal *Refusal `json:"refusal,omitempty" when:"refusal"`
	// The content of the referral letter (surat rujukan). Required for the kind `referral`,
	// else refused.
	Referral *Referral `json:"referral,omitempty" when:"referral"`
	// A remark on the ending (catatan). Required for `entered_in_error`: what was entered in
	// error.
	Note string `json:"note,omitempty" needed:"entered_in_error" validate:"omitempty,text,max=1000" maxLength:"1000"`
	// PerformedBy is the account that ended the case, on the staff on that day;
	// empty: the caller.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid" example:"-"`
}

// Retraction is the body of POST /v1/cases/{id}/retract-refusal and of …/retract-death:
// reason, day, and the account that learned of it.
type Retraction struct {
	// Why the refusal or the death is taken back (alasan pencabutan), kept in the history of
	// the case.
	Reason string `json:"reason" validate:"required,text,max=1000" maxLength:"1000"`
	// RetractedOn is the day on which the family changed its mind or the mistake
	// was found. Not before the retracted act; empty: today.
	RetractedOn string `bounds:"happened" json:"retracted_on,omitempty" validate:"omitempty,date" format:"date"`
	// PerformedBy is the account that learned of it, on the staff on that day;
	// empty: the caller.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid" example:"-"`
}

// Death (meninggal).
type Death struct {
	// Where the person died (tempat meninggal).
	Place string `json:"place" validate:"required,list=death_place"`
	// The cause of death (penyebab kematian), in words.
	Cause string `json:"cause" validate:"required,text,max=500" maxLength:"500"`
}

// Refusal (penolakan) is the content of the surat pernyataan menolak.
type Refusal struct {
	// Why the care is refused (alasan menolak), as printed on the letter.
	Reason string `json:"reason" validate:"required,text,max=1000" maxLength:"1000"`
	// The care that is refused (pelayanan yang ditolak).
	Refused string `json:"refused" validate:"required,text,max=500" maxLength:"500" example:"Kunjungan rumah lanjutan"`
	// Who signs the letter (yang menyatakan): the patient or a member of the family.
	Signer Signer `json:"signer"`
	// The name of the witness who signs (saksi).
	Witness string `json:"witness" validate:"required,name,max=200" maxLength:"200"`
	// The risk of refusing that was explained (risiko).
	Risk string `json:"risk" validate:"required,text,max=1000" maxLength:"1000"`
	// The benefit of the care that was explained (manfaat); absent: left open on the letter.
	Benefit string `json:"benefit,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
	// The alternatives that were explained (alternatif); absent: left open on the letter.
	Instead string `json:"alternatives,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
	// The account that explained risk, benefit and alternatives and signs as the officer
	// (petugas), on the staff on the day of the refusal.
	Explains string `json:"explained_by" validate:"required,uuid" format:"uuid"`
}

// Signer is the signer of a refusal: the patient or a member of the family.
type Signer struct {
	// The name of the signer (nama), as printed on the letter.
	Name string `json:"name" validate:"required,name,max=200" maxLength:"200"`
	// The relation to the patient (hubungan dengan pasien). For `self`, the letter takes
	// identity number, sex, address and phone from the patient's record where they are absent
	// here.
	Relation string `json:"relation" validate:"required,list=signer_relation"`
	// The national identity number of the signer (Nomor Induk Kependudukan), 16 digits.
	NIK string `json:"nik,omitempty" validate:"omitempty,numeric,len=16" maxLength:"16"`
	// The age of the signer in years (umur); absent: left open on the letter.
	Age *int `json:"age,omitempty" validate:"omitempty,min=12,max=130" minimum:"12" maximum:"130"`
	// The sex of the signer (jenis kelamin).
	Sex string `json:"sex,omitempty" validate:"omitempty,list=sex male female"`
	// The address of the signer (alamat).
	Address string `json:"address,omitempty" validate:"omitempty,text,max=300" maxLength:"300"`
	// The telephone number of the signer (nomor telepon).
	Phone string `json:"phone,omitempty" validate:"omitempty,text,max=20" maxLength:"20"`
}

// ReferralDiagnosis is a working diagnosis by ICD-10. The name is required for
// a code that is not in the reference list.
type ReferralDiagnosis struct {
	// The ICD-10 code (kode ICD-10), with its dot. GET /v1/diagnosis-codes lists the usual
	// ones; others are accepted.
	Code string `json:"code" validate:"required,code,max=7" maxLength:"7" example:"E11.5"`
	// The name of the diagnosis (nama diagnosis); absent: the Indonesian name in GET
	// /v1/diagnosis-codes.
	Name string `json:"name,omitempty" validate:"omitempty,text,max=200" maxLength:"200"`
}

// Referral (rujukan) is the content of the surat rujukan.
type Referral struct {
	// The receiving hospital (rumah sakit tujuan).
	Hospital string `json:"hospital" validate:"required,name,max=200" maxLength:"200" example:"RSUD Balangan"`
	// The clinic or unit of the hospital (poli/unit); absent: left open on the letter.
	Unit string `json:"unit,omitempty" validate:"omitempty,name,max=120" maxLength:"120"`
	// The working diagnoses (diagnosis kerja), the main one first.
	Diagnoses []ReferralDiagnosis `json:"diagnoses" validate:"required,min=1,max=10,dive" minItems:"1" maxItems:"10"`
	// The complaints and the history (anamnesis).
	Anamnesis string `json:"anamnesis" validate:"required,text,max=2000" maxLength:"2000"`
	// The findings of the physical examination (pemeriksaan fisik).
	Physical string `json:"physical" validate:"required,text,max=2000" maxLength:"2000"`
	// The findings of other examinations, such as laboratory (pemeriksaan penunjang); absent:
	// none.
	Supporting string `json:"supporting,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
	// The therapy or measures given so far (terapi/tindakan yang telah diberikan).
	Therapy string `json:"therapy" validate:"required,text,max=1000" maxLength:"1000"`
	// What the hospital is asked to do (tujuan rujukan).
	Purpose string `json:"purpose" validate:"required,text,max=500" maxLength:"500"`
	// The category of the referral (kategori rujukan).
	Urgency string `json:"urgency" validate:"required,list=referral_urgency"`
	// How the patient gets to the hospital (transportasi).
	Transport string `json:"transport,omitempty" validate:"omitempty,text,max=120" maxLength:"120"`
	// Further remarks on the letter (keterangan).
	Remarks string `json:"remarks,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
	// The account that signs the letter, on the staff on the day of the referral; absent: the
	// caller.
	SignedBy string `json:"signed_by,omitempty" validate:"omitempty,uuid" format:"uuid"`
}

// NewReferralOutcome is the body of POST /v1/cases/{id}/referral-outcome: the
// hospital's answer.
type NewReferralOutcome struct {
	// What the hospital reports (jawaban rujukan). `died` records the death of the person and
	// ends their open cases.
	Result string `json:"result" validate:"required,list=referral_result"`
	// The business day on which the reported result happened, not before the referral.
	OccurredOn string `bounds:"happened" json:"occurred_on" validate:"required,date" format:"date"`
	// The details (catatan). Required for `died`: the cause of death.
	Note string `json:"note,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
	// PerformedBy is the account that asked the hospital, on the staff on that
	// day; empty: the caller.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid" example:"-"`
}

// ReferralOutcome is the answer of the receiving hospital.
type ReferralOutcome struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// What the hospital reported (jawaban rujukan): a code of POST
	// /v1/cases/{id}/referral-outcome.
	Result string `json:"result" validate:"required,list=referral_result"`
	// The business day on which the reported result happened.
	OccurredOn string `json:"occurred_on" validate:"required" format:"date"`
	// The details (catatan); for `died`, the cause of death. Absent: none.
	Note string `json:"note,omitempty"`
	// When the answer was recorded, by the server's clock.
	RecordedAt time.Time `json:"recorded_at" validate:"required" format:"date-time"`
	// The account that recorded the answer.
	RecordedBy string `json:"recorded_by" validate:"required" format:"uuid"`
	// The account that asked the hospital (pelaksana).
	PerformedBy string `json:"performed_by" validate:"required" format:"uuid"`
}

// CaseTransition is one step in a case's history (riwayat): the performer and
// the day (performed_by, happened_on), the recorder and the time (by_id, at),
// and the reason.
type CaseTransition struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// The act on the case: the last step of the address of its route, or `propose`, `merge`,
	// `unmerge`.
	Action string `json:"action" validate:"required" example:"approve"`
	// The state before; absent: the case was proposed.
	From string `json:"from,omitempty" validate:"omitempty,list=case_state" example:"proposed"`
	// The state after; the same as `from` where the act does not change it.
	To string `json:"to" validate:"required,list=case_state" example:"approved"`
	// When the step was recorded, by the server's clock.
	At time.Time `json:"at" validate:"required" format:"date-time"`
	// The account that recorded the step.
	ByID string `json:"by_id" validate:"required" format:"uuid"`
	// The name of the recorder (pencatat) at that time.
	ByName string `json:"by_name" validate:"required"`
	// The role in which the step was recorded (peran).
	ByRole string `json:"by_role" validate:"required,list=role" example:"kepala_puskesmas"`

	// The account that performed the step (pelaksana).
	PerformedBy string `json:"performed_by" validate:"required" format:"uuid"`
	// The name of the performer (nama pelaksana) at that time; empty: not known.
	PerformedByName string `json:"performed_by_name" validate:"required"`
	// The business day on which the step was performed.
	HappenedOn string `json:"happened_on" validate:"required" format:"date"`
	// The reason or the note given (alasan); of an ending, the reason of the refusal, the
	// purpose of the referral or the cause of death. Absent: none.
	Reason string `json:"reason,omitempty"`
}
