package pg

// Persons are the persons an answer shows, for the access log. A stored
// answer keeps them, so that showing it again is logged too.
type Persons struct {
	Patients []string `json:"patients,omitempty"`
	Cases    []string `json:"cases,omitempty"`  // each is about one patient
	Visits   []string `json:"visits,omitempty"` // each is about one patient
	// Import is set where rows of a file are shown, whose persons are no
	// patients yet.
	Import string `json:"import,omitempty"`
	// Puskesmas says whose persons they are where it is not the caller's own.
	Puskesmas int16 `json:"puskesmas,omitempty"`
}

// Empty says that nobody is shown.
func (p Persons) Empty() bool {
	return len(p.Patients) == 0 && len(p.Cases) == 0 && len(p.Visits) == 0 && p.Import == ""
}

// Add adds those of o.
func (p *Persons) Add(o Persons) {
	p.Patients = append(p.Patients, o.Patients...)
	p.Cases = append(p.Cases, o.Cases...)
	p.Visits = append(p.Visits, o.Visits...)
	if o.Import != "" {
		p.Import = o.Import
	}
	if o.Puskesmas != 0 {
		p.Puskesmas = o.Puskesmas
	}
}

// AddSubject adds a record by its kind; other kinds than patient, case and
// visit are about nobody by themselves.
func (p *Persons) AddSubject(kind, id string) {
	switch {
	case id == "":
	case kind == "patient":
		p.Patients = append(p.Patients, id)
	case kind == "case":
		p.Cases = append(p.Cases, id)
	case kind == "visit":
		p.Visits = append(p.Visits, id)
	}
}
