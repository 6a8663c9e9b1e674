// Package documents embeds what this repository says about itself, so that a
// running server shows its guides, decisions and runbooks without a network.
package documents

import "embed"

// Files are the documents and the examples of the API, under their paths in the
// repository. internal/platform/docs serves each at that path.
//
//go:embed *.md docs/*.md docs/*/*.md api/*.md api/examples/*.http deployments/runbooks/*.md
var Files embed.FS

// Indonesian are the documents in that language. The others are in English.
var Indonesian = []string{"docs/guide/dinkes.md", "docs/guide/start.id.md"}
