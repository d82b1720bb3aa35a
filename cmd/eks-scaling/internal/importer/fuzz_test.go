package importer_test

import (
	"os"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
)

// checkAny checks what holds of every import: a document that can be used with its remarks in comments, or an error.
func checkAny(t *testing.T, imported importer.Imported, err error) {
	t.Helper()
	if err != nil {
		if imported.Document != nil || strings.TrimSpace(err.Error()) == "" {
			t.Errorf("found %q beside the error %q", imported.Document, err)
		}
		return
	}
	usable(t, imported)
	body(t, imported)
}

func FuzzLegacy(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "[]", "null", `{"schedules": {` + sleepOneToSix + ", " + tuesdayPeak + `}, "nodegroup_limits": ` + bothLimits + "}",
		`{"schedules": {"sleep_time": {"start_hour": 0, "end_hour": 24}}, "nodegroup_limits": {"big": {"min_size": 1, "max_size": 2147483647}}}`,
		`{"schedules": {"peak_time": {"weekday": 6, "big_nodes": 1, "start_hour": 22, "end_hour": 2}}, "nodegroup_limits": {"a": {"min_size": 0, "max_size": 1}}}`,
		"{\"a\\nb\": 1}", "\ufeff{}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		imported, err := importer.Legacy(importer.File{Name: "old.json", Data: data}, production)
		checkAny(t, imported, err)
	})
}

func FuzzTerraform(f *testing.F) {
	whole, err := os.ReadFile("testdata/eks.tf")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	for _, seed := range []string{
		"", "{", "module {}", "module \"a\" { eks_managed_node_groups = 1 }", "module \"a\" { eks_managed_node_groups = {a = {schedules = {b = null}}} }",
		string(file(big("on = {" + sets("1", "*/2 6 * * *") + "}\n \"\\u0000\" = {" + sets("1/0", "1-59/2 * * * *") + "}")).Data),
		string(file("${a} = {}\n (null) = f()\n <<E\nx\nE").Data),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		imported, err := importer.Terraform([]importer.File{{Name: "main.tf", Data: data}}, importer.Cluster{}, now)
		checkAny(t, imported, err)
	})
}
