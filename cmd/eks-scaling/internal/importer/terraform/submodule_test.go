package terraform_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer/importertest"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer/terraform"
)

func file2(text string) importer.File {
	return importer.File{Name: "main.tf", Data: []byte(text)}
}

// separate is a module for the node group of the same name.
func separate(name, cluster string) string {
	return "module \"" + name + "\" {\n source = \"terraform-aws-modules/eks/aws//modules/eks-managed-node-group\"\n name = \"" + name +
		"\"\n use_name_prefix = false\n cluster_name = " + cluster + "\n min_size = 0\n max_size = 5\n schedules = " + both + "\n}\n"
}

const region = "provider \"aws\" {\n region = \"sa-east-1\"\n}\n"

// TestModulesForOneNodegroup has in each row the clusters that become of modules, with their node groups.
func TestModulesForOneNodegroup(t *testing.T) {
	whole := strings.TrimPrefix(string(file("big = { schedules = "+both+" }").Data), `provider "aws" { region = "sa-east-1" }`)
	tests := []struct {
		rule, blocks string
		want         map[string][]string
	}{
		{"one", separate("web", `"production"`), map[string][]string{"production": {"web"}}},
		{"several_of_a_cluster", separate("web", `"production"`) + separate("batch", `"production"`), map[string][]string{"production": {"batch", "web"}}},
		{"of_several_clusters", separate("web", `"production"`) + separate("batch", `"staging"`), map[string][]string{"production": {"web"}, "staging": {"batch"}}},
		{"beside_the_cluster", separate("web", `"production"`) + whole, map[string][]string{"production": {"big", "web"}}},
		{"the_clusters_output", separate("web", "module.eks.cluster_name") + whole, map[string][]string{"production": {"big", "web"}}},
		{"the_clusters_older_output", separate("web", "module.eks.cluster_id") + whole, map[string][]string{"production": {"big", "web"}}},
		{"a_local_name", separate("web", "local.cluster") + "locals {\n cluster = \"production\"\n}", map[string][]string{"production": {"web"}}},
		{"once_by_count", strings.Replace(separate("web", `"production"`), "{\n", "{\n count = 1\n", 1), map[string][]string{"production": {"web"}}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			imported, err := read(file2(region + test.blocks))
			if err != nil || len(imported.Warnings) > 0 {
				t.Fatalf("found %v and the warnings %v; want none", err, imported.Warnings)
			}
			got := map[string][]string{}
			for _, c := range importertest.Config(t, imported).Clusters {
				got[c.Name] = slices.Sorted(maps.Keys(c.Nodegroups))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestModulesForOneNodegroupThatAreSkipped(t *testing.T) {
	fine := separate("fine", `"production"`)
	tests := []struct{ rule, block, want string }{
		{"no_schedules", "module \"web\" {\n source = \"terraform-aws-modules/eks/aws//modules/eks-managed-node-group\"\n name = \"web\"\n}", `main.tf:4: node group "web" is skipped: it has no schedules`},
		{"no_name", strings.Replace(separate("web", `"production"`), "name = \"web\"", "", 1), `main.tf:4: node group "web" is skipped: module "web" has no name`},
		{"several", strings.Replace(separate("web", `"production"`), "{\n", "{\n for_each = local.all\n", 1), `main.tf:5: module "web" is skipped: it has for_each, which is not evaluated; write one module block for each`},
		{"none", strings.Replace(separate("web", `"production"`), "{\n", "{\n count = 0\n", 1), `main.tf:5: module "web" is skipped: count = 0, and only 1 can be imported`},
		{"self_managed", strings.Replace(separate("web", `"production"`), "eks-managed", "self-managed", 1), `main.tf:4: module "web" is skipped: only managed node groups can be scaled`},
		{"the_name_of_another", strings.Replace(separate("web", `"production"`), `name = "web"`, `name = "fine"`, 1), `node group "fine" is skipped: the one at main.tf:4 has the same name`},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			imported, err := read(file2(region + test.block + "\n" + fine))
			if err != nil {
				t.Fatal(err)
			}
			importertest.Warned(t, imported, test.want)
			if got := slices.Sorted(maps.Keys(importertest.Config(t, imported).Clusters[0].Nodegroups)); !slices.Equal(got, []string{"fine"}) {
				t.Errorf("found the node groups %v; want fine alone", got)
			}
		})
	}
}

func TestOneNameForTheNodegroupsOfACluster(t *testing.T) {
	read := func(blocks string) (importer.Imported, error) {
		return terraform.Import([]importer.File{file2(blocks)}, importer.Cluster{Name: "berlin", Region: "eu-central-1"}, importertest.Now)
	}
	imported, err := read(separate("web", "var.cluster") + separate("batch", "var.cluster"))
	if err != nil {
		t.Fatal(err)
	}
	if c := importertest.Config(t, imported).Clusters; len(c) != 1 || c[0].Name != "berlin" || len(c[0].Nodegroups) != 2 {
		t.Errorf("found %v; want berlin with both", c)
	}
	imported, err = read(separate("web", `"production"`) + separate("batch", `"staging"`))
	importertest.Refused(t, imported, err, "--cluster names one cluster, but these modules create 2")
}

func TestPointsToTheCommandForActionsOfAutoScaling(t *testing.T) {
	resource := "resource \"aws_autoscaling_schedule\" \"night\" {}\n"
	for blocks, want := range map[string]string{
		resource:          "--cluster NAME --region REGION",
		resource + region: "--cluster NAME --region sa-east-1",
		resource + region + separate("web", `"production"`):                                     "--cluster production --region sa-east-1",
		resource + region + separate("web", `"production"`) + separate("batch", `"production"`): "--cluster NAME --region sa-east-1",
	} {
		imported, _ := read(file2(blocks))
		importertest.Warned(t, imported, `main.tf:1: aws_autoscaling_schedule "night" is skipped: read it from AWS with: eks-scaling import asg-schedules `+want)
	}
}
