package access

// Persons are the persons that an answer shows, for the access log. A stored
// answer keeps them, so replaying it is logged too.
type Persons struct {
	Patients []string `json:"patients,omitempty"`
	Cases    []string `json:"cases,omitempty"`  // each is about one patient
	Visits   []string `json:"visits,omitempty"` // each is about one patient
	// Import is set where rows of a file are shown. Their persons are not
	// patients yet.
	Import string `json:"import,omitempty"`
	// Puskesmas is the persons' puskesmas where it is not the caller's own.
	Puskesmas int16 `json:"puskesmas,omitzero"`
	// About are the records that decide whether the caller may see the answer,
	// even when the persons are already known: a caller who may not see one of
	// them may not see the answer.
	About Records `json:"about,omitzero"`
}

// Records are ids of cases and visits, and of persons with records that belong
// to no case.
type Records struct {
	Cases   []string `json:"cases,omitempty"`
	Visits  []string `json:"visits,omitempty"`
	Persons []string `json:"persons,omitempty"`
	// Made are the visits that the answer itself shows. The account that made a visit may
	// see its answer again, whatever happens to the team.
	Made []string `json:"made,omitempty"`
}

// Empty says whether there are no such records.
func (r Records) Empty() bool { return len(r.Cases) == 0 && len(r.Visits) == 0 && len(r.Persons) == 0 }

// Empty says whether the answer shows no person.
func (p Persons) Empty() bool {
	return len(p.Patients) == 0 && len(p.Cases) == 0 && len(p.Visits) == 0 && p.Import == ""
}

// Add adds the persons of o.
func (p *Persons) Add(o Persons) {
	p.Patients = append(p.Patients, o.Patients...)
	p.Cases = append(p.Cases, o.Cases...)
	p.Visits = append(p.Visits, o.Visits...)
	p.About.Cases = append(p.About.Cases, o.About.Cases...)
	p.About.Visits = append(p.About.Visits, o.About.Visits...)
	p.About.Persons = append(p.About.Persons, o.About.Persons...)
	p.About.Made = append(p.About.Made, o.About.Made...)
	if o.Import != "" {
		p.Import = o.Import
	}
	if o.Puskesmas != 0 {
		p.Puskesmas = o.Puskesmas
	}
}

// AddCase adds a case whose person the answer does not name.
func (p *Persons) AddCase(id string) {
	p.Cases = append(p.Cases, id)
	p.About.Cases = append(p.About.Cases, id)
}

// AddVisit adds a visit whose person the answer does not name.
func (p *Persons) AddVisit(id string) {
	p.Visits = append(p.Visits, id)
	p.About.Visits = append(p.About.Visits, id)
}

// AddSubject adds a record by its kind. Kinds other than patient, case and
// visit identify no person by themselves.
func (p *Persons) AddSubject(kind, id string) {
	switch {
	case id == "":
	case kind == "patient":
		p.Patients = append(p.Patients, id)
		p.About.Persons = append(p.About.Persons, id)
	case kind == "case":
		p.AddCase(id)
	case kind == "visit":
		p.AddVisit(id)
	}
}
