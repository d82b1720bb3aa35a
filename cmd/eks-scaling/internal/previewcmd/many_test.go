package previewcmd

import (
	"fmt"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

// manyFile is a document with 40 clusters in two regions, all with the same hours but the last one.
func manyFile(t *testing.T) string {
	t.Helper()
	var clusters strings.Builder
	for i := range 40 {
		from := "08:00"
		if i == 39 {
			from = "09:00"
		}
		fmt.Fprintf(&clusters, "  - {name: c%02d, region: %s, nodegroups: {big: {minSize: 0, maxSize: 5}}, profiles: {low: {big: 1}, high: {big: 3}},\n     schedule: {default: low, periods: [{name: day, profile: high, from: %q, to: \"20:00\"}]}}\n",
			i, []string{"sa-east-1", "eu-west-1"}[i%2], from)
	}
	return clitest.WriteDocument(t, "timezone: UTC\nclusters:\n"+clusters.String())
}

func TestManyUnitsAreSummedUp(t *testing.T) {
	t.Parallel()
	file := manyFile(t)
	ask := func(args ...string) string {
		a := clitest.AskIn(t, frame.Environment{}, append(args, "-f", file)...)
		if a.Err != nil {
			t.Fatalf("%q: %v", args, a.Err)
		}
		return a.Stdout
	}
	for _, w := range []struct {
		rule, call string
		lines      int
		says       []string
	}{
		{"preview shows units alike once", "preview --from 2026-11-23T00:00:00Z", 35, []string{"40 units, 2 groups: those with the same changes are shown once\n\nc00, c01, c02 and 36 more, from Mon 2026-11-23", "\nc39, from "}},
		{"or each", "preview --from 2026-11-23T00:00:00Z --all", 679, []string{"\nc17, from "}},
		{"or some", "preview --from 2026-11-23T00:00:00Z --cluster c01,c39", 33, []string{"c01, from ", "\nc39, from "}},
		{"explain counts profiles", "explain --at 2026-11-23T08:30:00Z", 34, []string{"40 units: 39 high (period day), 1 low (default)\n\nUNIT", "\nc29   high     period day  Mon 2026-11-23 20:00  big 3\nand 10 more. Name some with --cluster"}},
		{"or each", "explain --at 2026-11-23T08:30:00Z --all", 321, []string{"\nc39   low      default", "\nc39 at Mon"}},
		{"explain narrows to a region", "explain --at 2026-11-23T08:30:00Z --in-region eu-west-1", 161, []string{"\nc39   low"}},
	} {
		text := ask(strings.Fields(w.call)...)
		if got := strings.Count(text, "\n"); got != w.lines {
			t.Errorf("%s: found %d lines; want %d", w.rule, got, w.lines)
		}
		clitest.Says(t, text, w.says...)
	}
	if svg := ask("preview", "-o", "svg"); !strings.Contains(svg, "c00, c01, c02 and 36 more") || strings.Contains(svg, "c17") {
		t.Error("the picture does not show units alike once")
	}
}
