// Package chance distinguishes a difference of times from chance. It exists
// with -tags=sabotage only.
package chance
