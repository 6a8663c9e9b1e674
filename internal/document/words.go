package document

import (
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/pkg/homecare"
)

// of is what a person reads for a code of a reference list.
func (w words) of(list, code string) string { return homecare.LabelOf(list, code, w.lang) }

// The words of the lembar anamnese for what the record holds as codes.
var (
	stopText          = fault.Text{ID: "Usulan penghentian layanan: {reason}", EN: "Proposal to end the care: {reason}"}
	absentText        = fault.Text{ID: "Tidak diukur", EN: "Not measured"}
	generalText       = fault.Text{ID: "Keadaan umum", EN: "General state"}
	consciousnessText = fault.Text{ID: "Kesadaran", EN: "Consciousness"}
	normalText        = fault.Text{ID: "Normal", EN: "Normal"}
	notesText         = fault.Text{ID: "Catatan", EN: "Notes"}
	scoreText         = fault.Text{ID: "Skor {score}, {band}", EN: "Score {score}, {band}"}
	educationText     = fault.Text{ID: "{topics} (metode: {method})", EN: "{topics} (method: {method})"}
)
