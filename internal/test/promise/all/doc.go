// Package all is the binary of the promises. Its tests exist with
// -tags=sabotage only, which withpg -faults sets.
package all
