# The two commands: `make demo` runs a week of the reference schedule, `make test` passes every test. Each does its own
# set-up, as `make local` does; all need Go, Node with npm, and make.

FUNCTIONS := load-config decide scale wait-for-nodegroup-active audit sync-triggers audit-config
CDK       := node_modules/.bin/cdk
CONTEXT   ?=

.PHONY: demo local test traces test-aws simulate fleet lint bench build synth diff deploy destroy diagram golden pictures reference guide clean

demo: node_modules/.installed
	@go run ./integration/demo

# Keeps the local world up until Ctrl-C. SPEED=60 lets an hour pass in a minute, AT="2026-11-24 06:20" begins then (in São Paulo),
# ADDRESS=127.0.0.1:4600 is another place for the endpoint.
SPEED   ?= 1
AT      ?=
ADDRESS ?= 127.0.0.1:4577
BINARIES ?= build/local
local: node_modules/.installed
	@go run ./integration/local -speed "$(SPEED)" -at "$(AT)" -address "$(ADDRESS)" -binaries "$(BINARIES)"

# The race detector makes computing five to ten times slower. These packages go without it: cdk compiles the CDK, integration
# tests other processes, and the rest computes long in few goroutines or in none. Those of shared are pure: values in, values out.
MODULE    := eks-scaling-automation
UNRACED   := $(MODULE)/cdk% $(MODULE)/integration $(MODULE)/integration/fleet $(MODULE)/integration/simulation/% \
	$(addprefix $(MODULE)/cmd/eks-scaling/internal/,health/checks icalendar importer/asg schema) \
	$(addprefix $(MODULE)/shared/,config limits scaling schedule triggers)
PACKAGES   = $(shell go list ./...)
# The race detector needs a C compiler.
RACE       = $(if $(shell command -v $(firstword $(shell go env CC))),-race)
# Vetting is part of make lint. Without debug information the tests link faster. A failure of the first half does not keep
# the second one from running.
TEST      := go test -vet=off -ldflags=-w -timeout 30m -shuffle=on
test: node_modules/.installed
	@failed=0; \
	$(TEST) $(RACE) $(filter-out $(UNRACED),$(PACKAGES)) || failed=1; \
	$(TEST) $(filter $(UNRACED),$(PACKAGES)) || failed=1; \
	exit $$failed

# Records the runs of every test as data, in build/traces; see docs/traces.md.
traces: node_modules/.installed
	@rm -rf build/traces
	@$(TEST) ./integration -count=1 -args -traces "$(CURDIR)/build/traces"
	@echo "The traces are in build/traces: $$(ls build/traces | wc -l) files, $$(du -sh build/traces | cut -f1)"

# Has Step Functions itself test every state of the traces, in an account of yours. It creates nothing there.
test-aws:
	@go build -o build/test-aws ./integration/testaws && build/test-aws
	@$(MAKE) --no-print-directory traces
	@build/test-aws build/traces

# Simulates nights by the real handlers and the shipped definition. CASES is how many, SEED the first one's number. STORY=1
# prints the story of every case, not of bad ones alone. PLANTS=1 searches for planted faults, FAULTS=1 puts single faults in.
CASES  ?= 2000
SEED   ?= 1
STORY  ?=
PLANTS ?=
FAULTS ?=
simulate:
	@go build -o build/nights ./integration/simulation/nights && build/nights -cases "$(CASES)" -seed "$(SEED)" -story "$(STORY)" $(if $(PLANTS),-plants) $(if $(FAULTS),-faults)

# Measures runs of UNITS units; WRITE=docs writes docs/fleet.md, docs/fleet.svg and the figures in docs/how-it-works.md.
UNITS ?= 1000
WRITE ?=
fleet: node_modules/.installed
	@go run ./integration/fleet -units "$(UNITS)" -write "$(WRITE)"

lint:
	go tool -modfile=go.tools.mod golangci-lint run ./...

bench: node_modules/.installed
	go test -run '^$$' -bench . -benchtime 100x ./shared/... ./cmd/... ./integration/...

build: $(FUNCTIONS:%=build/functions/%/bootstrap) build/eks-scaling

# The functions as Lambda runs them: static, arm64. Each flag makes them smaller: no RPC mode, which provided.al2023 does not use;
# no HTTP/2, as AWS answers HTTP/1.1 everywhere; no inlining in the packages that wait for the network.
FUNCTION_FLAGS := -trimpath -tags lambda.norpc,nethttpomithttp2 \
	$(foreach p,github.com/aws/... net/http crypto/tls crypto/x509 encoding/...,-gcflags=$(p)=-l) -ldflags '-s -w'
build/functions/%/bootstrap: FORCE
	@CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go build $(FUNCTION_FLAGS) -o $@ ./functions/$*

build/eks-scaling: FORCE
	@CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o $@ ./cmd/eks-scaling

FORCE:

synth: node_modules/.installed build
	@$(CDK) synth --quiet $(CONTEXT) && echo "The template is cdk.out/EksScaling.template.json"

diff: node_modules/.installed build
	$(CDK) diff $(CONTEXT)

deploy: node_modules/.installed build
	$(CDK) deploy $(CONTEXT)

destroy: node_modules/.installed build
	$(CDK) destroy $(CONTEXT)

# Rewrite generated files: the state machine's diagram, the stack's golden template, the README's pictures, the command line
# reference, and the operator guide.
diagram:
	go test ./statemachine -run TestDiagram -update
golden:
	go test ./cdk -run TestGolden -update
pictures: node_modules/.installed
	go test ./integration -run 'TestPictures$$' -update
reference:
	go test ./cmd/eks-scaling/internal/cli -run 'TestReference|TestAnswers' -update
guide: node_modules/.installed
	go test ./integration -run TestOperatorGuide -update

node_modules/.installed: package.json package-lock.json
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

clean:
	rm -rf build cdk.out node_modules
