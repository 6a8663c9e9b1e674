package app

import (
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/docs"
	"github.com/balangan/homecare/internal/platform/rest"
)

// Who may call a route. docs/roles.md is generated from this table.
var (
	everyone    = auth.Roles
	staff       = by(auth.Kepala, auth.Koordinator, auth.Petugas)
	office      = by(auth.Kepala, auth.Koordinator)
	kepala      = by(auth.Kepala)
	koordinator = by(auth.Koordinator)
	fieldStaff  = by(auth.Koordinator, auth.Petugas)
	dinkes      = by(auth.DinkesAdmin, auth.DinkesAnalyst)
	dinkesAdmin = by(auth.DinkesAdmin)
	reporters   = by(auth.DinkesAdmin, auth.DinkesAnalyst, auth.Kepala, auth.Koordinator)
	auditors    = by(auth.DinkesAdmin, auth.Kepala)
)

func by(roles ...auth.Role) []auth.Role { return roles }

// Routes is the whole route table: method, path, who, what, and what it
// demands beyond its method's rule (see rest.Flag).
func (a *App) Routes() []rest.Route {
	return append(docs.Routes(), []rest.Route{
		// identity
		{Method: "POST", Path: "/v1/auth/login", Handler: a.identity.PostLogin(), Flags: rest.Public},
		{Method: "POST", Path: "/v1/auth/refresh", Handler: a.identity.PostRefresh(), Flags: rest.Public},
		{Method: "POST", Path: "/v1/auth/sign-out", By: everyone, Handler: a.identity.PostSignOut(), Flags: rest.NoKey},
		{Method: "POST", Path: "/v1/auth/sign-out-everywhere", By: everyone, Handler: a.identity.PostSignOutEverywhere(), Flags: rest.NoKey},
		{Method: "GET", Path: "/.well-known/jwks.json", Handler: a.identity.GetJWKS(), Flags: rest.Public | rest.Cached},
		{Method: "GET", Path: "/v1/me", By: everyone, Handler: a.identity.GetMe()},
		{Method: "GET", Path: "/v1/sessions", By: everyone, Handler: a.identity.GetSessions()},
		{Method: "DELETE", Path: "/v1/sessions/:id", By: everyone, Handler: a.identity.DeleteSession()},
		{Method: "GET", Path: "/v1/staff", By: staff, Handler: a.identity.GetStaff()},

		// reference and programmes
		{Method: "GET", Path: "/v1/puskesmas", By: everyone, Handler: a.puskesmas.GetAll(), Flags: rest.Cached},
		{Method: "GET", Path: "/v1/villages", By: everyone, Handler: a.puskesmas.GetVillages(), Flags: rest.Cached},
		{Method: "GET", Path: "/v1/programmes", By: everyone, Handler: a.puskesmas.GetProgrammes(), Flags: rest.Cached},
		{Method: "POST", Path: "/v1/programmes/:code/sops", By: dinkesAdmin, Handler: a.puskesmas.PostSOP(), Flags: rest.OnRecord},
		{Method: "GET", Path: "/v1/sops", By: everyone, Handler: a.puskesmas.GetSOPs(), Flags: rest.Cached},
		{Method: "GET", Path: "/v1/service-types", By: everyone, Handler: a.puskesmas.GetServiceTypes(), Flags: rest.Cached},
		{Method: "GET", Path: "/v1/reference/:list", By: everyone, Handler: a.puskesmas.GetReferenceList(), Flags: rest.Cached},
		{Method: "GET", Path: "/v1/diagnosis-codes", By: everyone, Handler: a.puskesmas.GetDiagnoses(), Flags: rest.Cached},
		{Method: "GET", Path: "/v1/vital-ranges", By: everyone, Handler: a.puskesmas.GetVitalRanges(), Flags: rest.Cached},
		{Method: "GET", Path: "/v1/instruments", By: everyone, Handler: a.puskesmas.GetInstruments(), Flags: rest.Cached},
		{Method: "GET", Path: "/v1/instruments/:code", By: everyone, Handler: a.puskesmas.GetInstrument(), Flags: rest.Cached},

		// registry, imports, priorities
		{Method: "POST", Path: "/v1/patients", By: by(auth.Koordinator, auth.Petugas), Handler: a.patient.PostPatient()},
		{Method: "GET", Path: "/v1/patients", By: staff, Handler: a.patient.GetPatients()},
		{Method: "POST", Path: "/v1/patients/search", By: staff, Handler: a.patient.PostSearch(), Flags: rest.NoKey},
		{Method: "GET", Path: "/v1/patients/:id", By: staff, Handler: a.patient.GetPatient()},
		{Method: "PATCH", Path: "/v1/patients/:id", By: by(auth.Koordinator, auth.Petugas), Handler: a.patient.PatchPatient()},
		{Method: "POST", Path: "/v1/patients/:id/reveal", By: staff, Handler: a.patient.PostReveal(), Flags: rest.StepUp},
		{Method: "POST", Path: "/v1/patients/:id/void", By: koordinator, Handler: a.patient.PostVoid(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/patients/:id/merge", By: koordinator, Handler: a.patient.PostMerge(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "GET", Path: "/v1/patients/:id/timeline", By: staff, Handler: a.patient.GetTimeline()},
		{Method: "GET", Path: "/v1/patients/:id/sources", By: staff, Handler: a.patient.GetSources()},
		{Method: "GET", Path: "/v1/patients/:id/risk-factors", By: staff, Handler: a.intake.GetRiskFactors()},
		{Method: "POST", Path: "/v1/patients/:id/priority-adjustment", By: koordinator, Handler: a.intake.PostAdjustment()},
		{Method: "GET", Path: "/v1/households/:id", By: staff, Handler: a.patient.GetHousehold()},
		{Method: "POST", Path: "/v1/imports", By: koordinator, Handler: a.intake.PostImport(), Flags: rest.Upload | rest.Long},
		{Method: "GET", Path: "/v1/imports", By: office, Handler: a.intake.GetImports()},
		{Method: "GET", Path: "/v1/imports/:id", By: office, Handler: a.intake.GetImport()},
		{Method: "GET", Path: "/v1/imports/:id/rows", By: office, Handler: a.intake.GetImportRows()},
		{Method: "POST", Path: "/v1/imports/:id/commit", By: koordinator, Handler: a.intake.PostCommit(), Flags: rest.OnRecord | rest.DryRun | rest.Long},
		{Method: "POST", Path: "/v1/imports/:id/discard", By: koordinator, Handler: a.intake.PostDiscard(), Flags: rest.OnRecord},
		{Method: "GET", Path: "/v1/duplicates", By: office, Handler: a.intake.GetDuplicates()},
		{Method: "POST", Path: "/v1/duplicates/:id/merge", By: koordinator, Handler: a.intake.PostDuplicateMerge(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/duplicates/:id/dismiss", By: koordinator, Handler: a.intake.PostDuplicateDismiss(), Flags: rest.OnRecord},
		{Method: "GET", Path: "/v1/recap", By: staff, Handler: a.intake.GetRecap()},
		{Method: "GET", Path: "/v1/priorities", By: staff, Handler: a.intake.GetPriorities()},
		{Method: "POST", Path: "/v1/priorities/recompute", By: koordinator, Handler: a.intake.PostRecompute(), Flags: rest.Long},
		{Method: "GET", Path: "/v1/priority-rules", By: everyone, Handler: a.intake.GetRuleSets(), Flags: rest.Cached},
		{Method: "POST", Path: "/v1/priority-rules", By: dinkesAdmin, Handler: a.intake.PostRuleSet()},
		{Method: "GET", Path: "/v1/risk-codes", By: everyone, Handler: a.intake.GetRiskCodes(), Flags: rest.Cached},

		// teams, cases, documents
		{Method: "POST", Path: "/v1/teams", By: kepala, Handler: a.team.PostTeam()},
		{Method: "GET", Path: "/v1/teams", By: staff, Handler: a.team.GetTeams()},
		{Method: "GET", Path: "/v1/teams/:id", By: staff, Handler: a.team.GetTeam()},
		{Method: "POST", Path: "/v1/teams/:id/members", By: kepala, Handler: a.team.PostMembers(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/teams/:id/assignment-letters", By: kepala, Handler: a.document.PostTeamAssignment(), Flags: rest.DryRun},
		{Method: "POST", Path: "/v1/cases", By: fieldStaff, Handler: a.episode.PostCase()},
		{Method: "GET", Path: "/v1/cases", By: staff, Handler: a.episode.GetCases()},
		{Method: "GET", Path: "/v1/cases/:id", By: staff, Handler: a.episode.GetCase()},
		{Method: "GET", Path: "/v1/cases/:id/history", By: staff, Handler: a.episode.GetHistory()},
		{Method: "POST", Path: "/v1/cases/:id/approve", By: kepala, Handler: a.episode.PostApprove(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/cases/:id/reject", By: kepala, Handler: a.episode.PostReject(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/cases/:id/withdraw", By: fieldStaff, Handler: a.episode.PostWithdraw(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/cases/:id/team", By: kepala, Handler: a.episode.PostFormTeam(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/cases/:id/review", By: fieldStaff, Handler: a.episode.PostReview(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/cases/:id/end", By: staff, Handler: a.episode.PostEnd(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/cases/:id/retract-refusal", By: staff, Handler: a.episode.PostRetractRefusal(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/cases/:id/referral-outcome", By: staff, Handler: a.episode.PostRecordOutcome(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/cases/:id/reopen", By: fieldStaff, Handler: a.episode.PostReopen(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "GET", Path: "/v1/documents", By: staff, Handler: a.document.GetDocuments()},
		{Method: "GET", Path: "/v1/documents/:id", By: staff, Handler: a.document.GetDocument()},
		{Method: "GET", Path: "/v1/documents/:id/pdf", By: staff, Handler: a.document.GetPDF()},
		{Method: "POST", Path: "/v1/documents/:id/signed-copy", By: staff, Handler: a.document.PostSignedCopy(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/visits/:id/anamnesis-sheet", By: staff, Handler: a.document.PostAnamnesisSheet(), Flags: rest.DryRun},
		{Method: "POST", Path: "/v1/activity-reports", By: office, Handler: a.document.PostActivityReport(), Flags: rest.DryRun},
		{Method: "GET", Path: "/verify/:code", Handler: a.document.GetVerify(), Flags: rest.Public},
		{Method: "POST", Path: "/v1/attachments", By: staff, Handler: a.attachment.PostAttachment(), Flags: rest.Upload},
		{Method: "GET", Path: "/v1/attachments", By: staff, Handler: a.attachment.GetAttachments()},
		{Method: "GET", Path: "/v1/attachments/:id", By: staff, Handler: a.attachment.GetAttachment()},
		{Method: "GET", Path: "/v1/attachments/:id/content", By: staff, Handler: a.attachment.GetContent()},
		{Method: "POST", Path: "/v1/attachments/:id/void", By: staff, Handler: a.attachment.PostVoid(), Flags: rest.OnRecord},

		// visits, follow-ups, alerts, attachments
		{Method: "POST", Path: "/v1/visits", By: staff, Handler: a.visit.PostVisit()},
		{Method: "POST", Path: "/v1/visits/bundle", By: staff, Handler: a.visit.PostBundle()},
		{Method: "GET", Path: "/v1/visits", By: staff, Handler: a.visit.GetVisits()},
		{Method: "GET", Path: "/v1/visits/:id", By: staff, Handler: a.visit.GetVisit()},
		{Method: "POST", Path: "/v1/visits/:id/check-in", By: staff, Handler: a.visit.PostCheckIn(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/visits/:id/complete", By: staff, Handler: a.visit.PostComplete(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/visits/:id/miss", By: staff, Handler: a.visit.PostMiss(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/visits/:id/cancel", By: staff, Handler: a.visit.PostCancel(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/visits/:id/reschedule", By: staff, Handler: a.visit.PostReschedule(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/visits/:id/amend", By: staff, Handler: a.visit.PostAmend(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "GET", Path: "/v1/visits/:id/revisions", By: staff, Handler: a.visit.GetRevisions()},
		{Method: "GET", Path: "/v1/visits/:id/revisions/:n", By: staff, Handler: a.visit.GetRevision()},
		{Method: "GET", Path: "/v1/visits/:id/checklist", By: staff, Handler: a.visit.GetChecklist()},
		{Method: "PUT", Path: "/v1/visits/:id/checklist", By: staff, Handler: a.visit.PutChecklist()},
		{Method: "PUT", Path: "/v1/visits/:id/anamnesis", By: staff, Handler: a.visit.PutAnamnesis()},
		{Method: "PUT", Path: "/v1/visits/:id/vitals", By: staff, Handler: a.visit.PutVitals()},
		{Method: "PUT", Path: "/v1/visits/:id/examination", By: staff, Handler: a.visit.PutExamination()},
		{Method: "PUT", Path: "/v1/visits/:id/diagnoses", By: staff, Handler: a.visit.PutDiagnoses()},
		{Method: "PUT", Path: "/v1/visits/:id/services", By: staff, Handler: a.visit.PutServices()},
		{Method: "PUT", Path: "/v1/visits/:id/assessments", By: staff, Handler: a.visit.PutAssessments()},
		{Method: "PUT", Path: "/v1/visits/:id/labs", By: staff, Handler: a.visit.PutLabs()},
		{Method: "PUT", Path: "/v1/visits/:id/education", By: staff, Handler: a.visit.PutEducation()},
		{Method: "PUT", Path: "/v1/visits/:id/hazards", By: staff, Handler: a.visit.PutHazards()},
		{Method: "PUT", Path: "/v1/visits/:id/consumables", By: staff, Handler: a.visit.PutConsumables()},
		{Method: "PUT", Path: "/v1/visits/:id/plan", By: staff, Handler: a.visit.PutPlan()},
		{Method: "GET", Path: "/v1/calendar", By: staff, Handler: a.visit.GetCalendar()},
		{Method: "POST", Path: "/v1/follow-ups", By: staff, Handler: a.visit.PostFollowUp()},
		{Method: "GET", Path: "/v1/follow-ups", By: staff, Handler: a.visit.GetFollowUps()},
		{Method: "GET", Path: "/v1/follow-ups/:id", By: staff, Handler: a.visit.GetFollowUpByID()},
		{Method: "POST", Path: "/v1/follow-ups/:id/hand-over", By: staff, Handler: a.visit.PostHandOver(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/follow-ups/:id/answer", By: staff, Handler: a.visit.PostAnswer(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/follow-ups/:id/done", By: staff, Handler: a.visit.PostDone(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/follow-ups/:id/cancel", By: staff, Handler: a.visit.PostDrop(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "GET", Path: "/v1/alerts", By: staff, Handler: a.visit.GetAlerts()},
		{Method: "POST", Path: "/v1/alerts/:id/acknowledge", By: staff, Handler: a.visit.PostAcknowledge(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "GET", Path: "/v1/hazards", By: staff, Handler: a.visit.GetHazards()},
		{Method: "POST", Path: "/v1/education-sessions", By: staff, Handler: a.visit.PostEducationSession()},
		{Method: "GET", Path: "/v1/education-sessions", By: staff, Handler: a.visit.GetEducationSessions()},

		// reports, evaluations, dashboards
		{Method: "POST", Path: "/v1/reports", By: office, Handler: a.report.PostReport()},
		{Method: "GET", Path: "/v1/reports", By: reporters, Handler: a.report.GetReports()},
		{Method: "GET", Path: "/v1/reports/:id", By: reporters, Handler: a.report.GetReport()},
		{Method: "PATCH", Path: "/v1/reports/:id", By: office, Handler: a.report.PatchReport()},
		{Method: "GET", Path: "/v1/reports/:id/events", By: reporters, Handler: a.report.GetEvents()},
		{Method: "GET", Path: "/v1/reports/:id/pdf", By: reporters, Handler: a.report.GetPDF()},
		{Method: "GET", Path: "/v1/reports/:id/xlsx", By: reporters, Handler: a.report.GetXLSX()},
		{Method: "POST", Path: "/v1/reports/:id/submit", By: office, Handler: a.report.PostSubmit(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/reports/:id/redraft", By: kepala, Handler: a.report.PostRedraft(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/reports/:id/send", By: kepala, Handler: a.report.PostSend(), Flags: rest.OnRecord | rest.DryRun | rest.StepUp},
		{Method: "POST", Path: "/v1/reports/:id/accept", By: dinkesAdmin, Handler: a.report.PostAccept(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/reports/:id/return", By: dinkesAdmin, Handler: a.report.PostReturn(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/reports/:id/archive", By: dinkesAdmin, Handler: a.report.PostArchive(), Flags: rest.OnRecord | rest.DryRun},
		{Method: "POST", Path: "/v1/evaluations", By: staff, Handler: a.evaluation.PostEvaluation()},
		{Method: "GET", Path: "/v1/evaluations", By: staff, Handler: a.evaluation.GetEvaluations()},
		{Method: "POST", Path: "/v1/evaluations/:id/close", By: staff, Handler: a.evaluation.PostClose(), Flags: rest.OnRecord},
		{Method: "GET", Path: "/v1/dashboards/reports", By: dinkes, Handler: a.report.GetStatus()},
		{Method: "GET", Path: "/v1/dashboards/district", By: dinkes, Handler: a.dashboard.GetDistrict(), Flags: rest.Cached},
		{Method: "GET", Path: "/v1/dashboards/puskesmas", By: staff, Handler: a.dashboard.GetOwn()},

		// operation
		{Method: "GET", Path: "/healthz", Handler: a.GetHealth(), Flags: rest.Public},
		{Method: "GET", Path: "/readyz", Handler: a.GetReady(), Flags: rest.Public},

		// trust
		{Method: "GET", Path: "/v1/audit-events", By: auditors, Handler: a.audit.GetAuditEvents()},
	}...)
}
