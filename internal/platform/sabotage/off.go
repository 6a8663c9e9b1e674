//go:build !sabotage

// Package sabotage breaks the product on purpose, so that each promise can
// show that its measure turns red. In the product it is nothing: On is false
// and the compiler drops what it guards.
package sabotage

// On says whether the fault is switched on: never, in the product.
func On(string) bool { return false }
