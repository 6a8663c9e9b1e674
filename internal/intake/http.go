package intake

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostImport previews a file.
//
//	@Summary		Upload a file of a data source for preview
//	@Description	Unggah berkas sumber data (PIS-PK, PRB, P-Care, PTM, Lansia, KIA, Gizi, laporan masyarakat, jejaring), CSV or XLSX. Nothing enters the registry before the commit; every bad row is explained. The same file again answers the import of then with already_imported.
//	@ID				createImport
//	@Tags			imports
//	@Accept			multipart/form-data
//	@Param			file		formData	file	true	"The file"
//	@Param			source		formData	string	true	"Layout of the file"	Enums(pispk, prb, pcare_members, pcare_visits, ptm, elderly, pregnant, postpartum, under_five, community_report, network, patient_register)
//	@Param			id			formData	string	false	"Id made by the client"	format(uuid)
//	@Param			data_source	formData	string	false	"Entry of the list data_source to record persons under, where one layout serves several"	Enums(pispk, prb, pcare, ptm, elderly, network, outreach_unit, cross_sector, community_report, cross_programme, asik, hospital)
//	@Param			as_of		formData	string	false	"Day the file was drawn up; today when empty"	format(date)
//	@Param			columns		formData	string	false	"JSON object: headers of a free layout to canonical columns"
//	@Success		201			{object}	homecare.Import
//	@Router			/v1/imports [post]
func (s *Service) PostImport() rest.Handler { return rest.Handle(http.StatusCreated, s.Upload) }

// GetImports lists the imports.
//
//	@Summary		List imports, newest first
//	@Description	Daftar impor berkas sumber data.
//	@ID				listImports
//	@Tags			imports
//	@Param			state	query		string	false	"State"	Enums(previewed, committed, discarded)
//	@Param			limit	query		int		false	"Rows per page"	minimum(1)	maximum(500)	default(50)
//	@Param			cursor	query		string	false	"next_cursor of the page before"	maxlength(1000)
//	@Success		200		{object}	homecare.Page[homecare.Import]
//	@Router			/v1/imports [get]
func (s *Service) GetImports() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// GetImport answers one import.
//
//	@Summary		Get an import
//	@Description	Satu impor: counts by verdict, findings by class, and what its commit does or did.
//	@ID				getImport
//	@Tags			imports
//	@Param			id	path		string	true	"Import"	format(uuid)
//	@Success		200	{object}	homecare.Import
//	@Router			/v1/imports/{id} [get]
func (s *Service) GetImport() rest.Handler { return rest.Handle(http.StatusOK, s.Get) }

// GetImportRows lists the rows of an import.
//
//	@Summary		List the rows of an import with their findings
//	@Description	Baris berkas dengan putusan dan temuannya; nomor identitas disamarkan.
//	@ID				listImportRows
//	@Tags			imports
//	@Param			id		path		string	true	"Import"	format(uuid)
//	@Param			verdict	query		string	false	"Verdict"	Enums(accepted, rejected, duplicate, conflict, to_decide)
//	@Param			class	query		string	false	"Only rows with this finding"	example(nik_length)
//	@Param			limit	query		int		false	"Rows per page"	minimum(1)	maximum(500)	default(50)
//	@Param			cursor	query		string	false	"next_cursor of the page before"	maxlength(1000)
//	@Success		200		{object}	homecare.Page[homecare.ImportRow]
//	@Router			/v1/imports/{id}/rows [get]
func (s *Service) GetImportRows() rest.Handler { return rest.Handle(http.StatusOK, s.Rows) }

// PostCommit commits an import.
//
//	@Summary		Take an import's accepted rows into the registry
//	@Description	Simpan hasil impor, all or nothing: persons (new, or matched by NIK or BPJS card), their sources, facts and households; likely duplicates are proposed and scores computed anew.
//	@ID				commitImport
//	@Tags			imports
//	@Param			id	path		string	true	"Import"	format(uuid)
//	@Success		200	{object}	homecare.Import
//	@Router			/v1/imports/{id}/commit [post]
func (s *Service) PostCommit() rest.Handler { return rest.Handle(http.StatusOK, s.Commit) }

// PostDecide decides about a row.
//
//	@Summary		Decide about a row that raises a question
//	@Description	Putuskan baris yang menimbulkan pertanyaan (putusan to_decide): as somebody new, as the person of patient_id, or leave it out. Before the commit the decision waits for it; afterwards the row is taken at once. The answer is the import with its new version.
//	@ID				decideImportRow
//	@Tags			imports
//	@Param			id		path		string				true	"Import"	format(uuid)
//	@Param			number	path		int					true	"Number of the row"	minimum(1)
//	@Param			body	body		homecare.DecideRow	true	"What is decided, and why"
//	@Success		200		{object}	homecare.Import
//	@Router			/v1/imports/{id}/rows/{number}/decide [post]
func (s *Service) PostDecide() rest.Handler { return rest.Handle(http.StatusOK, s.Decide) }

// PostDiscard discards an import.
//
//	@Summary		Throw a preview away
//	@Description	Batalkan pratinjau impor; the same file can be uploaded anew.
//	@ID				discardImport
//	@Tags			imports
//	@Param			id	path		string	true	"Import"	format(uuid)
//	@Success		200	{object}	homecare.Import
//	@Router			/v1/imports/{id}/discard [post]
func (s *Service) PostDiscard() rest.Handler { return rest.Handle(http.StatusOK, s.Discard) }

// GetDuplicates lists likely duplicates.
//
//	@Summary		List likely duplicates, the most alike first
//	@Description	Kemungkinan data ganda: two persons that a person must decide about; a machine joins by NIK or card only. first and second are the records in use; once the two are one, the records as they were found, with merged_into_id.
//	@ID				listDuplicates
//	@Tags			registry
//	@Param			state	query		string	false	"State"	Enums(open, merged, dismissed)	default(open)
//	@Param			limit	query		int		false	"Rows per page"	minimum(1)	maximum(500)	default(50)
//	@Param			cursor	query		string	false	"next_cursor of the page before"	maxlength(1000)
//	@Success		200		{object}	homecare.Page[homecare.Duplicate]
//	@Router			/v1/duplicates [get]
func (s *Service) GetDuplicates() rest.Handler { return rest.Handle(http.StatusOK, s.Duplicates) }

// PostDuplicateMerge merges a pair.
//
//	@Summary		Join the two persons of a pair
//	@Description	Gabungkan: keep_id names the one that stays. Two different NIKs are two people and are refused.
//	@ID				mergeDuplicate
//	@Tags			registry
//	@Param			id		path		string					true	"Pair"	format(uuid)
//	@Param			body	body		homecare.MergeDuplicate	true	"Who stays"
//	@Success		200		{object}	homecare.Duplicate
//	@Router			/v1/duplicates/{id}/merge [post]
func (s *Service) PostDuplicateMerge() rest.Handler {
	return rest.Handle(http.StatusOK, s.MergeDuplicate)
}

// PostDuplicateDismiss dismisses a pair.
//
//	@Summary		Record that the two are two people
//	@Description	Bukan data ganda: the pair is not proposed again.
//	@ID				dismissDuplicate
//	@Tags			registry
//	@Param			id		path		string			true	"Pair"	format(uuid)
//	@Param			body	body		homecare.Why	true	"Why"
//	@Success		200		{object}	homecare.Duplicate
//	@Router			/v1/duplicates/{id}/dismiss [post]
func (s *Service) PostDuplicateDismiss() rest.Handler {
	return rest.Handle(http.StatusOK, s.DismissDuplicate)
}
