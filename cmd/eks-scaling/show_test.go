package main

import (
	"encoding/json"
	"strings"
	"testing"

	"eks-scaling-automation/shared/inventory"
)

// brokenTable is a table in which some items cannot be used.
func brokenTable(t *testing.T) *memory {
	t.Helper()
	m := filled(t)
	for kind, specs := range map[string]map[string]string{
		inventory.KindCluster:  {"berlin": `{"name": "berlin", "regoin": "eu-central-1"}`, "text": `"oops"`},
		inventory.KindOverride: {"oops": `{"cluster": "production", "profile": "peek"}`},
	} {
		for name, spec := range specs {
			e := inventory.Item{Kind: kind, Name: name, Version: 1, Spec: json.RawMessage(spec)}
			m.items[inventory.DisplayKey(e)] = e
		}
	}
	return m
}

func TestShow(t *testing.T) {
	t.Parallel()
	m := filled(t)
	does(t, m, "config", "disable", "--cluster", "berlin", "--reason", "incident 7")
	golden(t, "show", does(t, m, "config", "show"))
	one := does(t, m, "config", "show", "berlin")
	says(t, one, "berlin", "version 2 since 2026-11-23 12:00 UTC by ana (incident 7)", "no override is in force or coming\n")
	if strings.Contains(one, "production") {
		t.Errorf("found\n%s\nwant berlin alone", one)
	}
	if calendar := "CALENDAR"; strings.Contains(one, calendar) || !strings.Contains(does(t, m, "config", "show", "production"), "\n"+calendar) {
		t.Errorf("found\n%s\nwant calendars with production alone, which uses some", one)
	}
	refuses(t, askIn(t, holding(m), "config", "show", "brelin"), exitNotFound, `unknown cluster "brelin"`)
	refuses(t, askIn(t, holding(m), "config", "show", "-o", "text"), exitUsage, `--output: found "text"; want one of: table, json, yaml`)
	says(t, does(t, newMemory(), "config", "show"), "there is no configuration yet")
	document := decode[struct {
		Clusters  []struct{ Name string }
		Overrides []struct{ Name string }
	}](t, does(t, m, "config", "show", "production", "-o", "json"))
	if len(document.Clusters) != 1 || len(document.Overrides) != 2 {
		t.Errorf("found %+v; want production and its overrides", document)
	}
}

func TestShowOfWhatIsBroken(t *testing.T) {
	t.Parallel()
	a := askIn(t, holding(brokenTable(t)), "config", "show")
	if a.exit != exitFailed {
		t.Errorf("found exit code %d; want 1", a.exit)
	}
	says(t, a.stdout, "production", "berlin      broken", "oops")
	says(t, a.stderr, `cluster/berlin: `, `unknown field "regoin"`, `cluster/text: found "oops"`, "override/oops: ")
}

// TestExportComesBack exports a configuration, and finds it valid and without a difference.
func TestExportComesBack(t *testing.T) {
	t.Parallel()
	m := filled(t)
	does(t, m, "override", "set", "berlin", "--profile", "low", "--for", "1h", "--reason", "2026-11-23: it's \"odd\"", "--name", "now", "--yes")
	does(t, m, "config", "disable", "--cluster", "berlin", "--reason", "r")
	m.items["override/past"] = inventory.Item{Kind: inventory.KindOverride, Name: "past", Version: 1, Spec: json.RawMessage(
		`{"name": "past", "cluster": "berlin", "profile": "low", "from": "2026-11-20T10:00:00Z", "until": "2026-11-23T12:00:00Z", "reason": "r"}`)}
	text := does(t, m, "config", "export")
	golden(t, "export", text)
	file := document(t, text)
	says(t, mustSay(t, "validate", file), ": fine (3 clusters, 7 periods, 2 calendars, 3 overrides)\n")
	m.calls = nil
	says(t, does(t, m, "config", "apply", "--prune", file), "\n0 written to table")
	wantCalls(t, m)
	if out := does(t, m, "config", "diff", file); out != "" {
		t.Errorf("found the difference\n%s\nwant none", out)
	}
}

func TestExportOfWhatIsBrokenCanBeMended(t *testing.T) {
	t.Parallel()
	m := brokenTable(t)
	a := askIn(t, holding(m), "config", "export")
	if a.exit != exitFailed {
		t.Errorf("found exit code %d; want 1", a.exit)
	}
	says(t, a.stdout, "regoin: eu-central-1", "profile: peek", "- oops\n", "black-friday")
	says(t, a.stderr, `unknown field "regoin"`)
	file := document(t, a.stdout)
	refuses(t, askIn(t, holding(m), "config", "apply", file), exitFailed, "nothing was written", `unknown field "regoin"`, `found "oops"`)
	refuses(t, askIn(t, holding(newMemory()), "config", "export"), exitNotFound, "has no configuration yet")
}

func TestDiff(t *testing.T) {
	t.Parallel()
	m := filled(t)
	changed := richWith(t, "minSize: 1, maxSize: 3}}", "minSize: 1, maxSize: 5}}")
	a := askIn(t, holding(m), "config", "diff", changed)
	if a.exit != exitFailed || a.stdout != "cluster berlin: changed (version 2)\n  ~ profiles.low.web.maxSize: 3 -> 5\n" {
		t.Errorf("found exit code %d and\n%s\nwant 1 and the one difference", a.exit, a.stdout)
	}
	a = askIn(t, holding(m), "config", "diff", "-o", "json", changed)
	wantJSON(t, a.stdout, `[{"kind": "cluster", "name": "berlin", "change": "changed", "version": 2, "lines": ["~ profiles.low.web.maxSize: 3 -> 5"]}]`)
	if out := does(t, m, "config", "diff", rich); out != "" {
		t.Errorf("found %q; want no difference", out)
	}
	wantCalls(t, m)

	m.items["cluster/aged"] = inventory.Item{Kind: inventory.KindCluster, Name: "aged", Version: 1, Spec: json.RawMessage(`{"name": "aged"}`)}
	says(t, does(t, m, "config", "diff", rich), "cluster aged: not in the file, left as it is")
	if a := askIn(t, holding(m), "config", "diff", "--prune", rich); a.exit != exitFailed || a.stdout != "cluster aged: removed\n" {
		t.Errorf("found exit code %d and\n%s\nwant 1 and the removal", a.exit, a.stdout)
	}
}
