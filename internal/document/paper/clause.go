package paper

// CurrentRefusalClauses is the version of the refusal clauses for new letters.
// A letter keeps the version it was issued with, so that it can be printed again
// in its original words: never edit a version, add one.
const CurrentRefusalClauses = "2026-1"

// refusalClauses holds what the signer states, by version and language.
// SOURCE: Permenkes 290/MENKES/PER/III/2008 art. 16 (refusal in writing, after
// an explanation, at the patient's own responsibility, without ending the
// relation with the doctor); SOP Homecare Sanggam 5f-5g.
var refusalClauses = map[string]map[Lang][]string{
	"2026-1": {
		Indonesian: {
			"Saya telah menerima penjelasan yang cukup dan saya pahami mengenai pelayanan tersebut, termasuk manfaat, risiko bila tidak dilakukan, dan alternatifnya.",
			"Saya telah diberi kesempatan untuk bertanya dan pertanyaan saya telah dijawab.",
			"Saya bertanggung jawab sepenuhnya atas segala akibat yang timbul dari penolakan ini dan tidak akan menuntut petugas maupun Puskesmas atas akibat penolakan ini.",
			"Pernyataan ini saya buat dengan sadar, tanpa paksaan dari pihak mana pun.",
			"Saya memahami bahwa penolakan ini dapat saya cabut sewaktu-waktu dan tidak menghilangkan hak pasien atas pelayanan kesehatan lainnya.",
		},
		English: {
			"I have received an explanation of this care that is sufficient and that I understand, including its benefit, the risk of going without it, and the alternatives.",
			"I was given the opportunity to ask questions and my questions were answered.",
			"I take full responsibility for every consequence of this refusal and will make no claim against the officers or the Puskesmas for the consequences of this refusal.",
			"I make this statement consciously, without coercion by anyone.",
			"I understand that I can withdraw this refusal at any time and that it does not take away the patient's right to other health care.",
		},
	},
}

// RefusalClauses returns the clauses of a version in a language, in order; ok
// tells whether the version exists.
func RefusalClauses(version string, lang Lang) (clauses []string, ok bool) {
	if lang == "" {
		lang = Indonesian
	}
	list, ok := refusalClauses[version][lang]
	return append([]string(nil), list...), ok
}
