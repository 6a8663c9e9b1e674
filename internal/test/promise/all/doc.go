// Package all is the binary of the promises; its tests exist with
// -tags=sabotage only.
package all
