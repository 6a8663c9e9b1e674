package paper

import "strconv"

// Sex is the registered sex: "L" (laki-laki) or "P" (perempuan) as on the
// identity card (Dukcapil); "male" and "female" are understood too.
type Sex string

// Patient is the identity block of a clinical paper.
type Patient struct {
	Name            string `json:"name"`
	NIK             string `json:"nik"`
	MedicalRecordNo string `json:"medical_record_no"`
	BirthDate       Date   `json:"birth_date"`
	Sex             Sex    `json:"sex"`
	Address         string `json:"address"`
	FamilyCardNo    string `json:"family_card_no,omitempty"`
	Phone           string `json:"phone,omitempty"`
	Payer           string `json:"payer,omitempty"`        // for example "JKN PBI"
	InsuranceNo     string `json:"insurance_no,omitempty"` // JKN card number
}

// Member is one officer named in a letter of assignment or an activity report.
type Member struct {
	Name       string `json:"name"`
	NIP        string `json:"nip"`
	Rank       string `json:"rank"`       // pangkat/golongan, for example "Penata (III/c)"
	Position   string `json:"position"`   // jabatan
	Profession string `json:"profession"` // for example "Perawat"
}

// Signatory is who signs, as printed under the signature.
type Signatory struct {
	Position  string `json:"position"` // for example "Kepala UPTD Puskesmas Paringin"
	Name      string `json:"name"`
	Rank      string `json:"rank,omitempty"`
	NIP       string `json:"nip,omitempty"`
	LicenceNo string `json:"licence_no,omitempty"` // SIP, surat izin praktik
}

// Diagnosis is one diagnosis with its ICD-10 code.
type Diagnosis struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// Item is one labelled finding: a vital sign, a body system, a laboratory test.
type Item struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

func (s *sheet) sex(x Sex) string {
	switch x {
	case "L", "male":
		return s.words.Male
	case "P", "female":
		return s.words.Female
	}
	return ""
}

func (s *sheet) age(years *int) string {
	if years == nil {
		return ""
	}
	return strconv.Itoa(*years)
}

// identity lists the patient's identity; fields that the programme often lacks
// (family card, phone, payer) stand only when known.
func (s *sheet) identity(p Patient, on Date) []field {
	w := s.words
	out := []field{
		{w.Name, p.Name},
		{w.NIK, p.NIK},
		{w.RecordNo, p.MedicalRecordNo},
		{w.Born, s.bornAt(p.BirthDate, on)},
		{w.Sex, s.sex(p.Sex)},
		{w.Address, p.Address},
	}
	for _, f := range []field{
		{w.FamilyCardNo, p.FamilyCardNo},
		{w.Phone, p.Phone},
		{w.Payer, p.Payer},
		{w.InsuranceNo, p.InsuranceNo},
	} {
		if f.value != "" {
			out = append(out, f)
		}
	}
	return out
}

func diagnosisLines(list []Diagnosis) []string {
	out := make([]string, 0, len(list))
	for _, d := range list {
		switch {
		case d.Code == "":
			out = append(out, d.Name)
		case d.Name == "":
			out = append(out, d.Code)
		default:
			out = append(out, d.Code+" - "+d.Name)
		}
	}
	return out
}
