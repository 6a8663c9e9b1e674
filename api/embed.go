package api

import _ "embed"

// Version is the contract's version, info.version of the document. Raise the
// minor part for additions and the patch part for wording. CHANGELOG.md says
// what each version brought.
const Version = "1.3.0"

// OpenAPI is the OpenAPI 3.0.3 document, YAML.
//
//go:embed openapi.yaml
var OpenAPI []byte

// ReferenceUses are the members (Schema.member) and parameters (GET
// /v1/visits?state) of the document whose codes an operation lists, by the
// operation's path: a JSON object of lists.
//
//go:embed reference.json
var ReferenceUses []byte

// ServiceSchemas are the schemas of the data of the services: a JSON object of
// homecare.ServiceSchema by service type.
//
//go:embed service_schemas.json
var ServiceSchemas []byte
