package intake

// RepeatsQuery is looked at by the test of its plan.
const RepeatsQuery = repeatsQuery
