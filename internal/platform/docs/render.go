package docs

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	documents "github.com/balangan/homecare"
)

// table aligns by an attribute, because the pages allow no style of an element.
var table = extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))

// markdown renders the documents. Raw HTML in them is left out.
var markdown = goldmark.New(goldmark.WithExtensions(table, extension.Linkify),
	goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(headings{}, 1))))

// rendered is a document as HTML.
type rendered struct {
	Title    string
	Lang     string
	Contents []section
	Body     template.HTML
}

// section is a chapter of a document.
type section struct{ ID, Title string }

// pages are the documents that somebody has read since the start.
var pages sync.Map

// pageOf returns the document at name, a path in the repository.
func pageOf(name string) (rendered, error) {
	if r, ok := pages.Load(name); ok {
		return r.(rendered), nil
	}
	r, err := render(name)
	if err == nil {
		pages.Store(name, r)
	}
	return r, err
}

// render makes HTML of a Markdown document.
func render(name string) (rendered, error) {
	source, err := documents.Files.ReadFile(name)
	if err != nil {
		return rendered{}, err
	}
	r := rendered{Lang: "en"}
	if slices.Contains(documents.Indonesian, name) {
		r.Lang = "id"
	}
	taken := map[string]int{}
	root := markdown.Parser().Parse(text.NewReader(source))
	var links []*ast.Link // changed after the walk, which follows the tree as it was
	if err := ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			r.heading(n, source, taken)
		case *ast.Link:
			links = append(links, n)
		}
		return ast.WalkContinue, nil
	}); err != nil {
		return rendered{}, err
	}
	for _, link := range links {
		resolve(link, path.Dir(name))
	}
	var b bytes.Buffer
	if err := markdown.Renderer().Render(&b, source, root); err != nil {
		return rendered{}, err
	}
	r.Body = template.HTML(finish(b.String(), r.Lang))
	return r, nil
}

// heading names a heading for links to it, and takes the title and the contents
// of the page from it.
func (r *rendered) heading(n *ast.Heading, source []byte, taken map[string]int) {
	title := titleOf(n, source)
	id := slug(title)
	if taken[id]++; taken[id] > 1 {
		id = fmt.Sprintf("%s-%d", id, taken[id]-1)
	}
	n.SetAttributeString("id", id)
	switch n.Level {
	case 1:
		r.Title = title
	case 2:
		r.Contents = append(r.Contents, section{id, title})
	}
}

// slug is the name of a heading as the hosts of repositories make it, so that
// one link serves both: small letters, digits, hyphens and underscores.
func slug(title string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == ' ':
			return '-'
		case unicode.IsLetter(c), unicode.IsDigit(c), c == '-', c == '_':
			return unicode.ToLower(c)
		}
		return -1
	}, title)
}

// titleOf is the text of a node without its marks.
func titleOf(n ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering {
			b.Write(t.Segment.Value(source))
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// resolve makes a relative link of a document in dir an address of this server.
// What is not served stays as text: it is in the repository.
func resolve(n *ast.Link, dir string) {
	to, anchor, _ := strings.Cut(string(n.Destination), "#")
	if to == "" || strings.Contains(to, "://") || strings.HasPrefix(to, "/") {
		return
	}
	to = path.Join(dir, to)
	switch _, err := fs.Stat(documents.Files, to); {
	case to == "api/openapi.yaml":
		n.Destination = []byte("/openapi.yaml")
	case err != nil:
		parent := n.Parent()
		for c := n.FirstChild(); c != nil; c = n.FirstChild() {
			parent.InsertBefore(parent, n, c)
		}
		parent.RemoveChild(parent, n)
	case anchor != "":
		n.Destination = []byte("/" + to + "#" + anchor)
	default:
		n.Destination = []byte("/" + to)
	}
}

// finish lets wide parts scroll by themselves, also with the keyboard, and makes
// empty column titles empty cells. Text cannot contain these tags: it is escaped.
func finish(html, lang string) string {
	label := "Tabel"
	if lang == "en" {
		label = "Table"
	}
	return strings.NewReplacer(
		"<table>", `<div class="scroll" role="group" aria-label="`+label+`" tabindex="0"><table>`,
		"</table>", "</table></div>",
		"<pre>", `<pre tabindex="0">`,
		"<th></th>", "<td></td>").Replace(html)
}

// headings renders a heading with a link to itself.
type headings struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (headings) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindHeading, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		h := n.(*ast.Heading)
		id, _ := h.AttributeString("id")
		if entering {
			_, _ = fmt.Fprintf(w, `<h%d id="%s">`, h.Level, id)
			return ast.WalkContinue, nil
		}
		if h.Level > 1 {
			_, _ = fmt.Fprintf(w, ` <a class="anchor" href="#%s" aria-hidden="true" tabindex="-1">#</a>`, id)
		}
		_, _ = fmt.Fprintf(w, "</h%d>\n", h.Level)
		return ast.WalkContinue, nil
	})
}
