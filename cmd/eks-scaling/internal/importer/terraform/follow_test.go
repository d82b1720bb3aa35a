package terraform_test

import (
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer/importertest"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer/terraform"
)

const (
	up   = `up = { min_size = 1, max_size = 5, desired_size = 2, recurrence = "0 8 * * *" }`
	down = `down = { min_size = 0, max_size = 5, desired_size = 0, recurrence = "0 20 * * *" }`
	both = "{\n" + up + "\n" + down + "\n}"
)

// upAndDown is the schedule of both.
const upAndDown = `default: up
      periods:
        - {name: down, profile: down, from: "20:00", to: "08:00"}
`

// TestFollows has in each row the schedules of a node group, and what other blocks define; all stand for the schedule of both.
func TestFollows(t *testing.T) {
	tests := []struct{ rule, schedules, blocks string }{
		{"a_local", "local.office", "locals {\n office = " + both + "\n}"},
		{"a_local_of_a_local", "local.a", "locals {\n a = local.b\n b = " + both + "\n}"},
		{"an_entry_of_a_local", "local.all.office", "locals {\n all = { office = " + both + " }\n}"},
		{"an_entry_by_name", `local.all["office"]`, "locals {\n all = { office = " + both + " }\n}"},
		{"an_entry_by_a_local_name", `local.all[local.which]`, "locals {\n which = \"office\"\n all = { office = " + both + " }\n}"},
		{"an_entry_of_a_merge", "local.all.office", "locals {\n all = merge({}, { office = " + both + " })\n}"},
		{"parentheses", "(local.office)", "locals {\n office = (" + both + ")\n}"},
		{"a_template_that_is_a_reference", `"${local.office}"`, "locals {\n office = " + both + "\n}"},
		{"a_merge", "merge({" + up + "}, {" + down + "})", ""},
		{"a_merge_of_locals", "merge(local.up, local.down)", "locals {\n up = {" + up + "}\n down = {" + down + "}\n}"},
		{"a_merge_in_a_merge", "merge(merge({" + up + "}), {" + down + "})", ""},
		{"a_merge_whose_later_object_wins", "merge({ down = {} }, " + both + ")", ""},
		{"a_merge_with_null", "merge(null, " + both + ")", ""},
		{"a_merged_schedule", "{ " + up + "\n down = merge({ min_size = 0, max_size = 5, desired_size = 9 }, { desired_size = 0, recurrence = \"0 20 * * *\" }) }", ""},
		{"a_variables_default", "var.office", "variable \"office\" {\n default = " + both + "\n}"},
		{"a_true_condition", "true ? " + both + " : {}", ""},
		{"a_false_condition", "false ? {} : " + both, ""},
		{"a_condition_by_a_default", `var.env == "dev" ? ` + both + " : {}", `variable "env" { default = "dev" }`},
		{"a_condition_by_a_default_that_does_not_hold", `var.env == "dev" ? {} : ` + both, `variable "env" { default = "prod" }`},
		{"a_condition_by_locals", `local.on && !local.off ? ` + both + " : {}", "locals {\n on = true\n off = false\n}"},
		{"an_unknown_condition_with_one_schedule", `var.env == "dev" ? ` + both + " : {}", `variable "env" {}`},
		{"an_unknown_condition_without_the_schedule", `var.env == "dev" ? null : ` + both, `variable "env" {}`},
		{"an_unknown_condition_with_an_empty_local", "var.env ? local.none : " + both, "variable \"env\" {}\nlocals {\n none = {}\n}"},
		{"a_condition_in_a_condition", `true ? (false ? {} : ` + both + ") : {}", ""},
		{"sizes_and_hours_by_reference", `{ up = { min_size = local.n, max_size = local.most, desired_size = local.n * 2, recurrence = "${local.minute} ${local.hours.up} * * *" }
			` + down + " }", "locals {\n n = 1\n most = \"5\"\n minute = 0\n hours = { up = 8 }\n}"},
		{"a_conditional_recurrence", `{ up = { min_size = 1, max_size = 5, desired_size = 2, recurrence = local.early ? "0 6 * * *" : "0 8 * * *" }
			` + down + " }", "locals {\n early = false\n}"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			main := file("big = { min_size = 0, max_size = 5, schedules = " + test.schedules + "\n}")
			imported, err := read(main, importer.File{Name: "more.tf", Data: []byte(test.blocks)})
			if err != nil {
				t.Fatalf("%v, with the warnings %v", err, imported.Warnings)
			}
			if body := importertest.Body(t, imported); !strings.HasSuffix(body, upAndDown) {
				t.Errorf("found\n%s\nwant at its end\n%s", body, upAndDown)
			}
		})
	}
}

func TestDoesNotFollow(t *testing.T) {
	tests := []struct{ rule, schedules, blocks, want string }{
		{"a_local_of_another_file", "local.office", "", "schedules = local.office: local.office is not in these files: pass the file that defines it"},
		{"a_local_that_refers_to_itself", "local.a", "locals {\n a = local.b\n b = local.a\n}", "it refers to itself, or through too many references: write the value"},
		{"an_index_that_refers_to_itself", "local.a", "locals {\n a = local.a[\"x\"]\n}", "it refers to itself, or through too many references"},
		{"an_entry_that_is_missing", "local.all.office", "locals {\n all = {}\n}", `it has no "office"`},
		{"an_entry_of_a_list", "local.all[0]", "locals {\n all = [" + both + "]\n}", "lists are not followed: write the value"},
		{"a_local_that_is_defined_twice", "local.a", "locals {\n a = {}\n}\nlocals {\n a = {}\n}", "local.a is defined twice in these files: pass the files of one root module"},
		{"a_variable_without_a_default", "var.a", `variable "a" {}`, `variable "a" has no default: pass the .tfvars file that sets it`},
		{"a_resource", "aws_x.a.schedules", "", "only Terraform knows it: write the value"},
		{"an_output_of_a_module", "module.eks.schedules", "", "only Terraform knows it: write the value"},
		{"a_function", "tomap(" + both + ")", "", "tomap() is not evaluated: write a literal object"},
		{"a_merge_of_a_list", "merge([{}]...)", "", "merge() is not evaluated: write a literal object"},
		{"a_for", `{ for k in ["up"] : k => {} }`, "", "expressions are not evaluated: write a literal object"},
		{"a_condition_between_two_schedules", "var.a ? { " + up + " } : { " + down + " }", `variable "a" {}`, `desired_size = ...: variable "a" has no default: pass the .tfvars file that sets it`},
		{"conditions_without_end", strings.Repeat("var.a ? (", 40) + "{}" + strings.Repeat(") : null", 40), `variable "a" {}`, "it refers to itself, or through too many references"},
		{"references_without_end", "local.a0", "locals {\n" + doubling(20) + "}", "it refers to itself, or through too many references"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			main := file("big = { schedules = " + test.schedules + "\n}\nfine = { schedules = " + both + " }")
			imported, err := read(main, importer.File{Name: "more.tf", Data: []byte(test.blocks)})
			if err != nil {
				t.Fatal(err)
			}
			importertest.Warned(t, imported, `main.tf:6: node group "big" is skipped: `, test.want)
			if _, there := importertest.Config(t, imported).Clusters[0].Nodegroups["big"]; there {
				t.Error("big is imported")
			}
		})
	}
}

// doubling chains locals. Each one refers to the next one twice.
func doubling(n int) string {
	var text strings.Builder
	for i := range n {
		a, b := string(rune('a'+i%26)), string(rune('a'+(i+1)%26))
		if i == 0 {
			a = "a0"
		}
		text.WriteString(a + " = merge(local." + b + ", local." + b + ")\n")
	}
	return text.String() + string(rune('a'+n%26)) + " = {}\n"
}

// TestWarnsAboutAssumptions has a warning for every value that another run of Terraform could change.
func TestWarnsAboutAssumptions(t *testing.T) {
	imported, err := read(file(`big = { schedules = var.env == "dev" ? `+both+` : {} }
		small = { schedules = var.env == "dev" && var.more ? `+both+" : {} }"),
		importer.File{Name: "variables.tf", Data: []byte("variable \"env\" { default = \"dev\" }\nvariable \"more\" {}")})
	if err != nil {
		t.Fatal(err)
	}
	importertest.Warned(t, imported, `variables.tf:1: variable "env" is read as its default, "dev": if it is set elsewhere, also pass that .tfvars file`,
		`schedules is read as if the condition were true: the condition = var.env == "dev" && var.more: variable "more" has no default`)
	if n := len(imported.Warnings); n != 2 {
		t.Errorf("found %d warnings; want each once: %v", n, imported.Warnings)
	}
}

func TestValuesOfVariables(t *testing.T) {
	main := file("big = { min_size = 0, max_size = 5, schedules = var.office }")
	declared := importer.File{Name: "variables.tf", Data: []byte(`variable "office" { default = {} }`)}
	values := importer.File{Name: "prod.tfvars", Data: []byte("office = " + both)}
	imported, err := read(main, declared, values)
	if err != nil || len(imported.Warnings) > 0 {
		t.Fatalf("found %v and the warnings %v; want none", err, imported.Warnings)
	}
	if body := importertest.Body(t, imported); !strings.HasSuffix(body, upAndDown) {
		t.Errorf("found\n%s", body)
	}
	imported, err = read(values)
	importertest.Refused(t, imported, err, "prod.tfvars: sets variables, but no module uses them: also pass the .tf files of the root module")
}

func TestTerragrunt(t *testing.T) {
	const source = "terraform {\n source = \"tfr:///terraform-aws-modules/eks/aws?version=19.21.0\"\n}\n"
	inputs := "inputs = {\n cluster_name = \"production\"\n eks_managed_node_groups = { big = { use_name_prefix = false, min_size = 0, max_size = 5, schedules = " + both + " } }\n}"
	read := func(text string, more ...importer.File) (importer.Imported, error) {
		files := append([]importer.File{{Name: "terragrunt.hcl", Data: []byte(text)}}, more...)
		return terraform.Import(files, importer.Cluster{Region: "sa-east-1"}, importertest.Now)
	}
	imported, err := read(source + inputs)
	if err != nil || len(imported.Warnings) > 0 {
		t.Fatalf("found %v and the warnings %v; want none", err, imported.Warnings)
	}
	if body := importertest.Body(t, imported); !strings.HasSuffix(body, upAndDown) {
		t.Errorf("found\n%s", body)
	}
	imported, err = read("include \"root\" {}\n" + strings.Replace(inputs, "inputs = ", "inputs = merge(include.root.inputs, ", 1) + ")")
	importertest.Refused(t, imported, err, "terragrunt.hcl: no module has eks_managed_node_groups")
	importertest.Warned(t, imported, "terragrunt.hcl:2: inputs = include.root.inputs: only Terraform knows it: write the value; the inputs are skipped")
	imported, err = read("inputs = {\n office = "+both+"\n}", file("big = { min_size = 0, max_size = 5, schedules = var.office }"))
	if err != nil {
		t.Fatal(err)
	}
	if body := importertest.Body(t, imported); !strings.HasSuffix(body, upAndDown) {
		t.Errorf("found\n%s", body)
	}
}
