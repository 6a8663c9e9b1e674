//go:build sabotage

package request_fuzz

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp/syntax"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/visible"
)

// generator makes values that a schema allows. known gives ids of existing
// records, by the name of the member that refers to them; nil without any.
type generator struct {
	*rand.Rand
	known func(member string) []string
}

// texts that have broken programs; all of them are valid texts.
var texts = []string{"'; drop table patient --", "\\", `"`, "%s%n", "<script>alert(1)</script>", "Ḿaŕy̌ ﷺ 𝕏", "null",
	"0", "-1", "1e400", "Aminah binti Jumberi",
	"baris satu\nbaris dua\tx", " spasi ", "ß", "İ", "😀", "${jndi}", "{{7*7}}", "../../etc/passwd", "true"}

func (g *generator) value(s *openapi3.Schema, member string) any {
	if len(s.AllOf) > 0 {
		return g.value(s.AllOf[0].Value, member)
	}
	if len(s.OneOf) > 0 {
		return g.value(s.OneOf[g.IntN(len(s.OneOf))].Value, member)
	}
	if s.Nullable && g.IntN(8) == 0 {
		return nil
	}
	if len(s.Enum) > 0 {
		return s.Enum[g.IntN(len(s.Enum))]
	}
	switch {
	case s.Type.Is("string"):
		return g.text(s, member)
	case s.Type.Is("integer"):
		return g.whole(s)
	case s.Type.Is("number"):
		low, high := bounds(s, -1e6, 1e6)
		if s.ExclusiveMin.IsSet() {
			low += (high - low) / 1e6
		}
		return []float64{low, high, low + (high-low)*g.Float64(), math.Round(low + (high-low)*g.Float64())}[g.IntN(4)]
	case s.Type.Is("boolean"):
		return g.IntN(2) == 0
	case s.Type.Is("array"):
		return g.array(s, member)
	case s.Type.Is("object"):
		return g.object(s)
	}
	return map[string]any{"apa": "saja", "n": 1}
}

func bounds(s *openapi3.Schema, low, high float64) (float64, float64) {
	if s.Min != nil {
		low = *s.Min
	}
	if s.Max != nil {
		high = *s.Max
	}
	return low, max(low, high)
}

func (g *generator) whole(s *openapi3.Schema) any {
	low, high := bounds(s, math.MinInt32, math.MaxInt32)
	from, to := int64(low), int64(high)
	switch g.IntN(4) {
	case 0:
		return from
	case 1:
		return to
	}
	return from + g.Int64N(min(max(to-from, 1), 1000))
}

func (g *generator) array(s *openapi3.Schema, member string) any {
	least, most := int(s.MinItems), int(s.MinItems)+3
	if s.MaxItems != nil {
		most = min(most, int(*s.MaxItems))
	}
	out, seen := []any{}, map[string]bool{}
	for range least + g.IntN(most-least+1) {
		for range 20 {
			v := g.value(s.Items.Value, strings.TrimSuffix(member, "s"))
			if k := fmt.Sprint(v); !s.UniqueItems || !seen[k] {
				seen[k] = true
				out = append(out, v)
				break
			}
		}
	}
	return out
}

func (g *generator) object(s *openapi3.Schema) map[string]any {
	out := map[string]any{}
	for name, p := range s.Properties {
		required := false
		for _, r := range s.Required {
			required = required || r == name
		}
		if required || g.IntN(10) < 6 {
			out[name] = g.value(p.Value, name)
		}
	}
	if a := s.AdditionalProperties.Schema; a != nil {
		for range g.IntN(3) {
			out[fmt.Sprintf("kunci_%d", g.IntN(100))] = g.value(a.Value, "")
		}
	}
	return out
}

// text is a text that the schema allows and that a reader can see. Every text
// with invisible characters is refused (mutate.go), which no schema can express.
func (g *generator) text(s *openapi3.Schema, member string) string {
	for range 100 {
		v := g.anyText(s, member)
		if _, hidden := visible.Hidden(v); !hidden && (v == "" || visible.Shows(v)) {
			return v
		}
	}
	return "Aminah"
}

func (g *generator) anyText(s *openapi3.Schema, member string) string {
	switch s.Format {
	case "uuid":
		if ids := g.known(member); len(ids) > 0 && g.IntN(10) < 7 {
			return ids[g.IntN(len(ids))]
		}
		if g.IntN(2) == 0 {
			return uuid.NewString()
		}
		return strings.ToUpper(uuid.Must(uuid.NewV7()).String())
	case "email":
		return fmt.Sprintf("petugas.%d@example.org", g.IntN(1000))
	case "date":
		return g.day().Format(time.DateOnly)
	case "date-time":
		return g.day().Add(time.Duration(g.Int64N(int64(24 * time.Hour)))).In(time.FixedZone("",
			[]int{0, 8 * 3600, -3.5 * 3600}[g.IntN(3)])).Format([]string{time.RFC3339, time.RFC3339Nano}[g.IntN(2)])
	}
	least, most := int(s.MinLength), 300
	if s.MaxLength != nil {
		most = int(*s.MaxLength)
	}
	if s.Pattern != "" {
		for range 500 {
			if v := g.match(s.Pattern, min(max(12, 2*least), most)); runes(v) >= least && runes(v) <= most {
				return v
			}
		}
	}
	if t := texts[g.IntN(len(texts))]; g.IntN(2) == 0 && runes(t) >= least && runes(t) <= most {
		return t
	}
	n := []int{least, min(most, 5000), min(most, least+g.IntN(40))}[g.IntN(3)]
	letters := []rune("abcdefghijklmnopqrstuvwxyz ABCÇÑé0123456789.,-/'\"")
	out := make([]rune, n)
	for i := range out {
		out[i] = letters[g.IntN(len(letters))]
	}
	return string(out)
}

func runes(s string) int { return len([]rune(s)) }

// day is usually near now, sometimes at a limit of dates.
func (g *generator) day() time.Time {
	switch g.IntN(12) {
	case 0:
		return time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC)
	case 1:
		return time.Date(9999, 12, 30, 0, 0, 0, 0, time.UTC)
	case 2:
		return time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)
	case 3:
		return time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)
	}
	return time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, g.IntN(800)-600)
}

// match makes a text that matches a pattern. An unlimited repetition occurs at
// most most times.
func (g *generator) match(pattern string, most int) string {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return ""
	}
	var b strings.Builder
	g.expand(&b, re, most)
	return b.String()
}

func (g *generator) expand(b *strings.Builder, re *syntax.Regexp, longest int) {
	repeat := func(least, most int) {
		for range least + g.IntN(most-least+1) {
			g.expand(b, re.Sub[0], longest)
		}
	}
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		i := g.IntN(len(re.Rune)/2) * 2
		low, high := re.Rune[i], min(re.Rune[i+1], re.Rune[i]+200)
		b.WriteRune(low + rune(g.IntN(int(high-low)+1)))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteRune(rune('a' + g.IntN(26)))
	case syntax.OpCapture, syntax.OpConcat:
		for _, s := range re.Sub {
			g.expand(b, s, longest)
		}
	case syntax.OpAlternate:
		g.expand(b, re.Sub[g.IntN(len(re.Sub))], longest)
	case syntax.OpStar:
		repeat(0, longest)
	case syntax.OpPlus:
		repeat(1, longest)
	case syntax.OpQuest:
		repeat(0, 1)
	case syntax.OpRepeat:
		most := re.Max
		if most < 0 {
			most = re.Min + longest
		}
		repeat(re.Min, most)
	}
}

const boundary = "batas"

// multipart fills a form. A part that is a file is a small table.
func (g *generator) multipart(s *openapi3.Schema) []byte {
	var b strings.Builder
	for name, v := range g.object(s) {
		fmt.Fprintf(&b, "--%s\r\nContent-Disposition: form-data; name=%q", boundary, name)
		if s.Properties[name].Value.Format == "binary" {
			b.WriteString("; filename=\"a.csv\"")
			v = "NAMA,NIK\r\n" + texts[g.IntN(len(texts))] + ",6311\r\n"
		}
		fmt.Fprintf(&b, "\r\n\r\n%v\r\n", v)
	}
	return []byte(b.String() + "--" + boundary + "--\r\n")
}
