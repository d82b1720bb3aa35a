package configcmd

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// unstamped is the rich document with two more overrides, which do not say who made them and when.
const unstamped = `overrides:
  - {name: first, cluster: berlin, profile: low, from: 2026-12-01 10:00, until: 2026-12-01 12:00, reason: maintenance}
  - {name: second, cluster: berlin, sizes: {web: 5}, from: 2026-12-01 11:00, until: 2026-12-01 13:00, reason: maintenance}
`

func TestWhatIsReferredToIsWrittenFirstAndTheSwitchLast(t *testing.T) {
	t.Parallel()
	m := clitest.NewMemory()
	out := clitest.Applied(t, clitest.ByAna, m, clitest.Wanted(t, clitest.Rich), 0)
	clitest.WantCalls(t, m,
		"put calendar/freeze", "put calendar/holidays", "put cluster/production", "put cluster/berlin", "put cluster/paused",
		"put override/black-friday", "put override/keep-big", "put settings/global")
	for _, want := range []string{"calendar holidays: new\n", "cluster paused: new\n", "override keep-big: new\n", "settings global: new\n", "\nPlan: 8 to add, 0 to change, 0 to remove\n", "\nApplied: 8 added, 0 changed, 0 removed\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("printed\n%s\nwant it to say %q", out, want)
		}
	}
	for key, e := range m.Items {
		if e.UpdatedBy != "ana" || !e.UpdatedAt.Equal(clitest.Monday.Truncate(time.Second)) || e.Version != 1 {
			t.Errorf("%s is version %d, by %q at %s; want the first, by ana, on Monday", key, e.Version, e.UpdatedBy, e.UpdatedAt)
		}
	}
	dates := m.SpecOf(t, "calendar/holidays", "dates").([]any)
	first, last := map[string]any{"date": "2021-12-25", "name": "Christmas"}, map[string]any{"date": "2031-12-25", "name": "Christmas"}
	if len(dates) != 19 || cmp.Diff(first, dates[0]) != "" || cmp.Diff(last, dates[18]) != "" {
		t.Errorf("found %d dates, %v; want the file's dates from five years before this one to five after, 19 from %v to %v", len(dates), dates, first, last)
	}
}

func TestOverridesAreStamped(t *testing.T) {
	t.Parallel()
	m := clitest.NewMemory()
	c := clitest.Wanted(t, clitest.RichWith(t, "overrides:\n", unstamped))
	clitest.Applied(t, clitest.ByAna, m, c, 0)
	for key, want := range map[string][2]string{
		"override/first":        {"ana", "2026-11-23T12:00:00Z"},
		"override/second":       {"ana", "2026-11-23T12:00:00.001Z"}, // counts as created later
		"override/black-friday": {"ana", "2026-11-20T12:00:00Z"},     // as the document has it
		"override/keep-big":     {"rui", "2026-11-21T12:00:00Z"},
	} {
		if by, at := m.SpecOf(t, key, "createdBy"), m.SpecOf(t, key, "createdAt"); by != want[0] || at != want[1] {
			t.Errorf("%s was created by %v at %v; want by %s at %s", key, by, at, want[0], want[1])
		}
	}
	// A later change keeps who made it and when.
	c.Overrides[1].Until = c.Overrides[1].Until.Add(time.Hour)
	out := clitest.Applied(t, change.Options{Intent: frame.Intent{By: "rui"}}, m, c, 24*time.Hour)
	clitest.WantCalls(t, m, "put override/second")
	if !strings.Contains(out, "override second: changed (version 2)\n  ~ until: \"2026-12-01T12:00:00Z\" -> \"2026-12-01T13:00:00Z\"\n") {
		t.Errorf("printed\n%s\nwant nothing but the new end", out)
	}
	if by, at := m.SpecOf(t, "override/second", "createdBy"), m.SpecOf(t, "override/second", "createdAt"); by != "ana" || at != "2026-11-23T12:00:00.001Z" {
		t.Errorf("found it created by %v at %v; want that kept", by, at)
	}
	if e := m.Items["override/second"]; e.UpdatedBy != "rui" {
		t.Errorf("found it updated by %q; want rui", e.UpdatedBy)
	}
}

func TestWhatAPersonHasBrokenIsStampedAnew(t *testing.T) {
	t.Parallel()
	for name, spec := range map[string]string{
		"no object": `"oops"`, "no stamp": `{"name": "first"}`, "a person of another kind": `{"createdBy": 7}`,
	} {
		m := clitest.NewMemory(inventory.Item{Kind: inventory.KindOverride, Cluster: "berlin", Name: "first", Spec: json.RawMessage(spec)})
		clitest.Applied(t, clitest.ByAna, m, clitest.Wanted(t, clitest.RichWith(t, "overrides:\n", unstamped)), 0)
		if at := m.SpecOf(t, "override/first", "createdAt"); at != "2026-11-23T12:00:00Z" {
			t.Errorf("%s: found it created at %v; want now", name, at)
		}
		if by := m.SpecOf(t, "override/first", "createdBy"); by != "ana" {
			t.Errorf("%s: found it created by %v; want by who applies it", name, by)
		}
	}
}

func TestOverridesExpireAWeekAfterTheirEnd(t *testing.T) {
	t.Parallel()
	m := clitest.NewMemory()
	clitest.Applied(t, clitest.ByAna, m, clitest.Wanted(t, clitest.Rich), 0)
	for key, e := range m.Items {
		want := map[string]int64{
			"override/black-friday": time.Date(2026, 12, 5, 5, 0, 0, 0, time.UTC).Unix(),
			"override/keep-big":     time.Date(2026, 12, 2, 17, 0, 0, 0, time.UTC).Unix(),
		}[key] // the others never do
		if e.ExpiresAt != want {
			t.Errorf("%s expires at %d; want %d", key, e.ExpiresAt, want)
		}
	}
}

// leftovers are in the table but not in the document.
func leftovers() []inventory.Item {
	spec := func(text string) json.RawMessage { return json.RawMessage(text) }
	return []inventory.Item{
		{Kind: inventory.KindCalendar, Name: "old", Spec: spec(`{"dates": []}`)},
		{Kind: inventory.KindCluster, Name: "aged", Spec: spec(`{"name": "aged"}`)},
		{Kind: inventory.KindOverride, Name: "coming", Spec: spec(`{"until": "2026-11-23T12:00:01Z"}`)},
		{Kind: inventory.KindOverride, Name: "ended", Spec: spec(`{"until": "2026-11-23T12:00:00Z"}`)},
		{Kind: inventory.KindOverride, Name: "unreadable", Spec: spec(`"oops"`)},
	}
}

func TestWhatIsNotInTheDocument(t *testing.T) {
	t.Parallel()
	m := clitest.NewMemory(leftovers()...)
	c := clitest.Wanted(t, "../../../../examples/sao-paulo.yaml")
	out := clitest.Applied(t, clitest.ByAna, m, c, 0)
	clitest.WantCalls(t, m, "put cluster/production", "put settings/global")
	for _, left := range []string{"override unreadable", "override coming", "cluster aged", "calendar old"} {
		if !strings.Contains(out, left+": not in the document, stays (remove it with --prune)\n") {
			t.Errorf("printed\n%s\nwant it to say that %s is left", out, left)
		}
	}
	pruning := change.Options{Prune: true}
	pruned := clitest.Applied(t, pruning, m, c, 0)
	clitest.WantCalls(t, m, "delete override/unreadable", "delete override/coming", "delete cluster/aged", "delete calendar/old")
	if !strings.Contains(pruned, "cluster aged: removed\n") || !strings.Contains(pruned, "\nApplied: ") {
		t.Errorf("printed\n%s\nwant it to say what was removed", pruned)
	}
	if _, kept := m.Items["override/ended"]; !kept || strings.Contains(out+pruned, "ended") {
		t.Errorf("printed\n%s\nand\n%s\nwant an override that has ended to be left alone, without a word", out, pruned)
	}
	clitest.Applied(t, pruning, m, c, 0)
	clitest.WantCalls(t, m)
}

// TestWhatOnlyTheFormatIsWrongOfIsWrittenAnew, as it cannot be used otherwise.
func TestWhatOnlyTheFormatIsWrongOfIsWrittenAnew(t *testing.T) {
	t.Parallel()
	m := clitest.NewMemory()
	clitest.Applied(t, clitest.ByAna, m, clitest.Wanted(t, clitest.Rich), 0)
	e := m.Items["cluster/berlin"]
	e.Format = -1 // somebody has written something else there
	m.Items["cluster/berlin"] = e
	clitest.Applied(t, clitest.ByAna, m, clitest.Wanted(t, clitest.Rich), time.Hour)
	clitest.WantCalls(t, m, "put cluster/berlin")
}

// TestWhatANewerVersionHasWrittenIsInNobodysWay who does not change it.
func TestWhatANewerVersionHasWrittenIsInNobodysWay(t *testing.T) {
	t.Parallel()
	m := clitest.Filled(t)
	newer(m, "cluster/berlin")
	changed := clitest.WriteDocument(t, `timezone: Europe/Berlin
clusters:
  - {name: alone, region: eu-central-1, nodegroups: {web: {minSize: 0, maxSize: 3}}, profiles: {day: {web: 1}}, schedule: {default: day}}
`)
	a := clitest.AskIn(t, clitest.Holding(m), "config", "diff", changed)
	if a.Exit != frame.ExitFailed || a.Err.Error() != "" {
		t.Errorf("diff: found exit code %d (%v); want 1 for the differences", a.Exit, a.Err)
	}
	clitest.Says(t, a.Stdout, "cluster alone: new", "cluster berlin: not in the document, stays")
	clitest.Refuses(t, clitest.AskIn(t, clitest.Holding(m), "config", "diff", "--prune", changed), frame.ExitFailed, "nothing was compared: cluster/berlin: written by a newer version")
}

// TestAClusterWithoutACalendarThatIsNewerSaysSo, as no other advice helps.
func TestAClusterWithoutACalendarThatIsNewerSaysSo(t *testing.T) {
	t.Parallel()
	m := clitest.Filled(t)
	newer(m, "calendar/holidays")
	a := clitest.AskIn(t, clitest.Holding(m), "config", "show")
	clitest.Says(t, a.Stderr, "calendar/holidays: written by a newer version")
	for line := range strings.Lines(a.Stderr) {
		if strings.Contains(line, `unknown calendar "holidays"`) && !strings.Contains(line, "written by a newer version") {
			t.Errorf("found %q; want that it says why", line)
		}
	}
}

// TestAVersionOfANewerFormatIsNotRolledBackTo by an older version of the tool.
func TestAVersionOfANewerFormatIsNotRolledBackTo(t *testing.T) {
	t.Parallel()
	m := clitest.Filled(t)
	past := m.History["cluster/berlin"]
	past[len(past)-1].Format = config.Format + 1
	e := m.Items["cluster/berlin"]
	e.Spec, e.Version = json.RawMessage(strings.Replace(string(e.Spec), `"maxSize":3`, `"maxSize":4`, 1)), 2
	m.Items["cluster/berlin"] = e
	clitest.Refuses(t, clitest.AskIn(t, clitest.Holding(m), "config", "rollback", "berlin", "1", "--yes"), frame.ExitFailed, "nothing was written: written by a newer version")
	clitest.WantCalls(t, m)
}

// newer has an item be written by a newer version.
func newer(m *clitest.Memory, key string) {
	e := m.Items[key]
	e.Format = config.Format + 1
	m.Items[key] = e
}
