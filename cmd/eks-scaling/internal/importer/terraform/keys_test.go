package terraform_test

import (
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer/importertest"
)

// TestNamesKeysThatTheModuleIgnores has in each row what a schedule says beside the keys that the module reads.
func TestNamesKeysThatTheModuleIgnores(t *testing.T) {
	tests := []struct{ rule, more, want string }{
		{"timezone", `timezone = "Europe/Berlin"`, `schedule "on" has the key "timezone", which the module ignores. It reads time_zone, so UTC holds; rename the key, or check that this is intended`},
		{"timeZone", `timeZone = "Europe/Berlin"`, `has the key "timeZone", which the module ignores. It reads time_zone, so UTC holds`},
		{"tz", `tz = "Europe/Berlin"`, `has the key "tz", which the module ignores. It reads time_zone, so UTC holds`},
		{"a_misspelled_zone", `time_zon = "Europe/Berlin"`, `has the key "time_zon", which the module ignores. It reads time_zone, so UTC holds`},
		{"another_start", `startTime = "2030-01-01T00:00:00Z"`, `It reads start_time, so it starts at once`},
		{"another_end", `end = "2020-01-01T00:00:00Z"`, `It reads end_time, so it never ends`},
		{"a_key_that_means_nothing", `description = "x"`, `has the unknown key "description", which the module ignores; known: desired_size, end_time, max_size, min_size, recurrence, start_time, time_zone`},
		{"a_key_whose_meaning_is_set", `time_zone = "UTC", timezone = "UTC"`, `has the unknown key "timezone", which the module ignores; known: `},
		{"a_size_beside_the_sizes", `desired_capacity = 3`, `has the unknown key "desired_capacity", which the module ignores`},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			imported, err := read(file(big("on = {" + sets("1", "0 6 * * *") + ", " + test.more + "}")))
			if err != nil {
				t.Fatal(err)
			}
			importertest.Warned(t, imported, "main.tf:6: ", test.want)
			if c := importertest.Config(t, imported); c.Timezone != "UTC" {
				t.Errorf("found the zone %s; want UTC, which holds", c.Timezone)
			}
		})
	}
}

// TestNamesKeysWithoutWhichNothingIsLeft has schedules whose keys all mean something to another tool.
func TestNamesKeysWithoutWhichNothingIsLeft(t *testing.T) {
	imported, err := read(file(big(`on = { min_size = 0, max_size = 5, desired_capacity = 1, recurrence = "0 6 * * *" }
		off = { min_size = 0, max_size = 5, desired_size = 1, cron = "0 6 * * *" }`)))
	importertest.Refused(t, imported, err, "no node group has schedules that can be imported")
	importertest.Warned(t, imported, `schedule "on" has the key "desired_capacity", which the module ignores. It reads desired_size, so the size depends on the provider`,
		`schedule "on" of node group "big" cannot be imported: min_size, max_size and desired_size are required`,
		`schedule "off" has the key "cron", which the module ignores. It reads recurrence, so it fires once`)
}

func TestNamesKeysOfNodegroups(t *testing.T) {
	on := "on = {" + sets("1", "0 6 * * *") + "}"
	for key, want := range map[string]string{
		"schedule": `node group "big" has the unknown key "schedule", which the module ignores; did you mean "schedules"?`,
		"minSize":  `has the unknown key "minSize", which the module ignores; did you mean "min_size"?`,
		"lables":   `has the unknown key "lables", which the module ignores; did you mean "labels"?`,
		"purpose":  `has the unknown key "purpose", which the module ignores`,
	} {
		imported, err := read(file("big = { " + key + " = {}, schedules = {" + on + "} }"))
		if err != nil {
			t.Fatal(err)
		}
		importertest.Warned(t, imported, want)
	}
	imported, err := read(file("big = { labels = {}, taints = {}, update_config = {}, schedules = {" + on + "} }"))
	if err != nil || len(imported.Warnings) > 0 {
		t.Errorf("found %v and the warnings %v; want none", err, imported.Warnings)
	}
	text := strings.Replace(string(file("big = { schedules = {"+on+"} }").Data), "{ use_name_prefix", "{ tag = 1, use_name_prefix", 1)
	imported, err = read(file2(text))
	if err != nil {
		t.Fatal(err)
	}
	importertest.Warned(t, imported, `main.tf:5: eks_managed_node_group_defaults has the unknown key "tag", which the module ignores; did you mean "tags"?`)
}

func TestBoundsOfSchedules(t *testing.T) {
	tests := []struct{ rule, bound, want string }{
		{"start_by_a_variable_without_a_default", "start_time = var.start", `schedule "on" is imported as already started: start_time = var.start: variable "start" has no default`},
		{"start_by_a_function", "start_time = timestamp()", `schedule "on" is imported as already started: start_time = timestamp(): timestamp() is not evaluated: write the value`},
		{"end_in_a_year", `end_time = "2027-11-23T12:00:00Z"`, `main.tf:6: schedule "on" ends at 2027-11-23T12:00:00Z, but periods have no end date: it is imported without; change the schedule by then`},
		{"start_in_the_past", `start_time = "2020-01-01T00:00:00Z"`, ""},
		{"no_bounds", "start_time = null, end_time = null, time_zone = null", ""},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			imported, err := read(file(big("on = {" + sets("1", "0 6 * * *") + ", " + test.bound + "}")))
			if err != nil {
				t.Fatal(err)
			}
			if importertest.Warned(t, imported, test.want); test.want == "" && len(imported.Warnings) > 0 {
				t.Errorf("found %v", imported.Warnings)
			}
		})
	}
	imported, err := read(file(big("on = {"+sets("1", "0 6 * * *")+", start_time = var.start }")), file2(`variable "start" { default = "2020-01-01T00:00:00Z" }`))
	if err != nil {
		t.Fatal(err)
	}
	importertest.Warned(t, imported, `variable "start" is read as its default`)
}

func TestNamesOfUTCAreOneZone(t *testing.T) {
	for _, zone := range []string{"Etc/UTC", "UTC", "utc", "GMT", "Etc/GMT", "Etc/GMT+0", "Zulu", "Etc/Universal", "UCT", "Greenwich"} {
		imported, err := read(file(big("on = {" + sets("1", "0 6 * * *") + "}\n off = {" + sets("0", "0 20 * * *") + `, time_zone = "` + zone + `" }`)))
		if err != nil {
			t.Errorf("%s: %v", zone, err)
			continue
		}
		if c := importertest.Config(t, imported); c.Timezone != "UTC" {
			t.Errorf("%s: found the zone %s", zone, c.Timezone)
		}
	}
}

func TestMaximaBelowMaxUnavailable(t *testing.T) {
	const refused = `main.tf:7: schedule "off" sets max_size 1, below max_unavailable 2 of node group "big", which EKS refuses: raise maxSize, or lower max_unavailable`
	groups := func(update string) string {
		return "big = { max_size = 5, update_config = " + update + ", schedules = { on = {" + sets("1", "0 6 * * *") + "}\n" +
			`off = { min_size = 0, max_size = 0, desired_size = 0, recurrence = "0 20 * * *" } } }`
	}
	for update, want := range map[string]string{
		"{ max_unavailable = 2 }":              refused,
		`{ max_unavailable = "2" }`:            refused,
		"merge({ max_unavailable = 2 }, {})":   refused,
		"{ max_unavailable = var.n }":          `max_unavailable = var.n: variable "n" has no default: pass the .tfvars file that sets it; EKS refuses a max_size below it`,
		"var.update":                           `update_config = var.update: variable "update" has no default: pass the .tfvars file that sets it; EKS refuses a max_size below its max_unavailable`,
		"{ max_unavailable = 1 }":              "",
		"{ max_unavailable_percentage = 100 }": "",
		"{ max_unavailable = null }":           "",
	} {
		imported, err := read(file(groups(update)))
		if err != nil {
			t.Fatal(err)
		}
		if importertest.Warned(t, imported, want); want == "" && len(imported.Warnings) != 1 {
			t.Errorf("%s: found %v; want the warning about max_size 0 alone", update, imported.Warnings)
		}
	}
	defaults := strings.Replace(string(file(strings.Replace(groups("x"), "update_config = x, ", "", 1)).Data), "{ use_name_prefix", "{ update_config = { max_unavailable = 2 }, use_name_prefix", 1)
	imported, err := read(file2(defaults))
	if err != nil {
		t.Fatal(err)
	}
	importertest.Warned(t, imported, refused)
}
