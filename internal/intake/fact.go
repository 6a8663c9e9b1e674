package intake

import (
	"github.com/balangan/homecare/internal/intake/source"
	"github.com/balangan/homecare/internal/platform/clock"
)

var wita = clock.WITA

// factCodes are the codes that rules may name.
var factCodes = []string{
	source.FactSBP, source.FactDBP, source.FactHeartRate, source.FactRespRate, source.FactTemperature, source.FactSpO2, source.FactWeight, source.FactHeight,
	source.FactWaist, source.FactMUAC, source.FactHeadCircumference, source.FactGlucoseRandom, source.FactGlucoseFasting, source.FactCholesterol,
	source.FactTriglyceride, source.FactUricAcid, source.FactHb, source.FactPrePregnancyWeight, source.FactBirthWeight, source.FactBirthLength,
	source.FactGestationAtBirth, source.FactApgar1, source.FactApgar5, source.FactBarthel, source.FactPUMA, source.FactKSPR, source.FactGravida,
	source.FactParity, source.FactAbortus, source.FactDiagnosis, source.FactDependency, source.FactDependencyLevel, source.FactPregnant, source.FactDueDate,
	source.FactDelivery, source.FactBirth, source.FactPRBMember, source.FactPRBDrug, source.FactProlanis, source.FactSmoker, source.FactHistoryHT,
	source.FactHistoryDM, source.FactReportedDeceased, source.FactReport, source.FactReportUrgent, source.FactFamilyNoTBDrug, source.FactFamilyNoHTDrug,
	source.FactFamilyNoODGJDrug, source.FactWAZ, source.FactHAZ, source.FactWHZ,
}

// listOf is the entry of the SOP's list of sources under which a layout's
// persons are recorded, by Info.Recap (list data_source).
var listOf = map[string]string{"PISPK": "pispk", "PRB": "prb", "PCARE": "pcare", "PTM": "ptm", "LANSIA": "elderly", "LINPROG": "cross_programme",
	"MASYARAKAT": "community_report", "JEJARING": "network"}

func dataSource(code source.Code) string {
	for _, i := range source.Sources() {
		if i.Code == code {
			return listOf[i.Recap]
		}
	}
	return string(code)
}
