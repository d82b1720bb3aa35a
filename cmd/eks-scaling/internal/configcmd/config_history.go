package configcmd

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
)

// historyEntry is a recorded change with the fields that differ.
type historyEntry struct {
	// Version is the version afterwards. An edit by hand keeps it; an item made by hand has none.
	Version int `json:"version,omitempty"`
	// Change is one of new, changed, edited (by hand) and removed.
	Change    string          `json:"change"`
	At        time.Time       `json:"at"`
	LocalTime time.Time       `json:"localTime"` // with the zone's offset; in UTC for the settings
	Actor     string          `json:"actor,omitempty"`
	Reason    string          `json:"reason,omitempty"`
	Lines     []string        `json:"lines"`
	Before    json.RawMessage `json:"before,omitempty"`
	After     json.RawMessage `json:"after,omitempty"`
}

func newConfigHistory(env frame.Environment) *cobra.Command {
	var form frame.Output
	cmd := &cobra.Command{
		Use:   "history [CLUSTER]",
		Short: "Shows every version of a cluster's configuration, or of the settings",
		Long: `Shows every version of a cluster's configuration, or of the settings, the newest first: when it was written, by whom, why,
and what it changed. A removal is a version, and a cluster that is added again continues with the next one. An edit by hand
keeps the version. A change appears after a few seconds, however it was made; who removed something is not recorded.

With -o json or yaml each version also has the whole configuration before and after.`,
		Example: `  eks-scaling config history
  eks-scaling config history production -o json`,
		Args: form.Args(frame.AtMostOne),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := env.Open(cmd)
			if err != nil {
				return err
			}
			kind, name := inventory.KindSettings, inventory.GlobalSettings
			if len(args) == 1 {
				kind, name = inventory.KindCluster, args[0]
			}
			entries, err := configHistory(cmd.Context(), s, kind, name)
			if err != nil {
				return frame.WithRemedy(err)
			}
			inWords := func(out io.Writer) error { return printHistory(out, entries) }
			return form.Print(cmd.OutOrStdout(), entries, inWords)
		},
	}
	form.AddFlag(cmd)
	return cmd
}

// configHistory returns the recorded versions of an item, the newest first. It fails if the item never existed.
func configHistory(ctx context.Context, s frame.Session, kind, name string) ([]historyEntry, error) {
	held, err := s.ReadAll(ctx)
	if err != nil {
		return nil, err
	}
	changes, err := s.Logs.ConfigChanges(ctx, kind, name)
	if err != nil {
		return nil, err
	}
	loc := time.UTC
	if kind == inventory.KindCluster {
		if _, err := held.FindCluster(name); err != nil && len(changes) == 0 {
			return nil, err
		}
		loc = held.Location(name)
	}
	entries := []historyEntry{}
	for i, c := range changes {
		lines, err := inventory.Differences(c.Before, c.After)
		if err != nil {
			return nil, fmt.Errorf("the record of %s/%s at %s: %w", kind, name, c.Time.Format(time.RFC3339), err)
		}
		entries = append(entries, historyEntry{
			Version: c.Version, Change: whatChanged(changes, i), At: c.Time.UTC(), LocalTime: c.Time.In(loc), Actor: c.By, Reason: c.Reason,
			Lines: append([]string{}, lines...), Before: c.Before, After: c.After,
		})
	}
	return entries, nil
}

// whatChanged names a change among others, the newest first.
func whatChanged(changes []inventory.ConfigChange, i int) string {
	c, hasOlder := changes[i], i+1 < len(changes)
	switch {
	case c.After == nil:
		return "removed"
	case c.Version == 0, hasOlder && changes[i+1].After != nil && changes[i+1].Version == c.Version:
		return "edited"
	case c.Before == nil && (!hasOlder || changes[i+1].After == nil):
		return "new"
	default:
		return "changed"
	}
}

func printHistory(out io.Writer, entries []historyEntry) error {
	for _, e := range entries {
		term.Say(out, "%s, %s, by %s", e.title(), e.when(), cmp.Or(e.Actor, "unknown"))
		if e.Reason != "" {
			term.Say(out, ": %s", e.Reason)
		}
		term.SayLine(out)
		change.PrintLines(out, e.Lines)
	}
	if len(entries) == 0 {
		return term.Tell(out, "%s\n", "No change recorded yet")
	}
	return nil
}

// title returns text such as "version 3 (removed)".
func (e historyEntry) title() string {
	version, what := fmt.Sprintf("version %d", e.Version), ""
	switch e.Change {
	case "removed":
		what = " (removed)"
	case "edited":
		what = " (edited by hand)"
	}
	if e.Version == 0 {
		version = "no version"
	}
	return version + what
}

// when returns the local time, and UTC unless that is the same.
func (e historyEntry) when() string {
	when := e.At.Format(frame.UTCForm)
	if e.LocalTime.Location() != time.UTC {
		when = e.LocalTime.Format(scaling.LocalTime) + " (" + when + ")"
	}
	return when
}
