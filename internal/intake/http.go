package intake

import (
	"net/http"

	"github.com/balangan/homecare/internal/platform/rest"
)

// PostImport previews a file.
//
//	@Summary		Upload a file of a data source for preview
//	@Description	Unggah berkas sumber data (PIS-PK, PRB, P-Care, PTM, Lansia, KIA, Gizi, laporan masyarakat,
//					jejaring), CSV or XLSX. The registry does not change before the commit; every bad row is
//					explained. Uploading the same file again returns the existing import with already_imported.
//	@ID				createImport
//	@Tags			imports
func (s *Service) PostImport() rest.Handler { return rest.Handle(http.StatusCreated, s.Upload) }

// GetImports lists the imports.
//
//	@Summary		List imports, newest first
//	@Description	Daftar impor berkas sumber data.
//	@ID				listImports
//	@Tags			imports
func (s *Service) GetImports() rest.Handler { return rest.Handle(http.StatusOK, s.List) }

// GetImport answers one import.
//
//	@Summary		Get an import
//	@Description	Satu impor: counts by verdict, findings by class, and what its commit will do or
//					did.
//	@ID				getImport
//	@Tags			imports
func (s *Service) GetImport() rest.Handler { return rest.Handle(http.StatusOK, s.Get) }

// GetImportRows lists the rows of an import.
//
//	@Summary		List the rows of an import with their findings
//	@Description	Baris berkas dengan putusan dan temuannya; nomor identitas disamarkan.
//	@ID				listImportRows
//	@Tags			imports
func (s *Service) GetImportRows() rest.Handler { return rest.Handle(http.StatusOK, s.Rows) }

// PostCommit commits an import.
//
//	@Summary		Take an import's accepted rows into the registry
//	@Description	Simpan hasil impor, all or nothing: persons (new, or matched by NIK or BPJS card), their
//					sources, facts and households. Likely duplicates are proposed and scores are recomputed.
//	@ID				commitImport
//	@Tags			imports
func (s *Service) PostCommit() rest.Handler { return rest.Handle(http.StatusOK, s.Commit) }

// PostDecide decides about a row.
//
//	@Summary		Decide about a row
//	@Description	Putuskan baris yang menimbulkan pertanyaan (putusan to_decide): a new person, the person of
//					patient_id, or leave it out. Before the commit the decision is stored; afterwards the row is
//					taken at once. The answer is the import with its new version.
//	@ID				decideImportRow
//	@Tags			imports
func (s *Service) PostDecide() rest.Handler { return rest.Handle(http.StatusOK, s.Decide) }

// PostDiscard discards an import.
//
//	@Summary		Discard a preview
//	@Description	Batalkan pratinjau impor. The same file can be uploaded again.
//	@ID				discardImport
//	@Tags			imports
func (s *Service) PostDiscard() rest.Handler { return rest.Handle(http.StatusOK, s.Discard) }

// GetDuplicates lists likely duplicates.
//
//	@Summary		List likely duplicates, most similar first
//	@Description	Kemungkinan data ganda: pairs that a person must decide about; the import itself merges by NIK
//					or card only. first and second are the records in use. Once the two are merged, they are the
//					records as they were found, with merged_into_id.
//	@ID				listDuplicates
//	@Tags			registry
func (s *Service) GetDuplicates() rest.Handler { return rest.Handle(http.StatusOK, s.Duplicates) }

// PostDuplicateMerge merges a pair.
//
//	@Summary		Merge the two persons of a pair
//	@Description	Gabungkan: keep_id is the one that stays. Two persons with different NIKs are refused.
//	@ID				mergeDuplicate
//	@Tags			registry
func (s *Service) PostDuplicateMerge() rest.Handler {
	return rest.Handle(http.StatusOK, s.MergeDuplicate)
}

// PostDuplicateDismiss dismisses a pair.
//
//	@Summary		Record that the two are different people
//	@Description	Bukan data ganda: the pair is not proposed again.
//	@ID				dismissDuplicate
//	@Tags			registry
func (s *Service) PostDuplicateDismiss() rest.Handler {
	return rest.Handle(http.StatusOK, s.DismissDuplicate)
}
