package importer_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
	"eks-scaling-automation/shared/config"
)

// now is the instant of every import: a Monday.
var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// production is what an operator says of a cluster whose file says nothing.
var production = importer.Cluster{Name: "production", Region: "sa-east-1", Timezone: "America/Sao_Paulo"}

// texts are remarks as people read them.
func texts(imported importer.Imported) []string {
	all := []string{}
	for _, remark := range imported.Remarks {
		all = append(all, remark.String())
	}
	return all
}

// body is the document without its comments, all of which must be at the top.
func body(t testing.TB, imported importer.Imported) string {
	t.Helper()
	var lines []string
	for line := range strings.Lines(string(imported.Document)) {
		if !strings.HasPrefix(line, "# ") {
			lines = append(lines, line)
		} else if len(lines) > 0 {
			t.Errorf("found the comment %q below the top", line)
		}
	}
	return strings.Join(lines, "")
}

// failer is what testing and rapid have in common.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// usable is the imported configuration, which must have no error in it.
func usable(t failer, imported importer.Imported) config.Config {
	t.Helper()
	c, err := config.Parse(imported.Document)
	if err != nil {
		t.Fatalf("%s\ncannot be used: %v", imported.Document, err)
	}
	return c
}

// mentions checks that each of the parts is in one of the texts.
func mentions(t *testing.T, all []string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(strings.Join(all, "\n"), part) {
			t.Errorf("found\n  %s\nwant in it %q", strings.Join(all, "\n  "), part)
		}
	}
}

// refused checks that there is no document, and what the error says.
func refused(t *testing.T, imported importer.Imported, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("imported\n%s\nwant an error with %q", imported.Document, parts)
	}
	if imported.Document != nil {
		t.Errorf("found a document beside the error %v", err)
	}
	mentions(t, []string{err.Error()}, parts...)
}

func TestRemarksStandAtTheTopOnALineEach(t *testing.T) {
	imported, err := importer.Legacy(importer.File{Name: "old\nscaler.json", Data: []byte(
		`{"a\n clusters: []\u2028\u001b[2J": 1, "schedules": {"peak_time": {"weekday": 1, "big_nodes": 3}}, "nodegroup_limits": {"big": {"min_size": 0, "max_size": 5}}}`,
	)}, production)
	if err != nil {
		t.Fatal(err)
	}
	usable(t, imported)
	want := []string{
		"# Imported from old scaler.json.",
		"# Stop the old scaler before this is applied: both would scale the same node groups.",
	}
	for _, text := range texts(imported) {
		want = append(want, "# remark: "+text)
	}
	head := strings.Split(strings.TrimSuffix(string(imported.Document), body(t, imported)), "\n")
	if diff := cmp.Diff(append(want, ""), head); diff != "" {
		t.Error(diff)
	}
	mentions(t, texts(imported), "old scaler.json: a  clusters: []  [2J: is not known, and is left out; known: schedules, nodegroup_limits")
}
