package access

// OpenCase is the SQL list of the states of an open case. A person has at most one
// open case per programme (care_case_open_uq).
const OpenCase = `('proposed', 'approved', 'active', 'terminating')`

// CaseInCare is the SQL list of the states of a case that was approved and has
// not ended.
const CaseInCare = `('approved', 'active', 'terminating')`
