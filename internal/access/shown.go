package access

import (
	"reflect"
	"slices"
	"strings"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/pkg/homecare"
)

// SubjectsOf returns the function that finds the persons in the answers of one route,
// from its path (in Echo's form) and the type of its answer (nil for a file). id is the
// id in the path.
func SubjectsOf(path string, result reflect.Type) func(id string, answer any) call.Subjects {
	find := &people{}
	if result != nil {
		find = peopleOf(result)
	}
	return func(id string, answer any) call.Subjects {
		var p Persons
		if file, is := answer.(call.File); is {
			p, _ = file.Subjects.(Persons)
		} else {
			p = find.in(answer)
		}
		underPath(path, id, &p, find.raw)
		return distinct(p)
	}
}

// ShowsPersons says whether the answers of a route can show persons, and by
// which means. The route table's test compares it with the members of the
// answer.
func ShowsPersons(path string, result reflect.Type) bool {
	for _, under := range []string{"/v1/patients/:id", "/v1/cases/:id", "/v1/visits/:id"} {
		if strings.HasPrefix(path, under) {
			return true
		}
	}
	return result != nil && peopleOf(result).any
}

// AsksAgain says whether a stored answer of a route can name the records that decide
// whether the caller may see it again (Persons.About), by its path or by its
// members.
func AsksAgain(path string, result reflect.Type) bool {
	return strings.HasPrefix(path, "/v1/cases/:id") || strings.HasPrefix(path, "/v1/visits/:id") || result != nil &&
		peopleOf(result).about
}

// underPath adds the person that the path names: everything under a person, a
// case or a visit is about that person. The rows of an import are about persons
// who are not patients yet.
func underPath(path, id string, p *Persons, raw bool) {
	switch {
	case id == "":
	case strings.HasPrefix(path, "/v1/patients/:id"):
		p.Patients = append(p.Patients, id)
	case strings.HasPrefix(path, "/v1/cases/:id"):
		p.AddCase(id)
	case strings.HasPrefix(path, "/v1/visits/:id"):
		p.AddVisit(id)
	case strings.HasPrefix(path, "/v1/imports/:id") && raw:
		p.Import = id
	}
}

// showing is implemented by results that know their persons better than their
// members do (such as before and after of an audit event).
type showing interface{ Shows() Persons }

// The types that stand for one person, one case or one visit, with the field of
// the id.
var (
	aPerson = map[reflect.Type]string{
		reflect.TypeFor[homecare.Patient]():         "ID",
		reflect.TypeFor[homecare.Priority]():        "PatientID",
		reflect.TypeFor[homecare.RevealedNumbers](): "PatientID",
	}
	aCase  = map[reflect.Type]string{reflect.TypeFor[homecare.Case](): "ID"}
	aVisit = map[reflect.Type]string{reflect.TypeFor[homecare.Visit](): "ID"}
)

// idIn finds the id of t where t is one of those types or embeds one. It
// returns nil for others.
func idIn(one map[reflect.Type]string, t reflect.Type) []int {
	if t.Kind() != reflect.Struct {
		return nil
	}
	if name, ok := one[t]; ok {
		f, _ := t.FieldByName(name)
		return f.Index
	}
	for f := range t.Fields() {
		if f.Anonymous {
			if id := idIn(one, f.Type); id != nil {
				return append(f.Index, id...)
			}
		}
	}
	return nil
}

// people finds the persons in the values of one type. It is made once per type
// and used for each answer.
type people struct {
	any   bool // the type can hold persons
	raw   bool // it holds persons of a file, who are not patients yet
	about bool // it can name records that decide who may see it again
	walk  bool // its values are read; also true while it is being made, for a type that contains itself
	visit func(v reflect.Value, p *Persons)
}

var (
	showingType = reflect.TypeFor[showing]()
	freeType    = reflect.TypeFor[map[string]any]()
)

// peopleOf compiles the accessor of a type.
func peopleOf(t reflect.Type) *people { return compilePeople(t, map[reflect.Type]*people{}) }

func compilePeople(t reflect.Type, made map[reflect.Type]*people) *people {
	if p, ok := made[t]; ok {
		return p
	}
	p := &people{walk: true, visit: func(reflect.Value, *Persons) {}}
	made[t] = p
	p.walk = p.compile(t, made) || p.any || p.raw
	return p
}

// compile says whether the values must be read although the type alone does not
// show that they hold a person.
func (p *people) compile(t reflect.Type, made map[reflect.Type]*people) bool {
	switch {
	case t == freeType:
		p.visit = func(v reflect.Value, out *Persons) { free(v.Interface(), out) }
		return true
	case t.Kind() == reflect.Struct && t.Implements(showingType):
		p.any = true
		p.visit = func(v reflect.Value, out *Persons) { out.Add(v.Interface().(showing).Shows()) }
		return true
	}
	if id := idIn(aPerson, t); id != nil {
		p.any = true
		p.visit = func(v reflect.Value, out *Persons) {
			out.Patients = append(out.Patients, v.FieldByIndex(id).String())
		}
		return true
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		e := compilePeople(t.Elem(), made)
		p.any, p.raw, p.about = e.any, e.raw, e.about
		if e.walk {
			p.visit = each(t.Kind(), e)
		}
		return e.walk
	case reflect.Struct:
		p.compileStruct(t, made)
	}
	return false
}

// each visits what a pointer, list or map holds.
func each(kind reflect.Kind, e *people) func(reflect.Value, *Persons) {
	switch kind {
	case reflect.Pointer:
		return func(v reflect.Value, out *Persons) {
			if !v.IsNil() {
				e.visit(v.Elem(), out)
			}
		}
	case reflect.Map:
		return func(v reflect.Value, out *Persons) {
			for it := v.MapRange(); it.Next(); {
				e.visit(it.Value(), out)
			}
		}
	}
	return func(v reflect.Value, out *Persons) {
		for i := range v.Len() {
			e.visit(v.Index(i), out)
		}
	}
}

// free searches JSON without a type, such as before and after of an audit
// event.
func free(v any, out *Persons) {
	switch x := v.(type) {
	case []any:
		for _, e := range x {
			free(e, out)
		}
	case map[string]any:
		for name, e := range x {
			id, _ := e.(string)
			switch {
			case id == "":
				free(e, out)
			case name == "patient_id", name == "newborn_id":
				out.Patients = append(out.Patients, id)
			case name == "case_id":
				out.Cases = append(out.Cases, id)
			case name == "visit_id":
				out.Visits = append(out.Visits, id)
			}
		}
	}
}

// compileStruct finds the members that identify the person of a record:
// patient_id and newborn_id; else case_id, visit_id, or the pair subject_kind
// and subject_id. A record with a patient id needs no other member for the
// access log. The records it belongs to are collected separately (About).
func (p *people) compileStruct(t reflect.Type, made map[reflect.Type]*people) {
	var steps []func(reflect.Value, *Persons)
	where := map[string][]int{}
	p.raw = t.Name() == "ImportPerson"
	for _, f := range reflect.VisibleFields(t) {
		if !f.IsExported() || f.Anonymous {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Type.Kind() == reflect.String {
			where[name] = f.Index
			continue
		}
		if e := compilePeople(f.Type, made); e.walk {
			p.any, p.raw, p.about = p.any || e.any, p.raw || e.raw, p.about || e.about
			steps = append(steps, func(v reflect.Value, out *Persons) {
				if part, err := v.FieldByIndexErr(f.Index); err == nil {
					e.visit(part, out)
				}
			})
		}
	}
	text := func(name string, put func(*Persons, string)) bool {
		at, ok := where[name]
		if ok {
			steps = append(steps, func(v reflect.Value, out *Persons) {
				if part, err := v.FieldByIndexErr(at); err == nil && part.Len() > 0 {
					put(out, part.String())
				}
			})
		}
		return ok
	}
	named := text("patient_id", func(out *Persons, id string) { out.Patients = append(out.Patients, id) })
	named = text("newborn_id", func(out *Persons, id string) { out.Patients = append(out.Patients, id) }) || named
	about := text("case_id", func(out *Persons, id string) { out.About.Cases = append(out.About.Cases, id) })
	about = text("visit_id", func(out *Persons, id string) { out.About.Visits = append(out.About.Visits, id) }) || about
	if id := idIn(aVisit, t); id != nil {
		steps = append(steps, func(v reflect.Value, out *Persons) {
			out.About.Made = append(out.About.Made, v.FieldByIndex(id).String())
		})
	}
	switch id := idIn(aCase, t); {
	case id != nil:
		about = true
		steps = append(steps, func(v reflect.Value, out *Persons) {
			out.About.Cases = append(out.About.Cases, v.FieldByIndex(id).String())
		})
	case named && !about:
		about = text("patient_id", func(out *Persons, id string) { out.About.Persons = append(out.About.Persons, id) })
	}
	if !named {
		named = text("case_id", func(out *Persons, id string) { out.Cases = append(out.Cases, id) })
		if !named {
			named = text("visit_id", func(out *Persons, id string) { out.Visits = append(out.Visits, id) })
		}
		if kind, ok := where["subject_kind"]; ok {
			named = text("subject_id", func(*Persons, string) {}) || named
			about = true
			steps = append(steps, func(v reflect.Value, out *Persons) {
				out.AddSubject(v.FieldByIndex(kind).String(), v.FieldByIndex(where["subject_id"]).String())
			})
		}
	}
	p.any, p.about = p.any || named, p.about || about
	p.visit = func(v reflect.Value, out *Persons) {
		for _, step := range steps {
			step(v, out)
		}
	}
}

// in returns the persons of a result.
func (p *people) in(result any) Persons {
	var out Persons
	if p.any {
		p.visit(reflect.ValueOf(result), &out)
	}
	return out
}

// distinct sorts and removes repetitions and empty ids.
func distinct(p Persons) Persons {
	for _, ids := range []*[]string{&p.Patients, &p.Cases, &p.Visits, &p.About.Cases, &p.About.Visits,
		&p.About.Persons} {
		slices.Sort(*ids)
		*ids = slices.Compact(*ids)
		if len(*ids) > 0 && (*ids)[0] == "" {
			*ids = (*ids)[1:]
		}
	}
	return p
}
