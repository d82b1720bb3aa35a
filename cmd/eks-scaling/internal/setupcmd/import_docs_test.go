package setupcmd

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
)

var codeSpan = regexp.MustCompile("`([^`]+)`")

// documentedRows returns the cells of the table of docs/importing.md whose first line starts with a heading.
func documentedRows(t *testing.T, heading string) [][]string {
	t.Helper()
	text, err := os.ReadFile("../../../../docs/importing.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "\n| "+heading+" |")
	table, _, _ = strings.Cut(table, "\n\n")
	var rows [][]string
	for _, line := range strings.Split(table, "\n")[2:] {
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		rows = append(rows, cells)
	}
	if len(rows) < 3 {
		t.Fatalf("found %d rows below %q", len(rows), heading)
	}
	return rows
}

// TestDocumentedReferences imports a node group for every example of what is followed.
func TestDocumentedReferences(t *testing.T) {
	const hours = `{ up = { min_size = 0, max_size = 3, desired_size = 2, recurrence = "0 8 * * *" } }`
	defined := "locals {\n office = " + hours + "\n a = {}\n all = { office = " + hours + " }\n}\nvariable \"office\" {\n default = " + hours +
		"\n}\nvariable \"env\" { default = \"dev\" }\nmodule \"eks\" { cluster_name = \"production\" }\n"
	for _, row := range documentedRows(t, "written") {
		for _, example := range codeSpan.FindAllStringSubmatch(row[0], -1) {
			cluster, schedules := `"production"`, strings.Replace(example[1], "{...}", hours, 1)
			if strings.Contains(row[1], "cluster_name") {
				cluster, schedules = schedules, hours
			}
			text := defined + "module \"web\" {\n source = \"terraform-aws-modules/eks/aws//modules/eks-managed-node-group\"\n name = \"web\"\n" +
				" cluster_name = " + cluster + "\n schedules = " + schedules + "\n}\n"
			file := clitest.Write(t, t.TempDir()+"/main.tf", text)
			a := clitest.Ask(t, "import", "terraform", "--region", "sa-east-1", file)
			if a.Err != nil || !strings.Contains(a.Stdout, "name: production\n") || !strings.Contains(a.Stdout, "desiredSize: 2}") {
				t.Errorf("%s: found %v and\n%s%s", example[1], a.Err, a.Stdout, a.Stderr)
			}
			if warned := strings.Contains(a.Stderr, "is read as its default"); warned != strings.Contains(example[1], "var.") {
				t.Errorf("%s: found the warnings %s", example[1], a.Stderr)
			}
		}
	}
}

// TestDocumentedDefaults imports every schedule of the older scaler without hours and days.
func TestDocumentedDefaults(t *testing.T) {
	window := regexp.MustCompile(`^(\d\d:\d\d) to (\d\d:\d\d)$`)
	days := map[string]string{"every day": "", "`weekdays: [5, 6]`": "days: [sat, sun], ", "`weekday: 1`": "days: [tue], "}
	found := 0
	for _, row := range documentedRows(t, "schedule") {
		hours := window.FindStringSubmatch(row[1])
		for _, key := range codeSpan.FindAllStringSubmatch(row[0], -1) {
			file := clitest.Write(t, t.TempDir()+"/old.json", `{"schedules": {"`+key[1]+`": {"big_nodes": 2}}}`)
			a := clitest.Ask(t, "import", "legacy", "--cluster", "production", "--region", "sa-east-1", "--timezone", "UTC", file)
			if a.Err != nil {
				t.Fatal(a.Err)
			}
			want := "normal: {big_nodegroup: 2, small_nodegroup: 0}"
			if hours != nil {
				want = days[row[2]] + `from: "` + hours[1] + `", to: "` + hours[2] + `"}`
				found++
			}
			if !strings.Contains(a.Stdout, want) {
				t.Errorf("%s: found\n%s\nwant in it %s", key[1], a.Stdout, want)
			}
		}
	}
	if found != 4 {
		t.Errorf("found %d names of schedules with hours; want 4", found)
	}
}
