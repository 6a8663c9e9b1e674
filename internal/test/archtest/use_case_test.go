package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// useCases is a row of the table of use cases in a package comment: names, then files.
var useCases = regexp.MustCompile(`^\t([A-Z]\w*(?:, [A-Z]\w*)*) +([a-z]\w*\.go(?:, [a-z]\w*\.go)*)(?: |$)`)

// tableOf reads the table of use cases of a package comment: the files of each name. As
// many files as names belong to them one by one, other files to every name.
func tableOf(comment string) (files map[string][]string, unread []string) {
	files = map[string][]string{}
	for line := range strings.Lines(comment) {
		line = strings.TrimRight(line, "\n")
		m := useCases.FindStringSubmatch(line)
		if m == nil {
			if strings.HasPrefix(line, "\t") && strings.Contains(line, ".go") {
				unread = append(unread, strings.TrimSpace(line))
			}
			continue
		}
		names, in := strings.Split(m[1], ", "), strings.Split(m[2], ", ")
		for i, name := range names {
			if files[name] = in; len(names) == len(in) {
				files[name] = in[i : i+1]
			}
		}
	}
	return files, unread
}

// room is what a capability's package declares, and what its handlers call.
type room struct {
	declared map[string][]string // by file
	methods  []string            // exported
	called   []string            // on a handler's receiver
}

func roomOf(files []file, dir string) room {
	r := room{declared: map[string][]string{}}
	for _, f := range files {
		if path.Dir(f.path) != dir || strings.HasSuffix(f.path, "_test.go") {
			continue
		}
		name := path.Base(f.path)
		r.declared[name] = nil
		for _, d := range f.ast.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			r.declared[name] = append(r.declared[name], fd.Name.Name)
			if fd.Recv == nil || len(fd.Recv.List[0].Names) == 0 {
				continue
			}
			self := fd.Recv.List[0].Names[0].Name
			switch {
			case isHandlers(f.path):
				ast.Inspect(fd.Body, func(n ast.Node) bool {
					if s, ok := n.(*ast.SelectorExpr); ok {
						if x, ok := s.X.(*ast.Ident); ok && x.Name == self {
							r.called = append(r.called, s.Sel.Name)
						}
					}
					return true
				})
			case fd.Name.IsExported():
				r.methods = append(r.methods, fd.Name.Name)
			}
		}
	}
	return r
}

// faults lists what is wrong with a table of use cases.
func (r room) faults(table map[string][]string, unread []string) []string {
	var wrong []string
	for _, line := range unread {
		wrong = append(wrong, "the row cannot be read: "+line)
	}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		found := false
		for _, f := range table[name] {
			declared, there := r.declared[f]
			if !there {
				wrong = append(wrong, f+" does not exist")
			}
			found = found || slices.Contains(declared, name)
		}
		if !found {
			wrong = append(wrong, strings.Join(table[name], ", ")+" does not define "+name)
		}
	}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(r.called))) {
		if slices.Contains(r.methods, name) && table[name] == nil {
			wrong = append(wrong, "a handler calls "+name+", which the table lacks")
		}
	}
	return wrong
}

// TestUseCases: a capability opens with <noun>.go, whose table names every use case that
// a handler calls, with the file that defines it.
func TestUseCases(t *testing.T) {
	t.Parallel()
	all, rooms, rows := sources(t), 0, 0
	for _, name := range Order {
		dir := "internal/" + name
		noun := path.Base(name) + ".go"
		r := roomOf(all, dir)
		if len(r.declared) == 0 {
			continue // not built yet
		}
		rooms++
		src, err := os.ReadFile(filepath.Join("..", "..", "..", filepath.FromSlash(dir), noun))
		if err != nil {
			t.Errorf("%s: %v", dir, err)
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), noun, src, parser.ParseComments|parser.PackageClauseOnly)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(f.Doc.Text(), "Package ") {
			t.Errorf("%s/%s does not open the package", dir, noun)
		}
		table, unread := tableOf(f.Doc.Text())
		rows += len(table)
		for _, w := range r.faults(table, unread) {
			t.Errorf("%s/%s: %s", dir, noun, w)
		}
	}
	if rooms < 25 || rows < 150 {
		t.Fatalf("only %d use cases of %d rooms: the test looks in the wrong place", rows, rooms)
	}
}

func TestUseCasesCanFail(t *testing.T) {
	t.Parallel()
	r := room{declared: map[string][]string{"get.go": {"Get"}, "list.go": {"List"}, "end.go": {"End"}},
		methods: []string{"Get", "List", "End"}, called: []string{"Get", "List", "End"}}
	for comment, want := range map[string]int{
		"\tGet, List  get.go, list.go  fault\n\tEnd  end.go\n": 0,
		"\tGet, List  list.go, get.go\n\tEnd  end.go\n":        2,
		"\tGet, List  get.go, list.go\n":                       1,
		"\tGet, List  get.go, list.go\n\tEnd  close.go\n":      2,
		"\tGet, List  get.go, list.go\n\tend end.go\n":         2,
	} {
		if wrong := r.faults(tableOf(comment)); len(wrong) != want {
			t.Errorf("%q: %q, %d faults are wanted", comment, wrong, want)
		}
	}
}
