package paper

// Lang is the language of a paper's labels and set phrases.
type Lang string

// Languages of the papers.
const (
	Indonesian Lang = "id"
	English    Lang = "en"
)

// words is the catalogue of everything a paper says by itself. Each entry is a
// whole label or sentence; %s and %d are places for values.
type words struct {
	Page           string
	FooterCode     string
	FooterCodeOnly string
	ScanToVerify   string
	NumberLine     string
	PositionLine   string
	NIPLine        string
	SIPLine        string
	Range          string
	BornYears      string
	BornMonths     string
	CopyTo         string

	No           string
	Name         string
	NIK          string
	RecordNo     string
	Born         string
	Age          string
	Sex          string
	Male         string
	Female       string
	Address      string
	FamilyCardNo string
	Phone        string
	Payer        string
	InsuranceNo  string
	Relation     string
	NIP          string
	Rank         string
	Position     string
	Profession   string
	LegalBasis   string
	Villages     string
	Period       string
	Date         string

	AssignmentTitle   string
	AssignmentOrder   string
	AssignmentTo      string
	AssignmentPurpose string
	Vehicle           string
	AssignmentClose   string
	ArrivalTitle      string
	ArrivalNote       string
	ArrivedAt         string
	LeftFrom          string
	OnDate            string
	AtTime            string
	VillageHead       string

	RefusalTitle     string
	RefusalSigner    string
	RefusalPatient   string
	RefusalDeclares  string
	Refused          string
	RefusalReason    string
	RefusalExplained string
	ExplainedBy      string
	Risk             string
	Benefit          string
	Alternatives     string
	RefusalStates    string
	RefusalClose     string
	ClauseVersion    string
	RefusalDeclarant string
	RefusalWitness   string
	RefusalOfficer   string

	ReferralTitle    string
	ReferralTo       string
	ReferralUnit     string
	ReferralOpening  string
	Findings         string
	Anamnesis        string
	PhysicalExam     string
	SupportingExam   string
	WorkingDiagnosis string
	TherapyGiven     string
	ReferralPurpose  string
	ReferralUrgency  string
	Transport        string
	Remarks          string
	ReferralClose    string

	AnamnesisTitle   string
	Identity         string
	VisitDate        string
	Source           string
	VisitReason      string
	History          string
	ChiefComplaint   string
	PresentIllness   string
	PastIllness      string
	FamilyIllness    string
	SocialHistory    string
	Allergies        string
	CurrentDrugs     string
	Function         string
	VitalSigns       string
	Laboratory       string
	Diagnoses        string
	NursingDiagnoses string
	MedicalDiagnoses string
	ProgressNote     string
	Subjective       string
	Objective        string
	Assessment       string
	Plan             string
	Instruction      string
	Evaluation       string
	FollowUpHeading  string
	Education        string
	Consent          string
	FollowUpPlan     string
	NextVisit        string
	Officer          string

	ActivityTitle string
	Activity      string
	Purpose       string
	Target        string
	Officers      string
	Results       string
	Obstacles     string
	Acknowledged  string

	MonthlyTitle  string
	MonthlyPeriod string
	Programme     string
	ReportVersion string
	Replaces      string // two numbers: this revision, the one it replaces
	Status        string
	ArchiveHash   string
	Code          string
	Description   string
	Notes         string
	NoRows        string
	ColumnsPart   string
	SheetName     string
}

var wordsOf = map[Lang]*words{Indonesian: &indonesian, English: &english}
