package configcmd

import (
	"cmp"
	"context"
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

// pastVersion is a recorded change with the fields that differ.
type pastVersion struct {
	inventory.ConfigChange
	LocalTime time.Time `json:"localTime"` // with the zone's offset; in UTC for the settings
	Lines     []string  `json:"lines"`
}

func newConfigHistory(env frame.Environment) *cobra.Command {
	var form frame.Output
	cmd := &cobra.Command{
		Use:   "history [CLUSTER]",
		Short: "Shows every version of a cluster's configuration, or of the settings",
		Long: `Shows every version of a cluster's configuration, or of the settings, the newest first: when it was written, by whom, why,
and what it changed. Changes appear a few seconds after they are made, however they were made. With -o json or yaml each
version has the whole configuration before and after. An edit by hand may have no version of its own.`,
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
			versions, err := configHistory(cmd.Context(), s, kind, name)
			if err != nil {
				return frame.WithRemedy(err)
			}
			inWords := func(out io.Writer) error { return printHistory(out, versions) }
			return form.Print(cmd.OutOrStdout(), versions, inWords)
		},
	}
	form.AddFlag(cmd)
	return cmd
}

// configHistory returns the recorded versions of an item, the newest first. It fails if the item never existed.
func configHistory(ctx context.Context, s frame.Session, kind, name string) ([]pastVersion, error) {
	held, err := s.Read(ctx)
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
	versions := []pastVersion{}
	for _, c := range changes {
		lines, err := inventory.Differences(c.Before, c.After)
		if err != nil {
			return nil, fmt.Errorf("the record of %s/%s at %s: %w", kind, name, c.Time.Format(time.RFC3339), err)
		}
		versions = append(versions, pastVersion{c, c.Time.In(loc), append([]string{}, lines...)})
	}
	return versions, nil
}

func printHistory(out io.Writer, versions []pastVersion) error {
	for i, v := range versions {
		what := fmt.Sprintf("version %d", v.Version)
		switch {
		case v.After == nil:
			what = "removed"
		case v.Version == 0: // written without a version
			what = "by hand"
		case i+1 < len(versions) && versions[i+1].Version == v.Version && versions[i+1].After != nil:
			what += " edited by hand"
		}
		when := v.Time.UTC().Format(frame.UTCForm)
		if v.LocalTime.Location() != time.UTC {
			when = v.LocalTime.Format(scaling.LocalTime) + " (" + when + ")"
		}
		term.Say(out, "%s, %s, by %s: %s\n", what, when,
			cmp.Or(v.By, "(not known)"), cmp.Or(v.Reason, "(no reason given)"))
		change.PrintLines(out, v.Lines)
	}
	if len(versions) == 0 {
		return term.Tell(out, "%s\n", "no change is on record yet")
	}
	return nil
}
