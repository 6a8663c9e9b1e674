package main

import "strings"

// byHand are the operations whose call does more than send and read, with their
// method in client.go or another file.
var byHand = map[string]string{
	"signIn":           "SignIn",            // stores the tokens
	"refreshTokens":    "Refresh",           // stores the tokens
	"getToken":         "ClientCredentials", // a form, an assertion; stores the token
	"createImport":     "Import",            // a form with a file
	"uploadAttachment": "Upload",            // a form with a file
}

// named are the methods for which the rule of nameOf does not fit: where it
// gives two operations one name, or the name of a parameter's list.
var named = map[string]string{
	"addSop":                    "AddSOP",
	"downloadAttachment":        "AttachmentContent",
	"downloadDocument":          "DocumentPDF",
	"getClient":                 "MachineClient",
	"getImport":                 "GetImport", // Import uploads one
	"getParkedAct":              "Parked",
	"listAccess":                "AccessLog",
	"listBreakGlass":            "BreakGlasses",
	"listPatientAccess":         "PatientAccessLog",
	"listPuskesmas":             "AllPuskesmas",
	"listReference":             "ReferenceList",
	"listSops":                  "SOPs",
	"openBreakGlass":            "BreakGlass",
	"openEvaluation":            "NewEvaluation",
	"passSecondFactor":          "SecondFactor",
	"receiveDataSubjectRequest": "RequestAboutData",
	"redirectParkedAct":         "RedirectParked",
	"renewRecoveryCodes":        "NewRecoveryCodes",
	"returnParkedAct":           "ReturnParked",
	"takeParkedAct":             "TakeParked",
	"verifyDocument":            "Verify",
	"withdrawParkedAct":         "WithdrawParked",
}

var initialisms = strings.NewReplacer("Totp", "TOTP", "Pdf", "PDF", "Xlsx", "XLSX", "Jwks", "JWKS")

// nameOf is the method of an operation: ApproveCase for approveCase, Cases for
// listCases, Case for getCase.
func nameOf(id string) string {
	if name := byHand[id]; name != "" {
		return name
	}
	if name := named[id]; name != "" {
		return name
	}
	for _, reads := range []string{"list", "get"} {
		if rest, ok := strings.CutPrefix(id, reads); ok {
			return initialisms.Replace(rest)
		}
	}
	return initialisms.Replace(strings.ToUpper(id[:1]) + id[1:])
}
