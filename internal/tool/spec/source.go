package spec

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// module is the import path of the repository.
const module = "github.com/balangan/homecare"

// source is the comments in the Go sources. A package is read at its first use.
type source struct {
	root     string
	packages map[string]*commented
	broken   []error
}

// commented are the comments of one package.
type commented struct {
	types      map[string]string      // of a type T, of a member T.F
	operations map[string]annotations // by function, with its runtime name: (*Service).PostCase
}

// annotations are the lines "@Name text" above a function that makes a handler.
type annotations struct {
	at   string // file and line
	text map[string][]string
}

func (a annotations) of(name string) string { return strings.Join(a.text[name], " ") }

// written are the allowed annotations: what neither the types nor the route
// table know. A @Failure is a status that only the use case knows.
var written = []string{"Summary", "Description", "ID", "Tags", "Failure"}

func newSource(root string) *source { return &source{root: root, packages: map[string]*commented{}} }

// of reads the package at an import path.
func (s *source) of(path string) *commented {
	if known := s.packages[path]; known != nil {
		return known
	}
	p := &commented{map[string]string{}, map[string]annotations{}}
	s.packages[path] = p
	below, ours := strings.CutPrefix(path, module)
	if !ours {
		return p
	}
	dir := filepath.Join(s.root, filepath.FromSlash(below))
	entries, err := os.ReadDir(dir)
	if err != nil {
		s.broken = append(s.broken, err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go") {
			if err := p.read(s.root, filepath.Join(dir, e.Name())); err != nil {
				s.broken = append(s.broken, err)
			}
		}
	}
	return p
}

func (p *commented) read(root, name string) error {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if t, ok := s.(*ast.TypeSpec); ok {
					p.readType(t, d.Doc)
				}
			}
		case *ast.FuncDecl:
			text := annotated(d.Doc)
			if len(text) == 0 {
				continue
			}
			at := fset.Position(d.Doc.Pos())
			rel, err := filepath.Rel(root, at.Filename)
			if err != nil {
				return err
			}
			p.operations[funcName(d)] = annotations{fmt.Sprintf("%s:%d", filepath.ToSlash(rel), at.Line), text}
		}
	}
	return nil
}

func (p *commented) readType(t *ast.TypeSpec, doc *ast.CommentGroup) {
	if t.Doc != nil {
		doc = t.Doc
	}
	p.types[t.Name.Name] = words(doc)
	s, ok := t.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, f := range s.Fields.List {
		said := words(f.Doc)
		if said == "" {
			said = words(f.Comment)
		}
		for _, n := range f.Names {
			p.types[t.Name.Name+"."+n.Name] = said
		}
	}
}

// words is a comment on one line.
func words(c *ast.CommentGroup) string { return strings.Join(strings.Fields(c.Text()), " ") }

// annotated are the annotations of a comment. An indented line without one
// continues the line before.
func annotated(doc *ast.CommentGroup) map[string][]string {
	text := map[string][]string{}
	name := ""
	for line := range strings.Lines(doc.Text()) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0:
		case strings.HasPrefix(fields[0], "@"):
			name = fields[0][1:]
			text[name] = append(text[name], strings.Join(fields[1:], " "))
		case name != "" && line[0] == '\t':
			text[name][len(text[name])-1] += " " + strings.Join(fields, " ")
		default:
			name = ""
		}
	}
	return text
}

// funcName is the runtime name of the function without the package.
func funcName(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return d.Name.Name
	}
	switch t := d.Recv.List[0].Type.(type) {
	case *ast.StarExpr:
		if x, ok := t.X.(*ast.Ident); ok {
			return "(*" + x.Name + ")." + d.Name.Name
		}
	case *ast.Ident:
		return t.Name + "." + d.Name.Name
	}
	return d.Name.Name
}

// operation is the comment above the function that made a handler.
func (s *source) operation(maker string) (annotations, bool) {
	slash := strings.LastIndexByte(maker, '/') + 1
	pkg, name, _ := strings.Cut(maker[slash:], ".")
	a, ok := s.of(maker[:slash] + pkg).operations[name]
	return a, ok
}

// typeText is the comment of a type without Go's "Visit is".
func (s *source) typeText(t reflect.Type) string {
	name, _, _ := strings.Cut(t.Name(), "[")
	said := s.of(t.PkgPath()).types[name]
	for _, is := range []string{name + " is ", name + " are "} {
		said = strings.TrimPrefix(said, is)
	}
	return upper(said)
}

// memberText describes a member of owner: its comment, or what its name means
// everywhere. Go's names of members of owner become those on the wire.
func (s *source) memberText(owner reflect.Type, f reflect.StructField) string {
	name, _, _ := strings.Cut(owner.Name(), "[")
	said := s.of(owner.PkgPath()).types[name+"."+f.Name]
	if said == "" {
		return memberTexts[wireName(f)]
	}
	onWire := func(word string) string {
		if named, known := owner.FieldByName(word); known && wireName(named) != "" {
			return "`" + wireName(named) + "`"
		}
		return word
	}
	first := firstWord.FindString(said)
	rest := goName.ReplaceAllStringFunc(said[len(first):], onWire)
	if first == f.Name || goName.MatchString(first) {
		first = onWire(first)
	}
	return sentence(first + rest)
}

// goName is a word as no English text has it: PerformedBy, ID. A name that is also
// an English word is Go's only where a text begins with it.
var (
	goName    = regexp.MustCompile(`\b(?:[A-Za-z0-9]*[a-z][A-Z]|[A-Z]{2})[A-Za-z0-9]*\b`)
	firstWord = regexp.MustCompile(`^[A-Za-z0-9]*`)
)

// wireName is the name of a field on the wire, in a body or beside it.
func wireName(f reflect.StructField) string {
	for _, tag := range []string{"json", "query", "param"} {
		if name, _, _ := strings.Cut(f.Tag.Get(tag), ","); name != "" && name != "-" {
			return name
		}
	}
	return ""
}

// unclaimed are the annotated functions, in the packages read so far, that are
// not in claimed.
func (s *source) unclaimed(claimed map[string]bool) []annotations {
	var out []annotations
	for _, p := range s.packages {
		for _, a := range p.operations {
			if !claimed[a.at] {
				out = append(out, a)
			}
		}
	}
	slices.SortFunc(out, func(a, b annotations) int { return strings.Compare(a.at, b.at) })
	return out
}
