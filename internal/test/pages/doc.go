// Package pages looks at the product's pages in Chromium (make pages).
package pages
