package intake

// RepeatsQuery is exported for the test of its plan.
const RepeatsQuery = repeatsQuery
