# `make help` lists the targets. `make run` and `make test` are the two a
# newcomer needs.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
WITHPG := go run ./internal/tool/withpg -dir $${TMPDIR:-/tmp}/homecare-test-$$$$
PG := $(WITHPG) --

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z/%-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

.PHONY: build
build: ## bin/homecare
	@go build -trimpath -ldflags '-s -w' -o bin/homecare ./cmd/homecare

.PHONY: run
run: build ## serve the product on a private PostgreSQL (development)
	@exec bin/homecare run

.PHONY: test
test: setup ## all tests: race detector, real PostgreSQL, one database per test
	@$(PG) go test -race -shuffle=on -count=1 -timeout 30m ./...

.PHONY: setup
setup: ## what the tests need beside Go (installs as root or with HOMECARE_INSTALL=1)
	@tools/setup.sh gcc poppler postgresql curl jq openssl python3

MODULE := github.com/balangan/homecare
DEAD := go tool deadcode -f '{{$$p := .Path}}{{range .Funcs}}{{$$p}}.{{.Name}}{{println}}{{end}}'

.PHONY: lint
lint: ## Go linters, dead code
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "not formatted:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	@go tool -modfile=tools/go.mod golangci-lint run
	@$(DEAD) -test -tags sabotage ./... | diff /dev/null - || { echo "dead code: not even a test calls it"; exit 1; }
	@$(DEAD) -filter '^$(MODULE)/(cmd|internal/([^t]|t[^eo]|te[^s]|to[^o]))' ./cmd/... ./internal/tool/... ./internal/test/bench/cmd/... \
		| LC_ALL=C sort | diff <(sed 's/ *#.*//; /^$$/d' tools/deadcode.txt) - || { echo "dead code: > only tests call it, < tools/deadcode.txt names it no longer rightly"; exit 1; }

.PHONY: generate
generate: ## api/openapi.yaml, api/problems.md, the calls of the SDK, docs/roles.md, docs/schema, the rooms of docs/architecture.md
	@go run ./internal/tool/openapi
	@go run ./internal/tool/sdk
	@go run ./internal/tool/schemadoc
	@go run ./internal/tool/house

.PHONY: generate/check
generate/check: generate ## fails when a generated file was not current
	@git diff --exit-code --stat -- api docs pkg || { echo "generated files are not current: run make generate and commit"; exit 1; }

.PHONY: spec
spec: ## lint the OpenAPI document (Redocly, Spectral)
	@tools/setup.sh node
	@npm ci --silent --no-fund --no-audit
	@npm run --silent lint:spec

FAULTS := $(WITHPG) -faults --
# A promise is one line; what a test said of its failure stands below it.
LINES := grep -E '^[A-Z]+-[0-9]+ |^ +[a-z0-9_]+\.go:[0-9]+: |^(---|FAIL|ok|PASS|panic)' | cut -c1-1500
PROMISES := $(FAULTS) go test -count=1 -timeout 45m -v ./internal/test/promise/all

.PHONY: promises
promises: setup ## measure the promises, each with its red control (at most 30 minutes)
	@tools/setup.sh node
	@$(PROMISES) | $(LINES)

SLOW := $(FAULTS) go test -count=1 -timeout 45m -v ./internal/test/promise/slow

.PHONY: promises/slow
promises/slow: setup ## the promises that take minutes: backup, standby, bad lines, killed migrations
	@$(SLOW) | $(LINES)

# The areas of docs/promises.md and how the ids of their promises begin.
AREA_isolation := ISO
AREA_lossless := DUR
AREA_contract := API
AREA_record := REC

promises/slow/%: setup ## those of one area: isolation, lossless, contract, record
	@test -n "$(AREA_$*)" || { echo "no area $*: isolation, lossless, contract, record"; exit 1; }
	@$(SLOW) -run '^Test$(AREA_$*)' | $(LINES)

.PHONY: promises/ci
promises/ci: setup ## those of the quick ones that take less than half a minute (at most 10 minutes)
	@tools/setup.sh node
	@$(PROMISES) -short -skip '^Test(ISO5|ISO8|AUT5|DUR10)$$' | $(LINES)

BENCH := go run ./internal/test/bench/cmd/bench
# Nine rounds, whose lower quartile counts.
ROUNDS := -rounds 9 -measure 1500ms -warmup 500ms

.PHONY: bench
bench: ## measure against the floor: one and ten districts, at most 20 minutes; writes docs/benchmarks
	@$(BENCH) -scale 1,10 $(ROUNDS) -out docs/benchmarks

# One row writes no results: they would have that row only.
.PHONY: bench/full
bench/full: SCALE ?= 1,10,100
bench/full: KEEP ?= $(if $(ROW),/var/tmp/homecare-bench)
bench/full: ## bench with a hundred districts (an hour); ROW="write" runs the rows that begin so, on databases kept in KEEP
	@$(BENCH) -scale $(SCALE) $(ROUNDS) -long $(if $(KEEP),-keep $(KEEP)) $(if $(ROW),-only "$(ROW)",-out docs/benchmarks)

.PHONY: bench/ci
bench/ci: ## short bench: fails below a promised ratio less the noise band
	@$(BENCH) -scale 1 -rounds 3 -measure 1500ms -warmup 500ms -check

.PHONY: bench/once
bench/once: ## each row of the bench once: it is answered, within its budget of rows, WAL, allocations and processor
	@$(BENCH) -scale 1 -rounds 1 -measure 3s -warmup 1s -budget

.PHONY: image
image: ## bin/homecare-image.tar: the container image, without a container engine, bit by bit reproducible
	@CGO_ENABLED=0 GOOS=linux GOARCH=$${GOARCH:-amd64} go build -trimpath -buildvcs=false -ldflags '-s -w' -o bin/homecare-linux-$${GOARCH:-amd64} ./cmd/homecare
	@SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) go run ./internal/tool/image -arch $${GOARCH:-amd64} \
		-binary bin/homecare-linux-$${GOARCH:-amd64} -version $${VERSION:-$$(git describe --tags --always)} -out bin/homecare-image.tar

.PHONY: deployments/check
deployments/check: ## Compose files, trial, units, alerts, dashboards, runbooks, image: by the parsers that will read them
	@cd deployments/check && go test -count=1 ./...

.PHONY: runbooks
runbooks: build ## follow install, backup, restore, key rotation, upgrade, rollback word by word on a scratch prefix (root, Debian's PostgreSQL 15)
	@cd deployments/check && HOMECARE_FOLLOW=1 go test -count=1 -v -run 'TestFollowRunbooks' .

.PHONY: pages
pages: setup ## look at the pages in Chromium: phone and desk, light and dark, axe, nothing from another host
	@tools/setup.sh node chromium
	@cd tools/pages && npm ci --silent --no-fund --no-audit
	@HOMECARE_PAGES=1 $(PG) go test -count=1 ./internal/test/pages

.PHONY: ci
ci: ## what .ci/run runs, each part with its minutes
	@for part in test lint generate/check deployments/check runbooks spec pages bench/once promises/ci; do \
		begin=$$SECONDS; $(MAKE) --no-print-directory $$part; took=$$((SECONDS - begin)); \
		times+="$$(printf '%-20s %3d:%02d' $$part $$((took / 60)) $$((took % 60)))"$$'\n'; \
	done; printf '%s%-20s %3d:%02d\n' "$$times" all $$((SECONDS / 60)) $$((SECONDS % 60))
