package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/shared/inventory"
)

func TestTheSwitchIsTurnedAndNothingElse(t *testing.T) {
	t.Parallel()
	m := filled(t)
	before := m.items["settings/global"].Spec
	says(t, does(t, m, "config", "disable", "--reason", "incident 7"), "the switch is off (settings/global version 2)\n")
	wantCalls(t, m, "put settings/global")
	e := m.items["settings/global"]
	if e.UpdatedBy != "ana" || e.Reason != "incident 7" || !e.UpdatedAt.Equal(monday.Truncate(time.Second)) {
		t.Errorf("found it by %q at %s for %q; want ana, Monday, the incident", e.UpdatedBy, e.UpdatedAt, e.Reason)
	}
	lines, err := inventory.Differences(before, e.Spec)
	if err != nil || strings.Join(lines, "") != "~ enabled: true -> false" {
		t.Errorf("found the changes %q (%v); want the switch alone", lines, err)
	}
	says(t, does(t, m, "config", "enable"), "the switch is on (settings/global version 3)\n")
	if !inventory.SameJSON(before, m.items["settings/global"].Spec) {
		t.Errorf("found %s after it was turned back; want %s", m.items["settings/global"].Spec, before)
	}
}

func TestTheSwitchOfOneCluster(t *testing.T) {
	t.Parallel()
	m := filled(t)
	says(t, does(t, m, "config", "disable", "--cluster", "berlin", "--reason", "r", "--by", "rui"), "the switch of cluster berlin is off (cluster/berlin version 2)")
	wantCalls(t, m, "put cluster/berlin")
	if m.specOf(t, "cluster/berlin", "enabled") != false || m.items["cluster/berlin"].UpdatedBy != "rui" {
		t.Errorf("found %+v; want it off, by rui", m.items["cluster/berlin"])
	}
}

func TestASwitchThatIsThereAlreadyIsNotWritten(t *testing.T) {
	t.Parallel()
	m := filled(t)
	says(t, does(t, m, "config", "enable"), "the switch is on already since 2026-11-23 12:00 UTC by ana\n")
	does(t, m, "config", "disable", "--reason", "first")
	m.calls = nil
	says(t, does(t, m, "config", "disable", "--reason", "second"), "off already since 2026-11-23 12:00 UTC by ana (first)")
	wantCalls(t, m)
	e := m.items["settings/global"]
	e.UpdatedBy, e.Reason, e.UpdatedAt = "rui", "another zone", monday.Add(time.Hour)
	if _, err := m.Put(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	says(t, does(t, m, "config", "disable", "--reason", "second"), "off already since 2026-11-23 12:00 UTC by ana (first)")
}

// TestTurningOutlastsOthers has somebody else write the settings right before each of the first writes.
func TestTurningOutlastsOthers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name             string
		faster, wantExit int
	}{{"a few times", turns - 1, exitFine}, {"always", turns, exitConflict}} {
		m := filled(t)
		faster := tt.faster
		m.before = func(call string) error {
			if call == "put settings/global" && faster > 0 {
				faster--
				e := m.items["settings/global"]
				e.Spec = json.RawMessage(`{"enabled": true, "timezone": "Europe/Berlin"}`)
				e.Version++
				m.items["settings/global"] = e
			}
			return nil
		}
		a := askIn(t, holding(m), "config", "disable", "--reason", "r")
		if a.exit != tt.wantExit {
			t.Errorf("%s: exit code %d (%v); want %d", tt.name, a.exit, a.err, tt.wantExit)
		}
		if zone := m.specOf(t, "settings/global", "timezone"); zone != "Europe/Berlin" {
			t.Errorf("%s: found the zone %v; want the others' change to last", tt.name, zone)
		}
		if isOffNow := m.specOf(t, "settings/global", "enabled") == false; isOffNow != (tt.wantExit == exitFine) {
			t.Errorf("%s: found it off %t with exit code %d", tt.name, isOffNow, a.exit)
		}
	}
}

func TestRefusedTurns(t *testing.T) {
	t.Parallel()
	broken := newMemory(inventory.Item{Kind: inventory.KindSettings, Name: inventory.GlobalSettings, Spec: json.RawMessage(`"oops"`)})
	for _, tt := range []struct {
		name string
		m    *memory
		args []string
		exit int
		want string
	}{
		{"no reason", filled(t), []string{"disable"}, exitUsage, "--reason: missing"},
		{"a blank reason", filled(t), []string{"disable", "--reason", " "}, exitUsage, "--reason: missing"},
		{"an argument", filled(t), []string{"disable", "berlin", "--reason", "r"}, exitUsage, `found argument "berlin"`},
		{"an unknown cluster", filled(t), []string{"disable", "--cluster", "brelin", "--reason", "r"}, exitNotFound, `unknown cluster "brelin" in the config table; known: berlin, paused, production`},
		{"no settings", newMemory(), []string{"enable"}, exitNotFound, "there are no settings yet"},
		{"settings that are no object", broken, []string{"disable", "--reason", "r"}, exitFailed, `settings/global: found a spec of "oops"; want an object; mend it with: eks-scaling config apply FILE`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			refuses(t, askIn(t, holding(tt.m), append([]string{"config"}, tt.args...)...), tt.exit, tt.want)
			for _, call := range tt.m.calls {
				if call != "read" {
					t.Errorf("found the call %s; want nothing written", call)
				}
			}
		})
	}
}

// TestEveryOnlineVerbSaysThatTheSwitchIsOff, with who did it when and why, though the settings were written again since.
func TestEveryOnlineVerbSaysThatTheSwitchIsOff(t *testing.T) {
	t.Parallel()
	m := filled(t)
	does(t, m, "config", "disable", "--reason", "incident 7")
	e := m.items["settings/global"]
	e.UpdatedBy, e.Reason, e.UpdatedAt = "rui", "another zone", monday.Add(time.Hour)
	if _, err := m.Put(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	for _, verb := range [][]string{
		{"config", "show"},
		{"config", "export"},
		{"config", "diff", rich},
		{"config", "apply", "--dry-run", rich},
		{"config", "history"},
		{"config", "rollback", "berlin", "1", "--yes"},
		{"config", "disable", "--cluster", "berlin", "--reason", "r"},
		{"config", "enable", "--cluster", "berlin"},
		{"override", "list"},
		{"override", "set", "berlin", "--profile", "low", "--for", "1h", "--reason", "r", "--yes", "--name", "o"},
		{"override", "cancel", "o", "--yes"},
	} {
		a := askIn(t, holding(m), verb...)
		want := "the switch is off since 2026-11-23 12:00 UTC by ana (incident 7): nothing is scaled until: eks-scaling config enable\n"
		if !strings.HasPrefix(a.stderr, want) || strings.Count(a.stderr, want) != 1 {
			t.Errorf("%q printed to stderr %q; want first, and once, %q", verb, a.stderr, want)
		}
	}
	m.history = nil // which may not be read, or lag behind
	a := askIn(t, holding(m), "override", "list")
	says(t, a.stderr, "the switch is off since 2026-11-23 13:00 UTC by rui (another zone): ")
}

// TestASilentDocumentDoesNotLiftASwitch applies one that does not say enabled.
func TestASilentDocumentDoesNotLiftASwitch(t *testing.T) {
	t.Parallel()
	m := filled(t)
	does(t, m, "config", "disable", "--cluster", "berlin", "--reason", "r")
	does(t, m, "config", "disable", "--reason", "r")
	m.calls = nil
	a := askIn(t, holding(m), "config", "apply", rich)
	says(t, a.stderr, "the switch stays off, as testdata/rich.yaml does not say enabled: true\n",
		"the switch of cluster berlin stays off, as testdata/rich.yaml does not say enabled: true\n")
	wantCalls(t, m)
	a = askIn(t, holding(m), "config", "apply", richWith(t, "timezone: America", "enabled: true\ntimezone: America"))
	says(t, a.stdout, "~ enabled: false -> true")
	wantCalls(t, m, "put settings/global")
}

// TestTheSwitchOfAClusterIsSpokenOf by every verb, if somebody has turned it off and said why; one that a document has off is
// not.
func TestTheSwitchOfAClusterIsSpokenOf(t *testing.T) {
	t.Parallel()
	m := filled(t)
	if a := askIn(t, holding(m), "override", "list"); a.stderr != "" {
		t.Errorf("printed to stderr %q; want nothing", a.stderr)
	}
	does(t, m, "config", "disable", "--cluster", "berlin", "--reason", "migration")
	want := "the switch of cluster berlin is off since 2026-11-23 12:00 UTC by ana (migration): nothing in it is scaled until: " +
		"eks-scaling config enable --cluster berlin\n"
	if a := askIn(t, holding(m), "override", "list"); a.stderr != want {
		t.Errorf("printed to stderr %q; want %q", a.stderr, want)
	}
	does(t, m, "config", "enable", "--cluster", "berlin")
	if a := askIn(t, holding(m), "override", "list"); a.stderr != "" {
		t.Errorf("printed to stderr %q; want nothing", a.stderr)
	}
}
