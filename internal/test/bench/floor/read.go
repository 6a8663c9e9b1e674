package main

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/patient/number"
	"github.com/balangan/homecare/internal/platform/crypt"
)

const (
	columns = `select p.id::text, p.name, p.sex, coalesce(p.birth_date::text, ''), coalesce(p.village_code, ''),
		coalesce(v.name, ''), p.weak, p.created_at, p.updated_at, p.version,
		array(select s.source from patient_source s where s.puskesmas_id = p.puskesmas_id and s.patient_id = p.id
		order by 1), `
	sealedColumns = columns + `p.key_wrapped, p.identity_sealed`
	sealedFrom    = ` from patient p left join village v on v.code = p.village_code `
	plainColumns  = columns + `null::bytea, p.numbers`
	plainFrom     = ` from floor.person p left join village v on v.code = p.village_code `
)

// person is a row. With wrapped nil, sealed holds the numbers unsealed.
type person struct {
	id, name, sex, birth, village, villageName string
	weak                                       bool
	created, updated                           time.Time
	version                                    int64
	sources                                    []string
	wrapped, sealed                            []byte
}

func (p *person) scan(rows pgx.Row) error {
	return rows.Scan(&p.id, &p.name, &p.sex, &p.birth, &p.village, &p.villageName, &p.weak, &p.created, &p.updated,
		&p.version, &p.sources, &p.wrapped, &p.sealed)
}

type numbers struct {
	NIK      string `json:"nik"`
	KK       string `json:"kk"`
	BPJSCard string `json:"bpjs_card"`
	Phone    string `json:"phone"`
}

func (p *person) open(k crypt.Tenant) (n numbers, err error) {
	plain := p.sealed
	if p.wrapped != nil {
		key, err := k.Person(p.id, p.wrapped)
		if err != nil {
			return n, err
		}
		if plain, err = crypt.Open(key, "patient/"+p.id, p.sealed); err != nil {
			return n, err
		}
	}
	return n, json.Unmarshal(plain, &n)
}

// append writes p as the product answers it. Values of the load need no
// escaping.
func (p *person) append(b []byte, k crypt.Tenant) ([]byte, error) {
	n, err := p.open(k)
	if err != nil {
		return b, err
	}
	text := func(name, value string) {
		if value != "" {
			b = append(append(append(append(b, name...), '"'), value...), `",`...)
		}
	}
	b = append(b, '{')
	text(`"id":`, p.id)
	text(`"name":`, p.name)
	text(`"sex":`, p.sex)
	text(`"birth_date":`, p.birth)
	text(`"nik":`, number.Mask(n.NIK))
	text(`"kk":`, number.Mask(n.KK))
	text(`"bpjs_card":`, number.Mask(n.BPJSCard))
	text(`"phone":`, number.Mask(n.Phone))
	text(`"village":`, p.village)
	text(`"village_name":`, p.villageName)
	b = append(b, `"sources":[`...)
	for i, s := range p.sources {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), s...), '"')
	}
	b = strconv.AppendBool(append(b, `],"weak":`...), p.weak)
	b = p.created.AppendFormat(append(b, `,"created_at":"`...), time.RFC3339Nano)
	b = p.updated.AppendFormat(append(b, `","updated_at":"`...), time.RFC3339Nano)
	b = strconv.AppendInt(append(b, `","version":`...), p.version, 10)
	return append(b, '}'), nil
}

func (s *server) tenant(r *http.Request) (int16, crypt.Tenant, error) {
	n, err := strconv.ParseInt(r.PathValue("tenant"), 10, 16)
	if err != nil {
		return 0, crypt.Tenant{}, err
	}
	k, err := s.keys.For(int16(n))
	return int16(n), k, err
}

func (s *server) one(columns, from string) http.HandlerFunc {
	query := columns + from + `where p.puskesmas_id = $1 and p.id = $2`
	return func(w http.ResponseWriter, r *http.Request) {
		tenant, k, err := s.tenant(r)
		var p person
		if err == nil {
			err = p.scan(s.pool.QueryRow(r.Context(), query, tenant, r.PathValue("id")))
		}
		var b []byte
		if err == nil {
			b, err = p.append(make([]byte, 0, 1024), k)
		}
		answer(w, http.StatusOK, b, err)
	}
}

func (s *server) list(columns, from string) http.HandlerFunc {
	query := columns + from + `where p.puskesmas_id = $1 and (p.name_search, p.id) > ($2, $3)
		and p.merged_into_id is null and p.voided_reason is null
		order by p.name_search, p.id limit 51`
	return func(w http.ResponseWriter, r *http.Request) {
		tenant, k, err := s.tenant(r)
		if err != nil {
			answer(w, 0, nil, err)
			return
		}
		rows, err := s.pool.Query(r.Context(), query, tenant, r.FormValue("name"), r.FormValue("id"))
		if err != nil {
			answer(w, 0, nil, err)
			return
		}
		defer rows.Close()
		b := append(make([]byte, 0, 32<<10), `{"data":[`...)
		var p person
		for n := 0; rows.Next(); n++ {
			last := p
			if err = p.scan(rows); err != nil {
				break
			}
			if n == 50 {
				b = append(append(append(b, `],"next_cursor":"`...), last.id...), `"}`...)
				answer(w, http.StatusOK, b, nil)
				return
			}
			if n > 0 {
				b = append(b, ',')
			}
			if b, err = p.append(b, k); err != nil {
				break
			}
		}
		if err == nil {
			err = rows.Err()
		}
		answer(w, http.StatusOK, append(b, `]}`...), err)
	}
}

func answer(w http.ResponseWriter, status int, b []byte, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	_, _ = w.Write(b)
}
