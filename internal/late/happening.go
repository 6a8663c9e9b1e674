package late

import (
	"reflect"

	"github.com/balangan/homecare/pkg/homecare"
)

// happening is when a request says that its act took place (a business day; empty:
// the day of sending), and who performed it (empty: the sender). kind and id name the
// record it is about, where the address does not.
type happening struct{ on, by, kind, id string }

// happened reads the happening of a request from its body or an embedded type.
// Other requests have none.
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
