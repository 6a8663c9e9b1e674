package reference

import (
	"fmt"
	"slices"
	"testing"

	"github.com/balangan/homecare/internal/platform/fault"
)

// answer answers every item with the option that pick chooses; overrides win.
func answer(i Instrument, pick func(InstrumentItem) Option, override map[string]string) []Answer {
	var out []Answer
	for _, it := range i.Items {
		v, ok := override[it.Code]
		if !ok {
			v = pick(it).Value
		}
		out = append(out, Answer{Item: it.Code, Value: v})
	}
	return out
}

func first(it InstrumentItem) Option { return it.Options[0] }
func last(it InstrumentItem) Option  { return it.Options[len(it.Options)-1] }

func TestScore(t *testing.T) {
	t.Parallel()
	f := func(v float64) *float64 { return &v }
	for _, c := range []struct {
		name, id string
		pick     func(InstrumentItem) Option
		override map[string]string
		want     *float64
		band     string
	}{
		{"Barthel, all lowest", "barthel_aks", first, nil, f(0), "total"},
		{"Barthel, all highest", "barthel_aks", last, nil, f(20), "mandiri"},
		{"Barthel 13 is ringan, whatever SATUSEHAT's sample says", "barthel_aks", last,
			map[string]string{"transfer": "0", "mobilitas": "0", "mandi": "0"}, f(13), "ringan"},
		{"KSPR starts at 2", "kspr", last, nil, f(2), "KRR"},
		{"KSPR with a scar", "kspr", last, map[string]string{"10": "ya"}, f(10), "KRT"},
		{"KSPR very high", "kspr", last, map[string]string{"10": "ya", "1": "ya"}, f(14), "KRST"},
		{"IKS all yes", "iks_pispk", first, nil, f(1), "sehat"},
		{"IKS leaves N out", "iks_pispk", first, map[string]string{"kb": "N", "salin": "N", "air": "T", "jamban": "T"},
			f(0.8), "pra_sehat"},
		{"IKS nothing countable", "iks_pispk", last, nil, nil, ""},
		{"KM I", "km_keluarga", last, map[string]string{"k1": "ya", "k2": "ya"}, f(1), "KM1"},
		{"KM IV", "km_keluarga", first, nil, f(4), "KM4"},
		{"below KM I", "km_keluarga", first, map[string]string{"k2": "tidak"}, f(0), ""},
		{"Bailon and Maglaya", "prioritas_masalah_keluarga", first, nil, f(5), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			i, ok := InstrumentByID(c.id)
			if !ok {
				t.Fatal("no such instrument")
			}
			var check fault.Check
			got := i.Score(answer(i, c.pick, c.override), "", &check)
			if err := check.Err(); err != nil {
				t.Fatal(err)
			}
			if (got.Total == nil) != (c.want == nil) || got.Total != nil && *got.Total != *c.want ||
				got.Band != c.band {
				t.Fatalf("score %v %q, want %v %q", deref(got.Total), got.Band, deref(c.want), c.band)
			}
		})
	}
}

func deref(f *float64) any {
	if f == nil {
		return nil
	}
	return *f
}

func TestNEWS2(t *testing.T) {
	t.Parallel()
	i, _ := InstrumentByID("news2")
	n := func(item string, v float64) Answer { return Answer{Item: item, Number: &v} }
	for _, c := range []struct {
		name  string
		given []Answer
		want  float64
		band  string
	}{
		{"well", []Answer{n("rr", 16), n("spo2_1", 97), {Item: "o2", Value: "tidak"}, n("sbp", 120), n("hr", 70),
			{Item: "kesadaran", Value: "A"}, n("suhu", 36.8)}, 0, "rendah"},
		{"one parameter in the red", []Answer{n("rr", 25), n("spo2_1", 97), {Item: "o2", Value: "tidak"}, n("sbp", 120),
			n("hr", 70), {Item: "kesadaran", Value: "A"}, n("suhu", 36.8)}, 3, "rendah_sedang"},
		{"scale 2 on air", []Answer{n("rr", 16), n("spo2_2", 97), {Item: "o2", Value: "tidak"}, n("sbp", 120),
			n("hr", 70), {Item: "kesadaran", Value: "A"}, n("suhu", 36.8)}, 0, "rendah"},
		{"scale 2 with oxygen", []Answer{n("rr", 16), n("spo2_2", 97), {Item: "o2", Value: "ya"}, n("sbp", 120),
			n("hr", 70), {Item: "kesadaran", Value: "V"}, n("suhu", 36.8)}, 8, "tinggi"},
	} {
		var check fault.Check
		got := i.Score(c.given, "", &check)
		if err := check.Err(); err != nil {
			t.Fatal(c.name, err)
		}
		if *got.Total != c.want || got.Band != c.band {
			t.Errorf("%s: %v %q, want %v %q", c.name, *got.Total, got.Band, c.want, c.band)
		}
	}
	var check fault.Check
	i.Score([]Answer{n("rr", 16), n("rr", 16), {Item: "x", Value: "1"}, {Item: "kesadaran", Value: "Z"},
		n("o2", 5)}, "/assessments/0", &check)
	var got []string
	for _, f := range check.Fields() {
		got = append(got, f.Pointer+" "+f.Code+" "+fmt.Sprint(f.Args["items"]))
	}
	at := "/assessments/0/answers"
	want := []string{at + "/1/item unique <nil>", at + "/2/item unknown <nil>", at + "/4/number oneof <nil>",
		at + "/3/value oneof <nil>",
		at + " required Tekanan darah sistolik (mmHg); Nadi (x/menit); Suhu (°C)",
		at + " required SpO2 skala 1 (%); SpO2 skala 2 (%) – gagal napas hiperkapnik, atas penetapan dokter"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestInstrumentsAreWhole(t *testing.T) {
	t.Parallel()
	if n := len(Instruments()); n != 18 {
		t.Fatalf("%d instruments", n)
	}
	for _, i := range Instruments() {
		if i.Status == "" || i.Source == "" || len(i.Items) == 0 {
			t.Errorf("%s lacks status, source or items", i.ID)
		}
	}
}
