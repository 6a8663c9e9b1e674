package patient

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/balangan/homecare/pkg/homecare"
)

// TestAppendJSON compares the JSON written by hand with the bytes of
// json.Marshal, with each field of Patient empty and filled, so that no new
// field is forgotten.
func TestAppendJSON(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 10, 1, 2, 3, 456000, time.FixedZone("WITA", 8*3600))
	full := homecare.Patient{Sources: []string{"ptm", "pis\"pk"}}
	cases := []homecare.Patient{{}, {Sources: []string{}}}
	v := reflect.ValueOf(&full).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i); f.Interface().(type) {
		case string:
			f.SetString(fmt.Sprintf("Siti <%d> & \\ \"é\"\n\u2028\xff", i))
		case bool:
			f.SetBool(true)
		case int64:
			f.SetInt(7)
		case *time.Time:
			f.Set(reflect.ValueOf(&at))
		case []string:
		case []homecare.Fact:
			f.Set(reflect.ValueOf([]homecare.Fact{{Code: "sbp", Value: new(162.0), Text: "<é>", RecordedAt: at}}))
		case []homecare.Warning:
			f.Set(reflect.ValueOf([]homecare.Warning{{Pointer: "/a", Code: "b", Message: "<é>"}}))
		default:
			t.Fatalf("AppendJSON does not know fields like %s", v.Type().Field(i).Name)
		}
		one := homecare.Patient{}
		reflect.ValueOf(&one).Elem().Field(i).Set(v.Field(i))
		cases = append(cases, one)
	}
	cases = append(cases, full)
	for _, p := range cases {
		for _, x := range []listed{
			{homecare.Page[homecare.Patient]{Data: []homecare.Patient{p, p}, NextCursor: p.Name}}, {},
			{homecare.Page[homecare.Patient]{Data: []homecare.Patient{}}},
		} {
			want, err := json.Marshal(x)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := x.AppendJSON(nil); err != nil || string(got) != string(want) {
				t.Errorf("got %s (%v)\nwant %s", got, err, want)
			}
		}
	}
}
