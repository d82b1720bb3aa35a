package setupcmd

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
)

var importFence = regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$")

// TestDocumentedImports does what docs/importing.md shows: in each section that is about files a file, a command and what it
// prints.
func TestDocumentedImports(t *testing.T) {
	text, err := os.ReadFile("../../../../docs/importing.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := strings.Split(string(text), "\n## ")[1:]
	if len(sections) != 3 {
		t.Fatalf("found %d sections; want one for each verb", len(sections))
	}
	for _, section := range sections[:2] { // the last one is about what is in AWS
		title, _, _ := strings.Cut(section, "\n")
		t.Run(title, func(t *testing.T) {
			blocks := importFence.FindAllStringSubmatch(section, -1)
			if len(blocks) != 3 || blocks[1][1] != "console" || blocks[2][1] != "yaml" {
				t.Fatalf("found the blocks %q; want a file, a command and what it prints", blocks)
			}
			args := strings.Fields(strings.TrimPrefix(blocks[1][2], "$ eks-scaling import "))
			t.Chdir(t.TempDir())
			clitest.Write(t, args[len(args)-1], blocks[0][2])
			a := clitest.Ask(t, append([]string{"import"}, args...)...)
			if a.Err != nil {
				t.Fatal(a.Err)
			}
			if diff := cmp.Diff(blocks[2][2], a.Stdout); diff != "" {
				t.Errorf("prints other than documented:\n%s", diff)
			}
			remarksAreTheSame(t, a)
		})
	}
}

// remarksAreTheSame checks that stderr has the remarks of the document, which are at least one, and nothing else.
func remarksAreTheSame(t *testing.T, a clitest.Answer) {
	t.Helper()
	var want strings.Builder
	for line := range strings.Lines(a.Stdout) {
		if remark, ok := strings.CutPrefix(line, "# remark: "); ok {
			want.WriteString("remark: " + remark)
		}
	}
	if diff := cmp.Diff(want.String(), a.Stderr); diff != "" || a.Stderr == "" {
		t.Errorf("found in stderr %q; want the document's remarks:\n%s", a.Stderr, diff)
	}
}

const importDir = "testdata/import/"

// TestImportTerraformLooksAtTheInstant has a schedule that ended the second before.
func TestImportTerraformLooksAtTheInstant(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(importDir + "eks.tf")
	if err != nil {
		t.Fatal(err)
	}
	ended := strings.Replace(string(text), `"0 20 * * *"`, `"0 20 * * *", end_time = "`+clitest.Monday.Add(-time.Second).UTC().Format(time.RFC3339)+`"`, 1)
	file := clitest.Write(t, filepath.Join(t.TempDir(), "eks.tf"), ended)
	if a := clitest.Ask(t, "import", "terraform", file, "--region", "sa-east-1"); a.Err != nil || !strings.Contains(a.Stderr, `schedule "off" is left out: it ended at `) {
		t.Errorf("found %v and %q; want a remark on what has ended", a.Err, a.Stderr)
	}
}
