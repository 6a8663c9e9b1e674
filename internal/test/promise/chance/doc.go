// Package chance tells a difference of times from chance; it is there with
// -tags=sabotage only.
package chance
