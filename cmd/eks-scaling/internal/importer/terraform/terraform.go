// Package terraform imports the schedules of terraform-aws-modules/eks. It follows references to literals in the files, and
// evaluates no function but merge.
package terraform

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
)

// Import imports the `schedules` of the managed node groups of terraform-aws-modules/eks, version 20 and before. The files belong
// to one root module: .tf files, .tfvars files and terragrunt.hcl. The operator's settings of the cluster take precedence over the
// files', and must have no time zone. Starts and ends of actions are judged as of now.
//
// A node group is imported with all of its schedules or not at all; warnings say why not. If none can be imported, or a cluster's
// name or region is unknown, that is an error with its place.
func Import(files []importer.File, as importer.Cluster, now time.Time) (importer.Imported, error) {
	if as.Timezone != "" {
		return importer.Imported{}, errors.New("a time zone was given, but each Terraform schedule has its own")
	}
	t := &rootModule{as: as, now: now}
	t.scope = newScope(&t.found)
	var names []string
	for _, file := range files {
		names = append(names, file.Name)
		if err := t.open(file); err != nil {
			return importer.Imported{}, err
		}
	}
	t.readProviders()
	t.readInputs()
	t.tellASG()
	source := strings.Join(names, ", ")
	d, err := t.document(source)
	if err != nil {
		return importer.Imported{Warnings: t.found}, err
	}
	return d.Finish(source, "Remove the schedules from Terraform before you apply this: both would scale the same node groups.", t.found)
}

// words holds the module's own terms.
var words = importer.Words{Schedule: "schedule", Min: "min_size", Max: "max_size", Desired: "desired_size", Keep: "keep it (-1)"}

// rootModule holds the relevant parts of a root module's files.
type rootModule struct {
	*scope
	as        importer.Cluster
	now       time.Time
	providers []setting // their regions
	regions   []string  // of the providers, without duplicates
	modules   []module
	inputs    *module // Terragrunt's inputs
	resources []resource
	found     importer.Warnings
}

// resource is an aws_autoscaling_schedule.
type resource struct{ place, name string }

func (t *rootModule) open(file importer.File) error {
	file.Data = bytes.TrimPrefix(file.Data, []byte("\ufeff"))
	if start := bytes.TrimSpace(file.Data); filepath.Ext(file.Name) == ".json" || bytes.HasPrefix(start, []byte("{")) || bytes.HasPrefix(start, []byte("[")) {
		return fmt.Errorf("%s: JSON is not supported: use a .tf file", file.Name)
	}
	parsed, diags := hclsyntax.ParseConfig(file.Data, file.Name, hcl.InitialPos)
	for _, diag := range diags {
		if diag.Severity == hcl.DiagError {
			return fmt.Errorf("%s: not Terraform: %s", placeOf(diag, file), importer.OneLine(diag.Summary+": "+diag.Detail))
		}
	}
	t.sources[file.Name] = file.Data
	body, ok := parsed.Body.(*hclsyntax.Body)
	if !ok {
		return fmt.Errorf("%s: %T is not supported: use a .tf file", file.Name, parsed.Body)
	}
	for _, block := range body.Blocks {
		t.readBlock(block)
	}
	t.readValues(body)
	return nil
}

func placeOf(diag *hcl.Diagnostic, file importer.File) string {
	if diag.Subject == nil {
		return file.Name
	}
	return place(*diag.Subject)
}

func (t *rootModule) readBlock(block *hclsyntax.Block) {
	args := t.arguments(block.Body)
	name := ""
	if len(block.Labels) > 0 {
		name = block.Labels[len(block.Labels)-1]
	}
	switch block.Type + " " + strings.Join(block.Labels, " ") {
	case "provider aws":
		if region, ok := args["region"]; ok {
			t.providers = append(t.providers, region)
		}
	case "locals ":
		for _, s := range args {
			t.define(t.locals, "local.", s)
		}
	case "terraform ":
		t.readSource(args)
	case "variable " + name:
		t.readDefault(name, args)
	case "resource aws_autoscaling_schedule " + name:
		t.resources = append(t.resources, resource{place(block.DefRange()), name})
	case "module " + name:
		t.addModule(module{name, place(block.DefRange()), args, t})
	}
}

func (t *rootModule) readDefault(variable string, args map[string]setting) {
	if s, ok := args["default"]; ok {
		s.name = variable
		t.define(t.defaults, "var.", s)
	}
}

func (t *rootModule) addModule(m module) {
	t.scope.modules[m.name] = m
	if m.relevant() {
		t.modules = append(t.modules, m)
	}
}

// arguments returns the arguments of a block.
func (t *rootModule) arguments(body *hclsyntax.Body) map[string]setting {
	args := map[string]setting{}
	for name, attribute := range body.Attributes {
		args[name] = setting{name: name, expr: attribute.Expr, in: t.scope}
	}
	return args
}

// readProviders reads the regions of the providers, unless the operator names one.
func (t *rootModule) readProviders() {
	if t.as.Region != "" {
		return
	}
	for _, s := range t.providers {
		region, err := s.text()
		if err != nil {
			t.found.Add(s.place(), "the provider's %v", err)
		}
		if err == nil && !slices.Contains(t.regions, region) {
			t.regions = append(t.regions, region)
		}
	}
}
