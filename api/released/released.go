// Package released holds the OpenAPI documents of the releases, one file a
// version, so that a test can tell what has changed since the last. At a
// release, copy ../openapi.yaml here as <version>.yaml; never change one.
package released

import (
	"embed"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

//go:embed *.yaml
var documents embed.FS

// Last returns the document of the newest release and its version.
func Last() (document []byte, version string, err error) {
	names, err := fs.Glob(documents, "*.yaml")
	if err != nil {
		return nil, "", err
	}
	name := slices.MaxFunc(names, func(a, b string) int {
		return Compare(strings.TrimSuffix(a, ".yaml"), strings.TrimSuffix(b, ".yaml"))
	})
	document, err = documents.ReadFile(name)
	return document, strings.TrimSuffix(name, ".yaml"), err
}

// Compare orders two versions "major.minor.patch" by number.
func Compare(a, b string) int { return slices.Compare(parts(a), parts(b)) }

func parts(version string) []int {
	var out []int
	for p := range strings.SplitSeq(version, ".") {
		n, _ := strconv.Atoi(p)
		out = append(out, n)
	}
	return out
}
