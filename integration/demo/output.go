package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// records prints what the audit trail holds at the end.
func (d *demo) records(ctx context.Context) error {
	records, err := d.w.Records(ctx)
	if err != nil {
		return err
	}
	count := map[string]int{}
	for _, r := range records {
		kind := "changes"
		switch {
		case r["subject"] == "run":
			kind = "runs"
		case !isChange(r):
			kind = "units"
		}
		count[kind]++
		if kind != "units" {
			count[kind+" "+fmt.Sprint(r["outcome"])]++
		}
	}
	d.say("\nRecorded: %d runs (%d succeeded, %d planned, %d skipped, %d failed) and %d changes (%d succeeded, %d failed).",
		count["runs"], count["runs succeeded"], count["runs planned"], count["runs skipped"], count["runs failed"],
		count["changes"], count["changes succeeded"], count["changes failed"])
	d.say("The last three changes:")
	for _, r := range lastChanges(records, 3) {
		d.say("  %-17s %-9s by run %s: %s", r["subject"], r["outcome"], r["run"].(world.Record)["execution"].(world.Record)["name"], r["reason"])
	}
	d.say("")
	if count["runs"] != len(d.outcomes) {
		d.wrong = append(d.wrong, fmt.Sprintf("%d runs are recorded; want %d", count["runs"], len(d.outcomes)))
	}
	return nil
}

// isChange reports whether a record is about a change of a node group: its subject is cluster/nodegroup.
func isChange(r world.Record) bool {
	return strings.HasPrefix(fmt.Sprint(r["subject"]), cluster+"/")
}

// lastChanges returns the newest records of changes, oldest first.
func lastChanges(records []world.Record, n int) []world.Record {
	changes := slices.DeleteFunc(slices.Clone(records), func(r world.Record) bool { return !isChange(r) })
	return changes[max(0, len(changes)-n):]
}

// save writes the result file.
func (d *demo) save() error {
	data, err := json.MarshalIndent(map[string]any{"runs": d.outcomes}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(resultFile, append(data, '\n'), 0o600)
}

// create makes a file and its folders.
func create(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, err
	}
	return os.Create(path) //nolint:gosec // a fixed path below build
}

func arrow(name string, before, after map[string]scaling.Sizes) string {
	was, is := before[cluster+"/"+name].DesiredSize, after[cluster+"/"+name].DesiredSize
	if was == is {
		return fmt.Sprintf("%s %d", name, is)
	}
	return fmt.Sprintf("%s %d->%d", name, was, is)
}

// partOf returns what a run did to the cluster; zero if it did nothing.
func (d *demo) partOf(ctx context.Context, name string) (run.UnitRecord, error) {
	units, err := d.w.Units(ctx, name)
	if err != nil || len(units) == 0 {
		return run.UnitRecord{}, err
	}
	return units[0], nil
}

// activeProfile names a run's profile and its period.
func activeProfile(part run.UnitRecord, p play) string {
	switch {
	case part.Profile == "":
		return "-"
	case part.Period != "":
		return part.Profile + " (" + part.Period + ")"
	case part.Override != "":
		return part.Profile + " (override)"
	case p.input.Profile != "":
		return part.Profile + " (by hand)"
	default:
		return part.Profile + " (default)"
	}
}
