package api

import _ "embed"

// Version is the contract's version, info.version of the document. Raise the
// minor part for additions and the patch part for wording; /v1 breaks nothing.
// CHANGELOG.md says what each version brought.
const Version = "1.1.0"

// OpenAPI is the OpenAPI 3.0.3 document, YAML.
//
//go:embed openapi.yaml
var OpenAPI []byte
