package terraform_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer/importertest"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer/terraform"
)

// file is a root module with a provider and the given node groups, which begin on line 6.
func file(groups string) importer.File {
	return importer.File{Name: "main.tf", Data: []byte(`provider "aws" { region = "sa-east-1" }
module "eks" {
  source       = "terraform-aws-modules/eks/aws"
  cluster_name = "production"
  eks_managed_node_group_defaults = { use_name_prefix = false }
  eks_managed_node_groups = {` + groups + "\n}\n}\n")}
}

// big is a node group with the given schedules. The first line is the node group's own.
func big(schedules string) string {
	return "big = { min_size = 0, max_size = 5, schedules = {" + schedules + "} }"
}

// sets are fields of a schedule that set the sizes, the maximum to 5.
func sets(desired, recurrence string) string {
	return `min_size = 0, max_size = 5, desired_size = ` + desired + `, recurrence = "` + recurrence + `"`
}

func read(files ...importer.File) (importer.Imported, error) {
	return terraform.Import(files, importer.Cluster{}, importertest.Now)
}

// TestWhole imports whole files: one schedule for node groups that share hours, and four for node groups that do not.
func TestWhole(t *testing.T) {
	for _, name := range []string{"eks", "teams"} {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile("testdata/" + name + ".tf")
			if err != nil {
				t.Fatal(err)
			}
			imported, err := read(importer.File{Name: name + ".tf", Data: data})
			if err != nil {
				t.Fatal(err)
			}
			importertest.Config(t, imported)
			want, err := os.ReadFile("testdata/" + name + ".golden.yaml")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(imported.Document)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSizes(t *testing.T) {
	tests := []struct{ rule, nodegroup, limits, size string }{
		{
			"limits_span_what_it_is_made_with_and_its_schedules", `ng = { min_size = 1, max_size = 2, schedules = { on = { min_size = 0, max_size = 9, desired_size = 4, recurrence = "0 6 * * *" } } }`,
			"{minSize: 0, maxSize: 9}", "{minSize: 0, maxSize: 9, desiredSize: 4}",
		},
		{"the_module_has_defaults", `ng = {schedules = {on = {min_size = 2, max_size = 2, desired_size = 2, recurrence = "0 6 * * *" } } }`, "{minSize: 1, maxSize: 3}", "{minSize: 2, maxSize: 2, desiredSize: 2}"},
		{
			"numbers_as_texts", `ng = { min_size = "0", max_size = "4", schedules = { on = { min_size = "1", max_size = "2", desired_size = "1", recurrence = "0 6 * * *" } } }`,
			"{minSize: 0, maxSize: 4}", "{minSize: 1, maxSize: 2, desiredSize: 1}",
		},
		{
			"bounds_that_no_schedule_changes_are_its_own", `ng = { min_size = 1, max_size = 4, schedules = { on = { min_size = -1, max_size = "-1", desired_size = 2, recurrence = "0 6 * * *" } } }`,
			"{minSize: 1, maxSize: 4}", "{minSize: 1, maxSize: 4, desiredSize: 2}",
		},
		{
			"desired_size_that_no_schedule_changes_is_left_alone", `ng = { min_size = 0, max_size = 4, schedules = { on = { min_size = 1, max_size = 3, desired_size = -1, recurrence = "0 6 * * *" } } }`,
			"{minSize: 0, maxSize: 4}", "{minSize: 1, maxSize: 3}",
		},
		{
			"max_size_0_becomes_1", `ng = { min_size = 0, max_size = 4, schedules = { off = { min_size = 0, max_size = 0, desired_size = 0, recurrence = "0 6 * * *" } } }`,
			"{minSize: 0, maxSize: 4}", "{minSize: 0, maxSize: 1, desiredSize: 0}",
		},
		{
			"own_sizes_may_be_unknown", `ng = { min_size = var.min, max_size = 9, schedules = { on = { min_size = 1, max_size = 4, desired_size = 2, recurrence = "0 6 * * *" } } }`,
			"{minSize: 1, maxSize: 4}", "{minSize: 1, maxSize: 4, desiredSize: 2}",
		},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			imported, err := read(file(test.nodegroup))
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{"nodegroups:\n      ng: " + test.limits + "\n", "        ng: " + test.size + "\n"} {
				if !strings.Contains(importertest.Body(t, imported), want) {
					t.Errorf("found\n%s\nwant in it\n%s", imported.Document, want)
				}
			}
		})
	}
}

// TestLeavesOut has in each row what is wrong with the first of two node groups, from line 6, and the warning on it;
// the other one is imported all the same.
func TestLeavesOut(t *testing.T) {
	fine := "\nfine = { schedules = { on = {" + sets("1", "0 6 * * *") + "} } }"
	on := "on = {" + sets("1", "0 6 * * *") + "}"
	tests := []struct{ rule, nodegroup, want string }{
		{"day_of_the_month", big("\n on = {" + sets("1", "0 6 1 * *") + "}"), `main.tf:7: schedule "on" of node group "big" cannot be imported: unsupported day of the month "1" in recurrence "0 6 1 * *": only * can be imported`},
		{"end_to_come", big("on = {" + sets("1", "0 6 * * *") + `, end_time = "2026-11-23T12:00:01Z" }`), `end_time = "2026-11-23T12:00:01Z": it is in the future, but periods have no end date: remove it, or import the schedule after that time`},
		{"start_to_come", big("on = {" + sets("1", "0 6 * * *") + `, start_time = "2026-12-01T00:00:00Z" }`), `start_time = "2026-12-01T00:00:00Z": it is in the future, but periods have no start date: import it after that time`},
		{"start_that_is_none", big("on = {" + sets("1", "0 6 * * *") + `, start_time = "soon" }`), `start_time = "soon": must be a time`},
		{"end_in_less_than_a_year", big("on = {" + sets("1", "0 6 * * *") + `, end_time = "2027-11-23T11:59:59Z" }`), `it is in the future, but periods have no end date`},
		{"end_by_variable", big("on = {" + sets("1", "0 6 * * *") + `, end_time = var.end }`), `end_time = var.end: variable "end" has no default: pass the .tfvars file that sets it`},
		{"zone_that_is_none", big("on = {" + sets("1", "0 6 * * *") + `, time_zone = "Brasilia" }`), `time_zone = "Brasilia": must be an IANA time zone`},
		{"zone_of_the_machine", big("on = {" + sets("1", "0 6 * * *") + `, time_zone = "Local" }`), `time_zone = "Local": must be an IANA time zone`},
		{"zone_by_variable", big("on = {" + sets("1", "0 6 * * *") + `, time_zone = var.zone }`), `time_zone = var.zone: variable "zone" has no default: pass the .tfvars file that sets it`},
		{"zones_in_one_node_group", big(on + "\n off = {" + sets("0", "0 20 * * *") + `, time_zone = "Europe/Berlin" }`), `main.tf:7: schedule "off" of node group "big" is in Europe/Berlin, others are in UTC: all must be in one time zone`},
		{"recurrence_by_variable", big("on = { min_size = 0, max_size = 5, desired_size = 1, recurrence = var.cron }"), `recurrence = var.cron: variable "cron" has no default`},
		{"recurrence_with_a_variable_in_it", big("on = {" + sets("1", "0 ${var.hour} * * *") + "}"), `recurrence = "0 ${var.hour} * * *": variable "hour" has no default`},
		{"size_left_out", big(`on = { min_size = 0, max_size = 5, recurrence = "0 6 * * *" }`), `min_size, max_size and desired_size are required`},
		{"size_by_variable", big("on = {" + sets("local.n", "0 6 * * *") + "}"), `desired_size = local.n: local.n is not in these files: pass the file that defines it`},
		{"size_with_a_fraction", big("on = {" + sets("1.5", "0 6 * * *") + "}"), `desired_size = 1.5: must be a number of nodes`},
		{"size_that_fills_the_memory", big("on = {" + sets("1e99999999", "0 6 * * *") + "}"), `desired_size = 1e99999999: the number is too large`},
		{"size_that_fills_the_memory_in_a_template", big("on = {" + sets("\"${1e999999999}\"", "0 6 * * *") + "}"), `the number is too large`},
		{"size_below_unchanged", big("on = {" + sets("-2", "0 6 * * *") + "}"), `desired_size = -2: must be a number of nodes, or -1 for no change`},
		{"size_that_only_some_set", big(on + "\n off = {" + sets("-1", "0 20 * * *") + "}"), `main.tf:6: node group "big" is skipped: some of its schedules set desired_size and others keep it (-1)`},
		{"size_over_the_maximum", big("on = {" + sets("6", "0 6 * * *") + "}"), `has min_size 0, desired_size 6, max_size 5: must be min_size <= desired_size <= max_size`},
		{"bound_kept_and_unknown", `big = { max_size = var.n, schedules = { on = { min_size = 0, max_size = -1, desired_size = 1, recurrence = "0 6 * * *" } } }`, `its schedules keep max_size, but its own value is unknown: max_size = var.n: variable "n" has no default`},
		{"max_size_0_with_desired_size_kept", big(`off = { min_size = 0, max_size = 0, desired_size = -1, recurrence = "0 6 * * *" }`), `schedule "off" has max_size 0, which EKS rejects, and keeps desired_size`},
		{"two_at_the_same_time", big(on + "\n off = {" + sets("0", "0 6 * * 2") + "}"), `main.tf:7: node group "big" is skipped: schedules "on" and "off" both fire on tue 06:00 with different sizes`},
		{"part_of_the_schedules", big(on + "\n off = {" + sets("0", "0 20 L * *") + "}"), `main.tf:6: node group "big" is skipped: importing only some of its schedules would give wrong sizes`},
		{"schedules_by_variable", "big = { schedules = var.schedules }", `node group "big" is skipped: schedules = var.schedules: variable "schedules" has no default`},
		{"schedule_by_variable", "big = { schedules = { on = var.on } }", `schedule "on" of node group "big" cannot be imported: on = var.on: variable "on" has no default`},
		{"schedule_under_a_variable_name", `big = { schedules = { (var.on) = {} } }`, `a name in schedules = (var.on): variable "on" has no default`},
		{"schedule_twice", big(on + "\n" + on), `"on" is defined twice in schedules`},
		{"merged_node_group", "big = merge(local.ng, {})", `main.tf:6: node group "big" is skipped: big = local.ng: local.ng is not in these files: pass the file that defines it`},
		{"no_schedules", "big = { min_size = 1 }", `node group "big" is skipped: it has no schedules`},
		{"empty_schedules", "big = { schedules = {} }", `node group "big" is skipped: it has no schedules`},
		{"schedules_switched_off", "big = { create_schedule = false, schedules = {" + on + "} }", `node group "big" is skipped: create_schedule = false`},
		{"node_group_switched_off", "big = { create = false, schedules = {" + on + "} }", `node group "big" is skipped: create = false`},
		{"switched_by_variable", "big = { create = var.big, schedules = {" + on + "} }", `create = var.big: variable "big" has no default`},
		{"name_by_variable", "big = { name = var.name, schedules = {" + on + "} }", `name = var.name: variable "name" has no default`},
		{"name_that_cannot_be", `big = { name = "big one", schedules = {` + on + "} }", `invalid node group name "big one"`},
		{"name_of_another", `other = { name = "fine", schedules = {` + on + "} }", `main.tf:7: node group "fine" is skipped: the one at main.tf:6 has the same name`},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			imported, err := read(file(test.nodegroup + fine))
			if err != nil {
				t.Fatal(err)
			}
			importertest.Warned(t, imported, test.want)
			for _, c := range importertest.Config(t, imported).Clusters {
				_, imported := c.Nodegroups["big"]
				if _, ok := c.Nodegroups["fine"]; !ok || imported {
					t.Errorf("found the node groups %v; want fine, and not big", c.Nodegroups)
				}
			}
		})
	}
}

func TestRemarks(t *testing.T) {
	plain := string(file(big("on = {" + sets("1", "0 6 * * *") + "}")).Data)
	tests := []struct{ rule, old, new, want string }{
		{"name_prefix", "use_name_prefix = false", "", `main.tf:6: node group "big" has a longer name in EKS, because use_name_prefix is not false: replace it with that name`},
		{"another_source", "terraform-aws-modules/eks/aws", "./modules/eks", `main.tf:2: the source of module "eks" is not terraform-aws-modules/eks`},
		{"later_version", "cluster_name =", "version = \"~> 21.0\"\n cluster_name =", `main.tf:4: version "~> 21.0" of the module no longer has schedules`},
		{"self_managed_node_groups", "cluster_name =", "self_managed_node_groups = {}\n cluster_name =", `main.tf:4: self_managed_node_groups is skipped: only managed node groups can be scaled`},
		{"schedules_of_their_own", `module "eks"`, "resource \"aws_autoscaling_schedule\" \"night\" {}\nmodule \"eks\"", `main.tf:2: aws_autoscaling_schedule "night" is skipped: read it from AWS with: eks-scaling import asg-schedules --cluster production --region sa-east-1`},
		{"node_group_modules", `module "eks"`, "module \"ng\" {\n schedules = {}\n}\nmodule \"eks\"", `main.tf:2: node group "ng" is skipped: module "ng" has no name`},
		{"max_size_0", sets("1", "0 6 * * *"), `min_size = 0, max_size = 0, desired_size = 0, recurrence = "0 6 * * *"`, `main.tf:6: schedule "on" has max_size 0, which EKS rejects; it is imported as 1`},
		{"unknown_sizes_of_its_own", "max_size = 5, schedules", "max_size = var.n, schedules", `main.tf:6: the limits of node group "big" come from its schedules only`},
		{"fires_once", "big = { min_size = 0, max_size = 5, schedules = {", "big = { min_size = 0, max_size = 5, schedules = { once = {},", `main.tf:6: schedule "once" is skipped: it has no recurrence and fires once; if that is in the future, create an override instead`},
		{"ended", `recurrence = "0 6 * * *"`, `recurrence = "0 6 * * *" },` + "\n x = {" + sets("1", "0 6 * * *") + `, end_time = "2025-01-01T00:00:00Z"`, `main.tf:7: schedule "x" is skipped: it ended at 2025-01-01T00:00:00Z`},
	}
	before, err := read(importer.File{Name: "main.tf", Data: []byte(plain)})
	if err != nil || len(before.Warnings) > 0 {
		t.Fatalf("found %v and the warnings %v; want none", err, before.Warnings)
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			changed := strings.Replace(plain, test.old, test.new, 1)
			imported, err := read(importer.File{Name: "main.tf", Data: []byte(changed)})
			if err != nil {
				t.Fatal(err)
			}
			importertest.Config(t, imported)
			importertest.Warned(t, imported, test.want)
		})
	}
}

func TestRefused(t *testing.T) {
	plain := string(file(big("on = {" + sets("1", "0 6 * * *") + "}")).Data)
	tests := []struct{ rule, old, new, want string }{
		{"not_Terraform", plain, "module \"eks\" {\n  a = = 1\n}", "main.tf:2: not Terraform: Invalid expression"},
		{"empty", plain, "", "main.tf: no module has eks_managed_node_groups: use the files with module terraform-aws-modules/eks"},
		{"name_by_variable", `cluster_name = "production"`, "cluster_name = local.name", "main.tf:4: cluster_name = local.name: local.name is not in these files: pass the file that defines it; or pass the name with --cluster"},
		{"no_name", `cluster_name = "production"`, "", `main.tf:2: module "eks" has no cluster_name: pass the name with --cluster`},
		{"name_that_cannot_be", `"production"`, `"pro duction"`, `clusters[0].name: invalid cluster name "pro duction"`},
		{"region_by_variable", `region = "sa-east-1"`, `region = var.region`, "main.tf:2: no provider has a region that can be read: pass the region with --region"},
		{"several_regions", `module "eks"`, "provider \"aws\" { region = \"eu-west-1\" }\nmodule \"eks\"", `providers have several regions: "sa-east-1", "eu-west-1"; choose one with --region`},
		{"several_clusters", `module "eks" {`, "module \"eks\" {\n count = 2", "no node group has schedules that can be imported; the warnings say why"},
		{"node_groups_by_variable", "eks_managed_node_groups = {", "x = 1\n eks_managed_node_groups = var.groups\n y = {", "no node group has schedules that can be imported"},
		{"defaults_by_variable", "{ use_name_prefix = false }", "var.defaults", "no node group has schedules that can be imported"},
		{"the_same_cluster_twice", plain, plain + strings.Replace(plain, `"eks" {`, `"more" {`, 1), `cluster "production" is defined twice`},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			imported, err := read(importer.File{Name: "main.tf", Data: []byte(strings.Replace(plain, test.old, test.new, 1))})
			importertest.Refused(t, imported, err, test.want)
		})
	}
}

func TestOperatorsSettingsTakePrecedence(t *testing.T) {
	unnamed := strings.NewReplacer(`"production"`, "var.name", `"sa-east-1"`, "var.region").Replace(string(file(big("on = {" + sets("1", "0 6 * * *") + "}")).Data))
	files := []importer.File{{Name: "main.tf", Data: []byte(unnamed)}}
	imported, err := terraform.Import(files, importer.Cluster{Name: "berlin", Region: "eu-central-1"}, importertest.Now)
	if err != nil || len(imported.Warnings) > 0 {
		t.Fatalf("found %v and the warnings %v; want none", err, imported.Warnings)
	}
	if c := importertest.Config(t, imported).Clusters[0]; c.Name != "berlin" || c.Region != "eu-central-1" {
		t.Errorf("found %s in %s", c.Name, c.Region)
	}
	files = append(files, importer.File{Name: "more.tf", Data: []byte(unnamed)})
	imported, err = terraform.Import(files, importer.Cluster{Name: "berlin", Region: "eu-central-1"}, importertest.Now)
	importertest.Refused(t, imported, err, "main.tf, more.tf: --cluster names one cluster, but these modules create 2: pass the files of one cluster, or no --cluster")
	imported, err = terraform.Import(files, importertest.Production, importertest.Now)
	importertest.Refused(t, imported, err, "a time zone was given, but each Terraform schedule has its own")
}

func TestOfSeveralFilesAndClusters(t *testing.T) {
	module := func(name, zone string) string {
		groups := "ng = { use_name_prefix = false, schedules = { on = {" + sets("1", "0 6 * * *") + `, time_zone = "` + zone + `" } } }`
		return `module "` + name + `" {
			source = "terraform-aws-modules/eks/aws"
			cluster_name = "` + name + `"
			eks_managed_node_groups = { ` + groups + " }\n}\n"
	}
	imported, err := read(
		importer.File{Name: "eks.tf", Data: []byte(module("a", "Etc/UTC") + module("b", "Europe/Berlin"))},
		importer.File{Name: "more.tf", Data: []byte(module("c", "UTC"))},
		importer.File{Name: "providers.tf", Data: []byte("\ufeffprovider \"aws\" {\n region = \"sa-east-1\"\n}\nprovider \"aws\" {\n alias = \"x\"\n region = \"sa-east-1\"\n}")},
	)
	if err != nil || len(imported.Warnings) > 0 {
		t.Fatalf("found %v and the warnings %v; want none", err, imported.Warnings)
	}
	c := importertest.Config(t, imported)
	got := []string{c.Timezone}
	for _, cluster := range c.Clusters {
		got = append(got, cluster.Name+" "+cluster.Region+" "+cluster.Timezone)
	}
	if diff := cmp.Diff([]string{"UTC", "a sa-east-1 ", "b sa-east-1 Europe/Berlin", "c sa-east-1 "}, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzImport(f *testing.F) {
	whole, err := os.ReadFile("testdata/eks.tf")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	for _, seed := range []string{
		"", "{", "module {}", "module \"a\" { eks_managed_node_groups = 1 }", "module \"a\" { eks_managed_node_groups = {a = {schedules = {b = null}}} }",
		string(file(big("on = {" + sets("1", "*/2 6 * * *") + "}\n \"\\u0000\" = {" + sets("1/0", "1-59/2 * * * *") + "}")).Data),
		string(file("${a} = {}\n (null) = f()\n <<E\nx\nE").Data),
		string(file("big = { schedules = merge(local.a, var.b ? local.a : {}, local.c[var.d].e) }").Data) + "locals {\n a = " + both + "\n c = { x = { e = {} } }\n}\nvariable \"d\" { default = \"x\" }",
		region + separate("web", "module.eks.cluster_name") + separate("eks", `"${local.a}-${var.b}"`) + "locals { a = local.a }",
		"inputs = merge({ cluster_name = \"a\" }, { eks_managed_node_groups = { a = { schedules = " + both + " } } })\nterraform { source = \"x\" }\n" + region,
		"a = " + both, string(file(big("on = {" + sets("1e99999", "0 6 * * *") + "}")).Data),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		imported, err := read(importer.File{Name: "main.tf", Data: data})
		if err != nil {
			importertest.Refused(t, imported, err)
			return
		}
		importertest.Body(t, imported)
	})
}
