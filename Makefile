# `make` lists the targets. All need Go, Node.js with npm, and make; each installs what else it needs.

FUNCTIONS := load-config read-signals decide scale wait-for-nodegroup-active audit sync-triggers audit-config notify weekly-summary
CDK       := node_modules/.bin/cdk
CONTEXT   ?=

.DEFAULT_GOAL := help
.PHONY: help demo local test test-page test-dist traces test-aws simulate fleet lint bench build functions dist dist-check synth template spoke diff deploy destroy diagram golden pictures reference guide clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

BINARIES ?= build/local
demo: node_modules/.installed ## Run a week of the reference schedule and a stormy evening in a local AWS
	@go run ./integration/demo -binaries "$(BINARIES)"

# Runs until Ctrl-C. SPEED=60 makes an hour pass in a minute. AT="2026-11-24 06:20" sets the clock at the start (São Paulo time).
# ADDRESS=127.0.0.1:4600 sets the address of the endpoint.
SPEED   ?= 1
AT      ?=
ADDRESS ?= 127.0.0.1:4577
local: node_modules/.installed ## Keep a local AWS running to try every command
	@go run ./integration/local -speed "$(SPEED)" -at "$(AT)" -address "$(ADDRESS)" -binaries "$(BINARIES)"

# The race detector slows computing down five to ten times. These packages run without it: cdk compiles the CDK, integration
# tests other processes, and the rest compute much with few or no goroutines. The packages of shared are pure.
MODULE    := eks-scaling-automation
UNRACED   := $(MODULE)/cdk% $(MODULE)/integration $(MODULE)/integration/fleet $(MODULE)/integration/page $(MODULE)/integration/simulation/% \
	$(addprefix $(MODULE)/cmd/eks-scaling/internal/,health/checks icalendar importer/asg schema writeplan) \
	$(addprefix $(MODULE)/shared/,config limits scaling schedule triggers)
PACKAGES   = $(shell go list ./...)
# The race detector needs a C compiler.
RACE       = $(if $(shell command -v $(firstword $(shell go env CC))),-race)
# Collecting garbage less often takes a tenth of the computing away, for a few hundred megabytes.
test: export GOGC ?= 400
# `make lint` vets. Tests link faster without debug information. If the first half fails, the second half still runs.
TEST      := go test -vet=off -ldflags=-w -timeout 30m -shuffle=on
test: node_modules/.installed ## Run all tests
	@failed=0; \
	$(TEST) $(RACE) $(filter-out $(UNRACED),$(PACKAGES)) || failed=1; \
	$(TEST) $(filter $(UNRACED),$(PACKAGES)) || failed=1; \
	echo "The report's page was not tested in a browser. To do that: make test-page"; \
	exit $$failed

# BROWSER is the path of a Chromium; find looks for one.
BROWSER ?= find
test-page: node_modules/.installed ## Test the page of eks-scaling report in Chromium
	@go test -count=1 -vet=off ./integration/page -args -browser "$(BROWSER)"

# See docs/traces.md.
traces: node_modules/.installed ## Record the runs of all tests in build/traces
	@rm -rf build/traces
	@$(TEST) ./integration -count=1 -args -traces "$(CURDIR)/build/traces"
	@echo "The traces are in build/traces: $$(ls build/traces | wc -l) files, $$(du -sh build/traces | cut -f1)"

# Calls only the TestState API, and creates nothing in the account.
test-aws: ## Test the states of the traces with Step Functions in your account
	@go build -o build/test-aws ./integration/testaws && build/test-aws
	@$(MAKE) --no-print-directory traces
	@build/test-aws build/traces

# Runs the real handlers and the shipped definition. CASES sets the number of nights, SEED the number of the first one. STORY=1
# prints the story of every night, not only of bad ones. PLANTS=1 searches for planted faults. FAULTS=1 injects single faults.
CASES  ?= 2000
SEED   ?= 1
STORY  ?=
PLANTS ?=
FAULTS ?=
simulate: ## Simulate nights with random faults
	@go build -o build/nights ./integration/simulation/nights && build/nights -cases "$(CASES)" -seed "$(SEED)" -story "$(STORY)" $(if $(PLANTS),-plants) $(if $(FAULTS),-faults)

# UNITS sets the number of units. WRITE=docs writes docs/fleet.md, docs/fleet.svg and the figures in docs/how-it-works.md. PART=places
# measures accounts and regions alone, and writes their section.
UNITS ?= 1000
PART  ?= all
WRITE ?=
fleet: node_modules/.installed ## Measure runs of many clusters
	@go run ./integration/fleet -units "$(UNITS)" -part "$(PART)" -write "$(WRITE)"

lint: ## Run the linters
	go tool -modfile=go.tools.mod golangci-lint run ./...

bench: node_modules/.installed ## Run the benchmarks
	go test -run '^$$' -bench . -benchtime 100x ./shared/... ./cmd/... ./integration/...

# The build, stamped into the functions and the tool, and set as the stack's tags. Without git, set them or they are unknown.
VERSION  = $(shell git describe --tags --always --dirty --abbrev=12 2>/dev/null)
COMMIT   = $(shell git rev-parse --short=12 HEAD 2>/dev/null)
DATE     = $(shell TZ=UTC git log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd 2>/dev/null)
INTO    := $(MODULE)/shared/deployment
STAMP    = -X $(INTO).stampedVersion=$(VERSION) -X $(INTO).stampedCommit=$(COMMIT) -X $(INTO).stampedDate=$(DATE)

build: functions build/eks-scaling ## Build the functions and the command line tool

# Equal sources give equal zips, so that an unchanged function is not deployed again.
functions: $(FUNCTIONS:%=build/functions/%/bootstrap)
	@go run ./cmd/dist zip build/functions $(FUNCTIONS)

# Each flag makes programs smaller: no inlining in the packages that wait for the network; no symbols.
SMALL = -trimpath $(foreach p,github.com/aws/... net/http crypto/tls crypto/x509 encoding/...,-gcflags=$(p)=-l) -ldflags '-s -w $(STAMP)'

# The functions as Lambda runs them: static, and for the processor arm64 or amd64. arm64 costs a fifth less. They have no RPC mode, which
# provided.al2023 does not use, and no HTTP/2, as AWS answers HTTP/1.1 everywhere.
FUNCTION_ARCH ?= arm64
build/functions/%/bootstrap: FORCE
	@CGO_ENABLED=0 GOOS=linux GOARCH=$(FUNCTION_ARCH) go build $(SMALL) -tags lambda.norpc,nethttpomithttp2 -o $@ ./functions/$*

build/eks-scaling: FORCE
	@CGO_ENABLED=0 go build $(SMALL) -o $@ ./cmd/eks-scaling

# Everything that a release needs, in DIST; see CONTRIBUTING.md. TARGETS=host builds the tool for this machine alone. The tools embed what
# is in EMBEDDED.
TARGETS   ?= all
DIST      ?= dist
PLATFORMS  = $(if $(filter host,$(TARGETS)),$(shell go env GOHOSTOS)/$(shell go env GOHOSTARCH),$(if $(filter all,$(TARGETS)),\
	$(foreach os,linux darwin windows,$(os)/amd64 $(os)/arm64),$(TARGETS)))
EMBEDDED  := cmd/eks-scaling/internal/release/files
RELEASE   := build/release
TOOL       = go tool -modfile=go.tools.mod
dist: node_modules/.installed functions template ## Build everything that a release needs
	@rm -rf $(DIST) $(EMBEDDED) $(RELEASE) && mkdir -p $(DIST) $(EMBEDDED)/functions $(RELEASE)
	@CGO_ENABLED=0 go run $(SMALL) ./cmd/eks-scaling/internal/docfiles -out $(RELEASE)/docs
	@cp $(FUNCTIONS:%=build/functions/%.zip) $(EMBEDDED)/functions
	@cp $(RELEASED) $(RELEASE)/docs/eks-scaling-spoke.template.json $(EMBEDDED)
	@$(foreach p,$(PLATFORMS),CGO_ENABLED=0 GOOS=$(patsubst %/,%,$(dir $p)) GOARCH=$(notdir $p) \
		go build $(SMALL) -tags release -o $(RELEASE)/$(subst /,-,$p)/ ./cmd/eks-scaling &&) true
	@$(TOOL) cyclonedx-gomod mod -json -licenses -assert-licenses -std -noserial -notimestamp -short-purls -output $(RELEASE)/sbom.json 2>$(RELEASE)/sbom.log \
		|| { cat $(RELEASE)/sbom.log; false; }
	@go run ./cmd/dist pack -version "$(VERSION)" -date "$(DATE)" -platforms "$(PLATFORMS)" -sbom $(RELEASE)/sbom.json -nfpm "$(TOOL) nfpm" -out $(DIST)
	@echo "The release $(VERSION) is in $(DIST): $$(ls $(DIST) | wc -l) files, $$(du -sh $(DIST) | cut -f1)"

# Its functions run on this machine.
test-dist: node_modules/.installed ## Install, upgrade and uninstall a release in a local AWS, with the released tool
	@$(MAKE) --no-print-directory dist TARGETS=host FUNCTION_ARCH="$$(go env GOHOSTARCH)" DIST=build/test-dist
	go test -count=1 ./integration/install -args -dist "$(CURDIR)/build/test-dist"

# The second build is of a copy in another folder, without git. The files of the first one are not copied.
dist-check: dist ## Build the release twice, compare, and look into its files
	@again=$$(mktemp -d) && trap 'rm -rf "$$again"' EXIT && git ls-files -co --exclude-standard -z | tar --null -T - -cf - | tar -xf - -C "$$again" \
		&& ln -s "$(CURDIR)/node_modules" "$$again/node_modules" \
		&& $(MAKE) --no-print-directory -C "$$again" dist DIST=dist VERSION="$(VERSION)" COMMIT="$(COMMIT)" DATE="$(DATE)" >/dev/null \
		&& go run ./cmd/dist check "$(DIST)" "$$again/dist" && echo "The release is the same twice."

STAMPED = $(if $(VERSION),-c version="$(VERSION)") $(if $(filter amd64,$(FUNCTION_ARCH)),-c architecture=x86_64)
TAGS    = $(if $(VERSION),--tags eks-scaling:version=$(VERSION) --tags eks-scaling:commit=$(COMMIT) --tags eks-scaling:date=$(DATE))

FORCE:

synth: node_modules/.installed build ## Write the CloudFormation template
	@$(CDK) synth --quiet $(STAMPED) $(CONTEXT) && echo "The template is cdk.out/EksScaling.template.json"

# PERMISSIONS writes them for exactly the configured node groups (configured, with CONTEXT="-c config=FILE"), in place of parameters.
PERMISSIONS ?=
RELEASED    := build/eks-scaling.template.json
template: node_modules/.installed functions ## Write the template that needs neither the CDK nor a bootstrapped account
	@$(CDK) synth --quiet --no-path-metadata --no-asset-metadata --output build/release -c template=release $(if $(PERMISSIONS),-c permissions="$(PERMISSIONS)") $(STAMPED) $(CONTEXT)
	@cp build/release/EksScaling.template.json $(RELEASED) && echo "The template is $(RELEASED): $$(wc -c < $(RELEASED)) bytes"

# SPOKE selects the clusters: named, those of the configuration that have an account, or tag:KEY=VALUE. It needs no built functions.
SPOKE ?= named
spoke: node_modules/.installed ## Write the template of a spoke, the stack in another account
	@$(CDK) synth --quiet -c spoke="$(SPOKE)" $(CONTEXT) && echo "The template is cdk.out/EksScalingSpoke.template.json"

diff: node_modules/.installed build ## Compare the deployed stack with this version
	$(CDK) diff $(STAMPED) $(CONTEXT)

deploy: node_modules/.installed build ## Deploy the stack; CONTEXT="-c config=FILE ..." sets options
	$(CDK) deploy --import-existing-resources $(TAGS) $(STAMPED) $(CONTEXT)

destroy: node_modules/.installed build ## Delete the stack
	$(CDK) destroy $(CONTEXT)

# The targets below rewrite generated files.
diagram: ## Redraw the workflow diagram in the README
	go test ./statemachine -run TestDiagram -update
golden: ## Rewrite the stack's golden template
	go test ./cdk -run TestGolden -update
pictures: node_modules/.installed ## Redraw the pictures in the README
	go test ./integration -run 'TestPictures$$' -update
	go test -count=1 -v ./integration/page -run 'TestPicture$$' -args -browser try -picture "$(CURDIR)/docs/report.png"
reference: ## Rewrite docs/cli.md
	go test ./cmd/eks-scaling/internal/cli -run 'TestReference|TestAnswers' -update
guide: node_modules/.installed ## Rewrite what docs/operator-guide.md and docs/signals.md print
	go test ./integration -run 'TestOperatorGuide$$|TestSignalsGuide$$' -update

node_modules/.installed: package.json package-lock.json
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

clean: ## Delete everything that was built or installed
	rm -rf build cdk.out node_modules
