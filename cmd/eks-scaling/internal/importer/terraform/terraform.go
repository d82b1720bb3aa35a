// Package terraform imports the schedules of terraform-aws-modules/eks. It evaluates nothing.
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
// to one root module; nothing in them is evaluated. The operator's settings of the cluster take precedence over the files'. The
// cluster's time zone selects the schedules. Starts and ends of actions are judged as of now.
//
// A node group is imported with all of its schedules or not at all; warnings say why not. If none can be imported, or a cluster's
// name or region is unknown, that is an error with its place.
func Import(files []importer.File, as importer.Cluster, now time.Time) (importer.Imported, error) {
	if as.Timezone != "" {
		return importer.Imported{}, errors.New("a time zone was given, but each Terraform schedule has its own")
	}
	t := rootModule{as: as, now: now, sources: sources{}}
	var names []string
	for _, file := range files {
		names = append(names, file.Name)
		if err := t.open(file); err != nil {
			return importer.Imported{}, err
		}
	}
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
	as      importer.Cluster
	now     time.Time
	sources sources
	regions []string // of the providers, without duplicates
	modules []module
	found   importer.Warnings
}

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
	return nil
}

func placeOf(diag *hcl.Diagnostic, file importer.File) string {
	if diag.Subject == nil {
		return file.Name
	}
	return place(*diag.Subject)
}

func (t *rootModule) readBlock(block *hclsyntax.Block) {
	switch {
	case block.Type == "provider" && slices.Equal(block.Labels, []string{"aws"}):
		if region, ok := t.attribute(block, "region"); ok {
			t.readRegion(region)
		}
	case block.Type == "resource" && len(block.Labels) == 2 && block.Labels[0] == "aws_autoscaling_schedule":
		t.found.Add(place(block.DefRange()), "aws_autoscaling_schedule %q is skipped: only schedules of the module's node groups are imported", block.Labels[1])
	case block.Type == "module" && len(block.Labels) == 1:
		if groups, ok := t.attribute(block, "eks_managed_node_groups"); ok {
			t.modules = append(t.modules, module{block, block.Labels[0], groups, t})
		} else if _, ok := t.attribute(block, "schedules"); ok {
			t.found.Add(place(block.DefRange()), "module %q is skipped: only schedules within eks_managed_node_groups are imported", block.Labels[0])
		}
	}
}

func (t *rootModule) attribute(block *hclsyntax.Block, name string) (setting, bool) {
	attribute, ok := block.Body.Attributes[name]
	if !ok {
		return setting{}, false
	}
	return setting{name, attribute.Expr, t.sources}, true
}

func (t *rootModule) readRegion(s setting) {
	region, err := s.text()
	if err != nil && t.as.Region == "" {
		t.found.Add(s.place(), "the provider's %v", err)
	}
	if err == nil && !slices.Contains(t.regions, region) {
		t.regions = append(t.regions, region)
	}
}

// document converts the modules to clusters. The document's time zone is the first cluster's.
func (t *rootModule) document(source string) (importer.Document, error) {
	if len(t.modules) == 0 {
		return importer.Document{}, fmt.Errorf("%s: no module has eks_managed_node_groups: use the files with module terraform-aws-modules/eks", source)
	}
	if t.as.Name != "" && len(t.modules) > 1 {
		return importer.Document{}, fmt.Errorf("%s: --cluster names one cluster, but %d modules have eks_managed_node_groups: pass the files of one module, or no --cluster",
			source, len(t.modules))
	}
	var d importer.Document
	for _, m := range t.modules {
		groups := m.read()
		if len(groups) == 0 {
			t.found.Add(m.place(), "module %q is skipped: none of its node groups has schedules that can be imported", m.name)
			continue
		}
		c, err := m.cluster(groups)
		if err != nil {
			return importer.Document{}, err
		}
		if slices.ContainsFunc(d.Clusters, func(other importer.DocumentCluster) bool { return other.Name == c.Name }) {
			return importer.Document{}, fmt.Errorf("%s: cluster %q is defined twice", m.place(), c.Name)
		}
		if d.Timezone == "" {
			d.Timezone = groups[0].Zone
		}
		if groups[0].Zone != d.Timezone {
			c.Timezone = groups[0].Zone
		}
		d.Clusters = append(d.Clusters, c)
	}
	if len(d.Clusters) == 0 {
		return importer.Document{}, fmt.Errorf("%s: no node group has schedules that can be imported; the warnings say why", source)
	}
	return d, nil
}
