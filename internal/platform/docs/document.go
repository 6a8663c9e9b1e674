package docs

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"path"
	"strings"

	"github.com/labstack/echo/v4"

	documents "github.com/balangan/homecare"
	"github.com/balangan/homecare/internal/platform/fault"
)

//go:embed templates
var templates embed.FS

// layout is the frame of every page without a script.
var layout = template.Must(template.ParseFS(templates, "templates/*.html"))

// policy is that of the pages without a script: a style sheet of this server and
// an empty icon.
const policy = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; " +
	"frame-ancestors 'none'"

// show answers a page made by the template called name.
func show(c echo.Context, name string, data any) error {
	var b bytes.Buffer
	if err := layout.ExecuteTemplate(&b, name, data); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Security-Policy", policy)
	return answer(c, "text/html; charset=utf-8", b.Bytes())
}

// document serves a document of the repository at its path, and the list of a
// folder.
func document(c echo.Context) error {
	name := strings.Trim(c.Request().URL.Path, "/")
	info, err := fs.Stat(documents.Files, name)
	switch {
	case err != nil:
		return fault.ErrNotFound
	case info.IsDir():
		return folder(c, name)
	case path.Ext(name) != ".md":
		b, err := documents.Files.ReadFile(name)
		if err != nil {
			return err
		}
		return answer(c, "text/plain; charset=utf-8", b)
	}
	page, err := pageOf(name)
	if err != nil {
		return err
	}
	return show(c, "document.html", page)
}

// folder serves the README of a folder or, without one, the list of its files.
func folder(c echo.Context, name string) error {
	if page, err := pageOf(name + "/README.md"); err == nil {
		return show(c, "document.html", page)
	}
	entries, err := documents.Files.ReadDir(name)
	if err != nil {
		return err
	}
	type file struct{ Path, Name string }
	var files []file
	for _, e := range entries {
		files = append(files, file{"/" + name + "/" + e.Name(), e.Name()})
	}
	return show(c, "folder.html", map[string]any{"Title": name, "Lang": "en", "Files": files})
}
