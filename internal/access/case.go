package access

// OpenCase is the SQL list of the states of a case that is not over: a person has one
// such case of a programme at most (care_case_open_uq).
const OpenCase = `('proposed', 'approved', 'active', 'terminating')`

// CaseInCare is the SQL list of the states of a case that was approved and is not over.
const CaseInCare = `('approved', 'active', 'terminating')`
