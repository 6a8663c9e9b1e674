package docs

import (
	"bytes"
	"html/template"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/rest"
)

// problemPage is the page of a problem's type (/problems/<code>), in both
// languages: a person who follows a link from a log sends no Accept-Language.
var problemPage = template.Must(template.New("problem").Parse(`<!doctype html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Code}}</title>
<link rel="stylesheet" href="/docs/assets/docs.css">
</head>
<body>
<h1><code>{{.Code}}</code></h1>
<p>HTTP {{.Status}}</p>
<h2>{{.Title.ID}}</h2>
<p>{{.Detail.ID}}</p>
<p>{{if .Retryable}}Permintaan yang sama boleh dikirim lagi dengan Idempotency-Key yang sama.
{{- else}}Mengirim permintaan yang sama lagi tidak membantu.{{end}}</p>
<div lang="en">
<h2>{{.Title.EN}}</h2>
<p>{{.Detail.EN}}</p>
<p>{{if .Retryable}}The same request may be sent again with the same Idempotency-Key.
{{- else}}Sending the same request again does not help.{{end}}</p>
</div>
<p><a href="/docs">/docs</a></p>
</body>
</html>
`))

// problem serves the page of one code of the catalogue.
func problem(c echo.Context) error {
	all := fault.Catalogue()
	i := slices.IndexFunc(all, func(d *fault.Definition) bool { return d.Code == c.Param("code") })
	if i < 0 {
		return fault.ErrNotFound
	}
	d := all[i]
	var b bytes.Buffer
	if err := problemPage.Execute(&b, map[string]any{"Code": d.Code, "Status": rest.StatusOf(d.Kind),
		"Title": rest.TitleOf(d.Kind), "Detail": d.Detail, "Retryable": d.Retryable}); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Security-Policy", policy)
	return answer(c, "text/html; charset=utf-8", b.Bytes())
}
