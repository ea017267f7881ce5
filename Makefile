# Vestibule. `make help` says what there is; `make run` and `make test` are what most people need.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# The same for whatever compiles, so that it is compiled once: tests, linters and the program share it.
export CGO_ENABLED := 0
export GOFLAGS := $(strip $(GOFLAGS) -trimpath)

GOLANGCI := v2.15.0
TOOLS    := .tools/bin
NPM      := npm ci --ignore-scripts --no-audit --no-fund
GO_FILES := $(shell find backend frontend -name '*.go' -not -path '*/node_modules/*') go.mod go.sum $(wildcard backend/postgres/migrations/*.sql) $(wildcard backend/user/*.txt)
UI_FILES := $(shell find frontend/src frontend/example frontend/kit frontend/public -type f 2>/dev/null) $(wildcard frontend/*.json frontend/*.ts frontend/*.html frontend/*.cjs)

.PHONY: help
help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: build ## Build everything and start it: Postgres, example downstreams, server, demo accounts
	@exec bin/vestibule dev

.PHONY: build
build: bin/vestibule backend/embedded/node_modules/.done backend/examples/insights/node_modules/.done ## Build bin/vestibule, which then needs nothing more for `bin/vestibule dev`

.PHONY: dev
dev: build ## Reload on change: the server when Go changes, the pages as they change
	@backend/dev.sh

.PHONY: test
test: test-go test-ui test-compose test-e2e ## All tests: Go with real Postgres, the front end's, the compose file, journeys in a real Chromium

.PHONY: test-go
test-go: build ## Go tests alone
	go test -vet=off -ldflags='-s -w' -p 4 ./... # `make lint` vets; more at once than there are cores, since most of it waits for a database or a limit; to link without symbols is quicker
	cd backend/bench/peers && go test -vet=off ./... # a module of its own

.PHONY: test-ui
test-ui: frontend/node_modules/.done ## The front end's tests alone
	cd frontend && npm test

.PHONY: test-e2e
test-e2e: build e2e/node_modules/.done ## The journeys alone
	cd e2e && npm test

.PHONY: e2e-full
e2e-full: build e2e/node_modules/.done ## The journeys, and each page and state in light, in dark, on phones and in a Chinese browser
	cd e2e && npm run full

.PHONY: test-compose
test-compose: ## Check docker-compose.yml with Compose's own loader
	cd backend/compose/check && go test ./...

.PHONY: lint
lint: $(TOOLS)/golangci-lint-$(GOLANGCI) frontend/node_modules/.done frontend/contract/node_modules/.done e2e/node_modules/.done frontend/dist/.gitkeep ## Linters and formatters, Go and TypeScript
	go mod verify >/dev/null && go mod tidy -diff
	$(TOOLS)/golangci-lint-$(GOLANGCI) run ./...
	cd backend/bench/peers && go mod tidy -diff && $(CURDIR)/$(TOOLS)/golangci-lint-$(GOLANGCI) run ./...
	cd frontend && npm run lint && npm run typecheck && npm run contract -- --check
	cd e2e && npm run lint && npm run typecheck

.PHONY: format
format: $(TOOLS)/golangci-lint-$(GOLANGCI) frontend/node_modules/.done ## Format everything
	$(TOOLS)/golangci-lint-$(GOLANGCI) fmt ./...
	cd frontend && npm run format

.PHONY: contract
contract: frontend/contract/node_modules/.done ## Make the front end's types of the public contract from frontend/openapi.yaml
	cd frontend && npm run contract

.PHONY: bench
bench: build bench-pages ## Measure beside other proxies, interleaved, and the control of sessions; a quarter of an hour; figures to backend/bench/*.md
	go run ./backend/bench

.PHONY: bench-pages
bench-pages: build e2e/node_modules/.done ## Measure the pages in Chromium alone; figures to backend/bench/PAGES.md
	cd e2e && npm run bench

.PHONY: chaos
chaos: build ## End sessions under load for a minute, four times, three of them with a fault; bodies of 1 GiB; long runs of the models
	VESTIBULE_CHAOS=1m go test -count=1 -v -timeout 20m -run 'NothingIsAdmitted|CanNotReach|TenThousand' ./backend/httpapi
	VESTIBULE_CHAOS=1m go test -count=1 -run 'BodiesStream' ./backend/gateway
	go test -count=1 -timeout 20m -run 'HoweverItsSteps|MissesNothing' ./backend/session -rapid.checks=100000

.PHONY: screenshots
screenshots: build e2e/node_modules/.done ## Pictures of every page: light, dark, phone, Chinese; to e2e/artefacts
	cd e2e && npm run screenshots

.PHONY: clean
clean: ## Remove what was built and installed, and the development database
	rm -rf bin .vestibule frontend/node_modules frontend/contract/node_modules e2e/node_modules backend/embedded/node_modules backend/examples/insights/node_modules frontend/dist/account frontend/dist/example

bin/vestibule: $(GO_FILES) frontend/dist/account/index.html
	@mkdir -p bin
	go build -o $@ ./backend/cmd/vestibule

frontend/dist/account/index.html: frontend/node_modules/.done $(UI_FILES)
	cd frontend && npm run build

frontend/dist/.gitkeep:
	@mkdir -p frontend/dist && touch $@

%/node_modules/.done: %/package-lock.json
	cd $* && $(NPM)
	@touch $@

$(TOOLS)/golangci-lint-$(GOLANGCI):
	@mkdir -p $(TOOLS)
	GOBIN=$(CURDIR)/$(TOOLS) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI)
	@mv $(TOOLS)/golangci-lint $@
