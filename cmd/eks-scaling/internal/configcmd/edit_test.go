package configcmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/inventory"
)

// editing is a tool with a shell script for an editor, and a directory of its own for temporary files. The script finds
// the file in $1, and a log of what it was shown in $LOG.
func editing(t *testing.T, m *clitest.Memory, script string) (env frame.Environment, temporary, log string) {
	t.Helper()
	dir := t.TempDir()
	temporary, log = filepath.Join(dir, "tmp"), filepath.Join(dir, "log")
	if err := os.Mkdir(temporary, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", temporary)
	t.Setenv("LOG", log)
	file := clitest.Write(t, filepath.Join(dir, "editor with a space"), "stat -c %a \"$2\" >> \"$LOG\"; cat \"$2\" >> \"$LOG\"; [ \"$1\" = --wait ] || exit 9\nshift\n"+script)
	env = clitest.Holding(m)
	env.Editor = "sh '" + file + "' --wait"
	return env, temporary, log
}

// leaves checks which temporary files are left.
func leaves(t *testing.T, dir string, want int) []os.DirEntry {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != want {
		t.Errorf("found %v left behind (%v); want %d files", files, err, want)
	}
	return files
}

const raiseBerlin = `sed -i 's/low: {web: {minSize: 1, maxSize: 3}}/low: {web: {minSize: 1, maxSize: 5}}/' "$1"` + "\n"

// TestAnErrorComesBackToTheSameText has an editor that breaks the text first, and fixes it when it opens again.
func TestAnErrorComesBackToTheSameText(t *testing.T) {
	m := clitest.Filled(t)
	const script = `if grep -q 'maxSize: 33' "$1"; then sed -i 's/maxSize: 33/maxSize: 4/' "$1"; else sed -i 's/maxSize: 3}/maxSize: 33}/' "$1"; fi` + "\n"
	env, dir, log := editing(t, m, script)
	a := clitest.AskTyping(t, clitest.OnTerminal(env), strings.NewReader("\ny\n"), "config", "edit")
	clitest.Says(t, a.Stderr, "is invalid; nothing was written", "clusters[0].profiles.low.web: maxSize 33 is outside the node group's limits, 0 to 10")
	clitest.Says(t, a.Stdout, "Open it again? [Y/n] ", "Applied: 0 added, 2 changed, 0 removed")
	if text := clitest.Read(t, log); strings.Count(text, "600\n# From table ") != 2 || !strings.Contains(text, "maxSize: 33") {
		t.Errorf("the editor saw\n%s\nwant a file with the mode 600 twice, and the second time with the error", text)
	}
	leaves(t, dir, 0)
}

func TestRefusedEdits(t *testing.T) {
	for _, tt := range []struct{ name, script, typed string }{
		{"an error, and no second try", "echo broken: >> $1", "n\n"},
		{"an error, and the end of the input", "echo broken: >> $1", ""},
		{"no to the change", raiseBerlin, "n\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := clitest.Filled(t)
			env, dir, _ := editing(t, m, tt.script)
			a := clitest.AskTyping(t, clitest.OnTerminal(env), strings.NewReader(tt.typed), "config", "edit")
			if a.Exit != frame.ExitFailed {
				t.Errorf("found exit code %d (%v); want 1", a.Exit, a.Err)
			}
			clitest.WantCalls(t, m)
			file := leaves(t, dir, 1)[0]
			clitest.Says(t, a.Err.Error(), term.ErrDeclined.Error(), "\nyour text is in "+filepath.Join(dir, file.Name()))
		})
	}
}

// TestAWriteThatFailsAfterAnEdit keeps the text: it took somebody time.
func TestAWriteThatFailsAfterAnEdit(t *testing.T) {
	m := clitest.Filled(t)
	env, dir, _ := editing(t, m, raiseBerlin)
	m.Before = func(call string) error {
		if call == "write" {
			return errors.New("the power is out")
		}
		return nil
	}
	if a := clitest.AskIn(t, env, "config", "edit", "--yes"); a.Exit != frame.ExitFailed {
		t.Errorf("found exit code %d (%v); want 1", a.Exit, a.Err)
	}
	leaves(t, dir, 1)
}

// fleet fills a table with clusters of two node groups each, one scaled at a time.
func fleet(n int, waitTimeout string) inventory.Snapshot {
	settings := inventory.Item{Kind: inventory.KindSettings, Name: inventory.GlobalSettings, Version: 1, Spec: json.RawMessage(`{"paused": false, "timezone": "UTC"}`)}
	s := inventory.Snapshot{Settings: &settings}
	for i := range n {
		s.Clusters = append(s.Clusters, member(i, waitTimeout))
	}
	return s
}

func member(i int, waitTimeout string) inventory.Item {
	name := fmt.Sprintf("c%02d", i)
	spec := fmt.Sprintf(`{"name": %q, "region": "sa-east-1", "waitTimeout": %q, "concurrency": 1,
		"nodegroups": {"a": {"minSize": 0, "maxSize": 5}, "b": {"minSize": 0, "maxSize": 5}, "c": {"minSize": 0, "maxSize": 5}, "d": {"minSize": 0, "maxSize": 5}},
		"profiles": {"normal": {"a": 1, "b": 1, "c": 1, "d": 1}}, "schedule": {"default": "normal"}}`, name, waitTimeout)
	return inventory.Item{Kind: inventory.KindCluster, Name: name, Version: 1, Spec: json.RawMessage(spec)}
}

// TestRoomBesideWhatStays: 1,000 clusters fit into one run.
func TestRoomBesideWhatStays(t *testing.T) {
	t.Parallel()
	const slow = "4 node groups one at a time with waitTimeout 1h can take 4h, more than 3h: raise concurrency or lower waitTimeout"
	for _, row := range []struct {
		rule   string
		before inventory.Snapshot
		due    []inventory.Change
		want   string
	}{
		{"the last one that fits", fleet(999, "1s"), []inventory.Change{{After: member(999, "1s")}}, ""},
		{
			"one more", fleet(999, "1s"),
			[]inventory.Change{{After: member(999, "1s")}, {After: member(1000, "1s")}},
			"nothing was written: 1001 clusters are more than the 1000 that one run takes: use another stack",
		},
		{"one more in the place of another", fleet(1000, "1s"), []inventory.Change{{After: member(1001, "1s")}, {After: member(3, "1s"), Gone: true}}, ""},
		{"a slow one is named", fleet(2, "1s"), []inventory.Change{{After: member(1, "1h")}}, "nothing was written: cluster/c01: " + slow},
		{"fewer than before, and still too many", fleet(1003, "1s"), []inventory.Change{{After: member(3, "1s"), Gone: true}}, ""},
		{
			"more than before, which were too many", fleet(1003, "1s"),
			[]inventory.Change{{After: member(1003, "1s")}},
			"nothing was written: 1004 clusters are more than the 1000 that one run takes: use another stack",
		},
		{"one gets faster, and is still too slow", fleet(1, "1h"), []inventory.Change{{After: member(0, "55m")}}, ""},
		{"one gets slower, which was too slow", fleet(1, "55m"), []inventory.Change{{After: member(0, "1h")}}, "nothing was written: cluster/c00: " + slow},
		{"what did not fit before does not stand in the way", fleet(1, "1h"), []inventory.Change{{After: member(1, "1s")}}, ""},
	} {
		err := change.Preview(inventory.Check(row.before, clitest.Monday), row.due).Exceeds(clitest.Monday)
		if row.want == "" && err != nil || row.want != "" && (err == nil || !strings.HasPrefix(err.Error(), row.want)) {
			t.Errorf("%s: found %v; want %q", row.rule, err, row.want)
		}
	}
}

func TestRollbackToWhatNoRunCanCarry(t *testing.T) {
	t.Parallel()
	m := clitest.NewMemory(*fleet(0, "").Settings)
	for _, waitTimeout := range []string{"1h", "1s"} {
		e := member(0, waitTimeout)
		e = e.Over(m.Items["cluster/c00"])
		if _, err := m.Put(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	m.Writes = nil
	clitest.Refuses(t, clitest.AskIn(t, clitest.Holding(m), "config", "rollback", "c00", "1", "--yes"), frame.ExitFailed, "nothing was written: cluster/c00: 4 node groups one at a time")
	clitest.WantCalls(t, m)
}

func TestEditToWhatNoRunCanCarry(t *testing.T) {
	m := clitest.Filled(t)
	// berlin gets three node groups more, one at a time, an hour each.
	env, dir, _ := editing(t, m, `sed -i 's/nodegroups: {web: /nodegroups: {w2: {minSize: 0, maxSize: 1}, w3: {minSize: 0, maxSize: 1}, w4: {minSize: 0, maxSize: 1}, web: /
s/waitTimeout: 20m/waitTimeout: 1h/; s/concurrency: 5/concurrency: 1/' "$1"`+"\n")
	a := clitest.AskIn(t, env, "config", "edit")
	if a.Err == nil || !strings.Contains(a.Err.Error(), "4 node groups one at a time with waitTimeout 1h can take 4h") {
		t.Errorf("found %v", a.Err)
	}
	clitest.WantCalls(t, m)
	leaves(t, dir, 1)
}
