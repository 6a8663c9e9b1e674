package source

import "fmt"

// Class names a problem of a file, a row or a cell. The table below has the
// complete texts of all classes in both languages.
type Class string

// Level is the effect of a class on its row or file.
type Level string

// Levels. An error rejects its row, a question leaves it for a decision, a
// warning does neither, a file class refuses the whole file.
const (
	LevelError    Level = "error"
	LevelQuestion Level = "question"
	LevelWarning  Level = "warning"
	LevelFile     Level = "file"
)

// Errors of a row.
const (
	NIKLostDigits        Class = "nik_lost_digits"
	NIKLength            Class = "nik_length"
	NIKInvalid           Class = "nik_invalid"
	NameMissing          Class = "name_missing"
	NameInvalid          Class = "name_invalid"
	KeyMissing           Class = "key_missing"
	DateInvalid          Class = "date_invalid"
	DateFuture           Class = "date_future"
	BirthDateImplausible Class = "birth_date_implausible"
	VitalImpossible      Class = "vital_impossible"
	ScoreImpossible      Class = "score_impossible"
	ValueOutOfRange      Class = "value_out_of_range"
	ValueUnknown         Class = "value_unknown"
	ColumnCount          Class = "column_count"
)

// Questions about a row.
const (
	NIKBirthMismatch Class = "nik_birthdate_mismatch"
	NIKSexMismatch   Class = "nik_sex_mismatch"
	// NIKOfAnother: another name has the same NIK in the file.
	NIKOfAnother Class = "nik_of_another_person"
	// NIKOfRegistered: another name has the same NIK in the registry.
	NIKOfRegistered Class = "nik_of_registered_person"
	// CardOfSeveral: several persons in the registry have the card and may be
	// this person.
	CardOfSeveral Class = "card_of_several"
	// DecisionStale: the decision is no longer possible.
	DecisionStale Class = "decision_stale"
)

// Warnings of a row.
const (
	NIKRegionOther   Class = "nik_region_other"
	NIKNumericCell   Class = "nik_numeric_cell"
	VillageOutside   Class = "village_outside_area"
	VillageUnknown   Class = "village_unknown"
	VillageAmbiguous Class = "village_ambiguous"
	PhoneInvalid     Class = "phone_invalid"
	BPJSLength       Class = "bpjs_length"
	KKInvalid        Class = "kk_invalid"
	IdentityWeak     Class = "identity_weak"
	AgeMismatch      Class = "age_mismatch"
	AgeUnread        Class = "age_unread"
	FormulaLikeText  Class = "formula_like_text"
	TextLong         Class = "text_long"
	// FormulaWithoutValue: the program that wrote the file stored no result.
	FormulaWithoutValue Class = "formula_without_value"
	CellError           Class = "cell_error"
	DependencyConflict  Class = "dependency_conflict"
	SurveyIncomplete    Class = "survey_incomplete"
	IKSDiffers          Class = "iks_differs"
	ReportedDeceased    Class = "reported_deceased"
	PregnancyStale      Class = "pregnancy_stale"
	ZScoreImplausible   Class = "zscore_implausible"
	AgeOutsideGroup     Class = "age_outside_group"
)

// Reasons to refuse a whole file.
const (
	NotAWorkbook   Class = "not_a_workbook"
	FileDamaged    Class = "file_damaged"
	FileEmpty      Class = "file_empty"
	HeaderNotFound Class = "header_not_found"
	WrongSource    Class = "wrong_source"
	NoRows         Class = "no_rows"
	NotText        Class = "not_text"
	QuoteUnclosed  Class = "quote_unclosed"
	TooLarge       Class = "too_large"
	// What exceeds a limit of limit.go.
	UnpacksTooLarge Class = "unpacks_too_large"
	TooManyParts    Class = "too_many_parts"
	XMLRefused      Class = "xml_refused"
	TooManyStrings  Class = "too_many_strings"
	TooManyColumns  Class = "too_many_columns"
	TooManyRows     Class = "too_many_rows"
	RowTooFar       Class = "row_too_far"
	TooManyBlank    Class = "too_many_blank_rows"
	TooManyCells    Class = "too_many_cells"
	CellTooLarge    Class = "cell_too_large"
	TooMuchText     Class = "too_much_text"
	LineTooLong     Class = "line_too_long"
	TooManyMerges   Class = "too_many_merges"
	TooSlow         Class = "too_slow"
)

type message struct {
	level  Level
	id, en string
}

var messages = map[Class]message{
	NIKLostDigits: {LevelError,
		"NIK kehilangan angka karena Excel (3,17E+15). Ubah kolom NIK menjadi teks lalu isi ulang.",
		"The NIK lost digits in a spreadsheet (3.17E+15). Format the column as text and fill it in again."},
	NIKLength: {LevelError, "Panjang NIK bukan 16 angka.", "The NIK does not have 16 digits."},
	NIKInvalid: {LevelError, "NIK tidak mungkin (huruf, bulan 13, nomor urut 0000).",
		"Not a possible NIK (a letter, month 13, serial 0000)."},
	NIKBirthMismatch: {LevelQuestion, "Tanggal lahir berbeda dari NIK. Cocokkan dengan KTP atau KK, lalu putuskan.",
		"The birth date contradicts the NIK. Compare with the card, then decide."},
	NIKSexMismatch: {LevelQuestion, "Jenis kelamin berbeda dari NIK. Cocokkan dengan KTP atau KK, lalu putuskan.",
		"The sex contradicts the NIK. Compare with the card, then decide."},
	NIKOfAnother: {LevelQuestion,
		"NIK ini dipakai beberapa nama dalam berkas yang sama. Putuskan baris ini milik siapa.",
		"Several names have this NIK in the same file. Decide whose row this is."},
	NIKOfRegistered: {LevelQuestion, "NIK ini sudah terdaftar atas nama orang lain. Putuskan baris ini milik siapa.",
		"This NIK is registered under another person's name. Decide whose row this is."},
	CardOfSeveral: {LevelQuestion,
		"Nomor kartu BPJS ini terdaftar pada beberapa orang. Putuskan baris ini milik siapa.",
		"Several registered persons have this BPJS card. Decide whose row this is."},
	DecisionStale: {LevelQuestion,
		"Keputusan untuk baris ini tidak dapat dijalankan lagi karena data sasaran sudah berubah. Putuskan lagi.",
		"What was decided for this row cannot be done any more, since the registry changed. Decide again."},
	NameMissing: {LevelError, "Nama kosong.", "The name is missing."},
	NameInvalid: {LevelError,
		"Nama ini tanpa huruf, berupa rumus, lebih dari 200 huruf, atau memuat nomor panjang atau karakter yang tidak terlihat. Ketik ulang namanya.",
		"This name has no letter, is a formula, is longer than 200 letters, or holds a long number or a character that cannot be seen. Type it again."},
	KeyMissing:  {LevelError, "Nomor kunci kosong.", "The record's own number is missing."},
	DateInvalid: {LevelError, "Tanggal tidak sah.", "The date does not exist or cannot be read."},
	DateFuture:  {LevelError, "Tanggal di masa depan.", "The date is in the future."},
	BirthDateImplausible: {LevelError, "Tanggal lahir lebih dari 120 tahun lalu.",
		"The birth date is more than 120 years ago."},
	VitalImpossible: {LevelError, "Nilai ukur tidak mungkin.", "The measurement is impossible."},
	ScoreImpossible: {LevelError, "Skor tidak mungkin.", "The instrument cannot give this score."},
	ValueOutOfRange: {LevelError, "Nilai di luar batas.", "The value is outside its range."},
	ValueUnknown:    {LevelError, "Kode tidak dikenal.", "The code is not in its list."},
	ColumnCount: {LevelError, "Jumlah kolom tidak sesuai dengan judul.",
		"The row does not have as many columns as the header."},

	NIKRegionOther:   {LevelWarning, "NIK dari kecamatan lain.", "The NIK is of another kecamatan."},
	NIKNumericCell:   {LevelWarning, "NIK tersimpan sebagai angka.", "The NIK is stored as a number."},
	VillageOutside:   {LevelWarning, "Desa di luar wilayah kerja.", "The village is outside the working area."},
	VillageUnknown:   {LevelWarning, "Desa tidak dikenal.", "The village is not known."},
	VillageAmbiguous: {LevelWarning, "Nama desa bermakna ganda.", "The village name fits more than one village."},
	PhoneInvalid: {LevelWarning, "Nomor HP tidak sah, dikosongkan.",
		"The phone number is not valid and was dropped."},
	BPJSLength: {LevelWarning, "Nomor kartu BPJS bukan 13 angka, dikosongkan.",
		"The BPJS card does not have 13 digits and was dropped."},
	KKInvalid: {LevelWarning, "Nomor KK bukan 16 angka, dikosongkan.",
		"The family card does not have 16 digits and was dropped."},
	IdentityWeak: {LevelWarning, "Identitas lemah: tanpa NIK, tanggal lahir, dan nomor kartu.",
		"Weak identity: no NIK, no birth date, no card."},
	AgeMismatch: {LevelWarning, "Umur tidak cocok dengan tanggal lahir.",
		"The age does not fit the birth date."},
	AgeUnread: {LevelWarning,
		"Umur tidak dapat dibaca, dikosongkan. Tulis misalnya 67, 67 thn 3 bln, 8 bln, atau tahun lahir.",
		"The age cannot be read and was dropped. Write for example 67, 67 thn 3 bln, 8 bln, or the year of birth."},
	FormulaWithoutValue: {LevelWarning,
		"Sel berisi rumus tanpa hasil, dikosongkan. Buka berkas dengan Excel atau LibreOffice, simpan, lalu unggah lagi.",
		"The cell holds a formula without a result and was left empty. Open the file in Excel or LibreOffice, save it and upload it again."},
	CellError: {LevelWarning, "Sel berisi galat lembar kerja (misalnya #N/A), dikosongkan.",
		"The cell shows a spreadsheet error (such as #N/A) and was left empty."},
	FormulaLikeText: {LevelWarning, "Teks mirip rumus, disimpan sebagai teks.", "Formula-like text, kept as text."},
	TextLong:        {LevelWarning, "Teks sangat panjang.", "The text is very long."},
	DependencyConflict: {LevelWarning, "Tanda A/B/C ganda, dikosongkan.",
		"More than one of A/B/C is ticked; dropped."},
	SurveyIncomplete:  {LevelWarning, "Survei belum lengkap.", "The survey is not complete."},
	IKSDiffers:        {LevelWarning, "IKS tidak sesuai hitungan.", "The IKS is not the computed one."},
	ReportedDeceased:  {LevelWarning, "Peserta dilaporkan meninggal.", "The member is reported dead."},
	PregnancyStale:    {LevelWarning, "Data kehamilan kedaluwarsa.", "The pregnancy is out of date."},
	ZScoreImplausible: {LevelWarning, "Z-score tidak masuk akal.", "The z-score is implausible."},
	AgeOutsideGroup:   {LevelWarning, "Umur di luar kelompok sasaran.", "The age is outside the target group."},

	NotAWorkbook: {LevelFile, "Bukan berkas Excel.", "Not a workbook."},
	FileDamaged:  {LevelFile, "Berkas rusak.", "The file is damaged."},
	FileEmpty:    {LevelFile, "Berkas kosong.", "The file is empty."},
	HeaderNotFound: {LevelFile, "Judul kolom tidak ditemukan dalam 15 baris pertama.",
		"No header was found in the first 15 rows."},
	WrongSource:   {LevelFile, "Judul kolom milik sumber lain.", "The header belongs to another source."},
	NoRows:        {LevelFile, "Tidak ada baris data.", "There is no row below the header."},
	NotText:       {LevelFile, "Bukan berkas teks.", "Not a text file."},
	QuoteUnclosed: {LevelFile, "Tanda kutip tidak ditutup.", "A quote is never closed."},
	TooLarge: {LevelFile, "Berkas lebih dari 32 MB. Bagi menjadi beberapa berkas.",
		"The file is larger than 32 MB. Split it into several files."},

	UnpacksTooLarge: {LevelFile, "Isi berkas Excel ini lebih dari 256 MB. Bagi menjadi beberapa berkas.",
		"This workbook unpacks to more than 256 MB. Split it into several files."},
	TooManyParts: {LevelFile,
		"Berkas Excel ini terdiri atas lebih dari 256 bagian. Simpan lembar datanya sebagai berkas baru.",
		"This workbook has more than 256 parts. Save the sheet with the data as a new file."},
	XMLRefused: {LevelFile,
		"Susunan berkas Excel ini tidak dapat diterima (DOCTYPE atau bertingkat terlalu dalam). Simpan ulang dengan Excel atau LibreOffice.",
		"The structure of this workbook cannot be accepted (a DOCTYPE, or nested too deeply). Save it again with Excel or LibreOffice."},
	TooManyStrings: {LevelFile, "Daftar teks berkas Excel ini lebih dari 20 MB. Bagi menjadi beberapa berkas.",
		"The text list of this workbook is larger than 20 MB. Split it into several files."},
	TooManyColumns: {LevelFile, "Ada isi di luar 256 kolom pertama. Hapus kolom yang tidak dipakai.",
		"There is content beyond the first 256 columns. Delete the columns that are not used."},
	TooManyRows: {LevelFile, "Berkas berisi lebih dari 100.000 baris. Bagi menjadi beberapa berkas.",
		"The file has more than 100,000 rows. Split it into several files."},
	RowTooFar: {LevelFile,
		"Berkas menyebut nomor baris yang tidak mungkin; lembar kerja paling banyak 1.048.576 baris. Simpan ulang dengan Excel atau LibreOffice.",
		"The file names an impossible row number; a sheet has at most 1,048,576 rows. Save it again with Excel or LibreOffice."},
	TooManyBlank: {LevelFile,
		"Ada lebih dari 5.000 baris kosong berturut-turut sebelum baris yang berisi. Hapus baris kosongnya.",
		"More than 5,000 blank rows stand in sequence before a row with content. Delete the blank rows."},
	TooManyCells: {LevelFile, "Berkas berisi lebih dari 2.000.000 sel. Bagi menjadi beberapa berkas.",
		"The file has more than 2,000,000 cells. Split it into several files."},
	CellTooLarge: {LevelFile, "Isi satu sel lebih dari 32.768 byte. Pendekkan teksnya.",
		"The content of one cell is larger than 32,768 bytes. Shorten the text."},
	TooMuchText: {LevelFile, "Teks semua sel bersama-sama lebih dari 64 MB. Bagi menjadi beberapa berkas.",
		"The text of all cells together is larger than 64 MB. Split the file."},
	LineTooLong: {LevelFile, "Satu baris berkas lebih dari 1 MB. Periksa tanda kutip dan pemisah barisnya.",
		"One record of the file is larger than 1 MB. Check its quotes and line ends."},
	TooManyMerges: {LevelFile, "Sel gabungan di lembar ini terlalu banyak. Pisahkan sel gabungan.",
		"The sheet has too many merged cells. Unmerge them."},
	TooSlow: {LevelFile,
		"Membaca berkas ini memakan waktu lebih dari 30 detik, jadi dihentikan. Bagi menjadi beberapa berkas.",
		"Reading this file took more than 30 seconds and was stopped. Split it into several files."},
}

// Level of the class; empty for a class not in the catalogue.
func (c Class) Level() Level { return messages[c].level }

// HasClass says whether the catalogue has a class.
func HasClass(code string) bool { _, ok := messages[Class(code)]; return ok }

// Text of the class in Indonesian and English.
func (c Class) Text() (id, en string) { m := messages[c]; return m.id, m.en }

// Issue is one finding about a row.
type Issue struct {
	Class Class
	// Field is the canonical column of the import template that the finding is
	// about ("tanggal_lahir"), "desa" for the village, "*" for the whole row.
	Field string
}

// FileError refuses a whole file. None of its rows is taken.
type FileError struct {
	Class Class
	// Found is the source the header belongs to, for WrongSource.
	Found Code
	// Line is where an unclosed quote opens, for QuoteUnclosed.
	Line int
	// At is the cell (XFD12) or row (12) where a limit is exceeded, empty if it
	// is not a single place.
	At string
}

// Error never contains content of the file.
func (e *FileError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("source: %s at line %d", e.Class, e.Line)
	}
	if e.At != "" {
		return fmt.Sprintf("source: %s at %s", e.Class, e.At)
	}
	return "source: " + string(e.Class)
}

// MessageID is the Indonesian text.
func (e *FileError) MessageID() string {
	return messages[e.Class].id + e.place("Letaknya: sel", "Letaknya: baris")
}

// MessageEN is the English text.
func (e *FileError) MessageEN() string {
	return messages[e.Class].en + e.place("Place: cell", "Place: row")
}

func (e *FileError) place(cell, row string) string {
	switch {
	case e.At == "":
		return ""
	case e.At[0] >= 'A':
		return " " + cell + " " + e.At + "."
	}
	return " " + row + " " + e.At + "."
}
