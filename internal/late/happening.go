package late

import (
	"reflect"

	"github.com/balangan/homecare/pkg/homecare"
)

// happening is when a request says that its act took place (a business day; empty:
// when it is sent), and by whom (empty: by who sends it). kind and id name the record
// that it is about, where its address does not.
type happening struct{ on, by, kind, id string }

// happened finds what a request says of that: in its body, or in what that embeds.
// Of other requests there is none.
func happened(request any) (happening, bool) {
	switch in := request.(type) {
	case homecare.NewCase:
		return happening{on: in.ProposedOn, by: in.PerformedBy, kind: "patient", id: in.PatientID}, true
	case homecare.CaseEnd:
		return happening{on: in.Date, by: in.PerformedBy}, true
	case homecare.FollowUpDay:
		return happening{on: in.HappenedOn, by: in.PerformedBy}, true
	case homecare.Retraction:
		return happening{on: in.RetractedOn, by: in.PerformedBy}, true
	case homecare.NewConsent:
		return happening{on: in.GivenOn}, true
	}
	v := reflect.ValueOf(request)
	if v.Kind() != reflect.Struct {
		return happening{}, false
	}
	for f := range v.Type().Fields() {
		if f.Anonymous && f.IsExported() {
			if h, ok := happened(v.FieldByIndex(f.Index).Interface()); ok {
				return h, true
			}
		}
	}
	return happening{}, false
}
