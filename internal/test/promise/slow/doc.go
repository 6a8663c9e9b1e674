// Package slow is the binary of the promises that take minutes. Its tests exist
// with -tags=sabotage only, which withpg -faults sets.
package slow
