package patient

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/balangan/homecare/pkg/homecare"
)

// listed is a list of persons. It is read too often for reflection.
type listed struct {
	homecare.Page[homecare.Patient]
}

// AppendJSON appends what json.Marshal would write.
func (l listed) AppendJSON(b []byte) ([]byte, error) {
	if l.Data == nil {
		doc, err := json.Marshal(l)
		return append(b, doc...), err
	}
	if b == nil {
		b = make([]byte, 0, 64+512*len(l.Data))
	}
	b = append(b, `{"data":[`...)
	var err error
	for i, p := range l.Data {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendPatient(b, p); err != nil {
			return nil, err
		}
	}
	b = appendGiven(append(b, ']'), `,"next_cursor":`, l.NextCursor)
	return append(b, '}'), nil
}

// appendPatient appends what json.Marshal would write.
func appendPatient(b []byte, p homecare.Patient) ([]byte, error) {
	b = appendString(append(b, `{"id":`...), p.ID)
	b = appendString(append(b, `,"name":`...), p.Name)
	b = appendString(append(b, `,"sex":`...), p.Sex)
	b = appendGiven(b, `,"birth_date":`, p.BirthDate)
	if p.BirthDateEstimated {
		b = append(b, `,"birth_date_estimated":true`...)
	}
	b = appendGiven(b, `,"nik":`, p.NIK)
	b = appendGiven(b, `,"kk":`, p.KK)
	b = appendGiven(b, `,"bpjs_card":`, p.BPJSCard)
	b = appendGiven(b, `,"phone":`, p.Phone)
	b = appendGiven(b, `,"village":`, p.Village)
	b = appendGiven(b, `,"village_name":`, p.VillageName)
	b = appendGiven(b, `,"household_id":`, p.HouseholdID)
	b = append(b, `,"sources":`...)
	if p.Sources == nil {
		b = append(b, `null`...)
	} else {
		b = append(b, '[')
		for i, s := range p.Sources {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendString(b, s)
		}
		b = append(b, ']')
	}
	b = strconv.AppendBool(append(b, `,"weak":`...), p.Weak)
	b = appendGiven(b, `,"deceased_on":`, p.DeceasedOn)
	if p.Restricted {
		b = append(b, `,"restricted":true`...)
	}
	b = appendGiven(b, `,"merged_into_id":`, p.MergedInto)
	b = appendGiven(b, `,"void_reason":`, p.VoidReason)
	b = appendTime(b, `,"destroyed_at":"`, p.DestroyedAt)
	b = appendTime(b, `,"created_at":"`, p.CreatedAt)
	b = appendTime(b, `,"updated_at":"`, p.UpdatedAt)
	b = strconv.AppendInt(append(b, `,"version":`...), p.Version, 10)
	b, err := appendSome(b, `,"facts":`, p.Facts) // with expand only
	if err != nil {
		return nil, err
	}
	if b, err = appendSome(b, `,"warnings":`, p.Warnings); err != nil { // only after an act
		return nil, err
	}
	return append(b, '}'), nil
}

// appendSome appends a member that lists rarely have, unless it is empty.
func appendSome[T any](b []byte, name string, values []T) ([]byte, error) {
	if len(values) == 0 {
		return b, nil
	}
	v, err := json.Marshal(values)
	return append(append(b, name...), v...), err
}

// appendGiven appends a member unless its value is empty (omitempty).
func appendGiven(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return appendString(append(b, name...), value)
}

func appendTime(b []byte, name string, at *time.Time) []byte {
	if at == nil {
		return b
	}
	return append(at.AppendFormat(append(b, name...), time.RFC3339Nano), '"')
}

func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, _ := json.Marshal(s) // a string always marshals
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}
