package sabotage

// faults are the names of the patches in this binary. The overlay replaces this
// file; without the overlay there are none.
var faults []string
