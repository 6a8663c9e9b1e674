# make help lists the targets.
SHELL := /bin/bash
export HOMECARE_DATA_DIR ?= .data

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z/-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 22

.PHONY: build
build: ## bin/homecare
	@go build -trimpath -ldflags '-s -w' -o bin/homecare ./cmd/homecare

.PHONY: run
run: build ## serve the product on a private PostgreSQL (development)
	@exec bin/homecare run
