package alert

// Visit is the visit at which a value was measured.
type Visit struct {
	ID, CaseID, PatientID string
	Fresh                 bool // made in this transaction: nothing to replace
}
