package configcmd

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/inventory"
)

// exported is the configuration in the table, as a document.
type exported struct {
	Enabled   json.RawMessage            `json:"enabled,omitempty"`
	Timezone  json.RawMessage            `json:"timezone,omitempty"`
	Fleet     json.RawMessage            `json:"fleet,omitempty"`
	Calendars map[string]json.RawMessage `json:"calendars,omitempty"`
	Clusters  []json.RawMessage          `json:"clusters"`
	Overrides []json.RawMessage          `json:"overrides,omitempty"`
}

func newConfigExport(env frame.Environment) *cobra.Command {
	var form frame.Output
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Prints the configuration in the table as a document",
		Long: `Prints the configuration in the table as a document for config apply. Applied without an edit, it changes nothing. Calendars
are printed as their dates. Overrides are printed with who created them and when, except those that have ended.

An invalid item is printed as it is in the table, so that it can be fixed there. What is wrong with it goes to stderr, and
the command ends with 1.

The document is YAML with a comment that names its table. -o json and yaml print it without the comment.`,
		Example: `  eks-scaling config export > my.yaml`,
		Args:    frame.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := form.Check(cmd); err != nil {
				return err
			}
			s, held, err := env.OpenAndRead(cmd)
			if err != nil {
				return err
			}
			text, err := exportedText(&held, s.Stack.ConfigTable, s.Now)
			if err != nil {
				return err
			}
			inWords := func(out io.Writer) error { _, err := out.Write(text); return err }
			if err := form.Print(cmd.OutOrStdout(), exportedDocument(&held, ""), inWords); err != nil {
				return err
			}
			return frame.Remarks(&held, s.Notes)
		},
	}
	form.AddFlag(cmd)
	return cmd
}

// exportedText returns the configuration as YAML, with a comment that names its source.
func exportedText(s *inventory.Checked, table string, now time.Time) ([]byte, error) {
	if s.IsEmpty() {
		return nil, frame.NotFound(fmt.Errorf("table %s has no configuration yet; write one with: eks-scaling config apply FILE", table))
	}
	text, err := frame.ToYAML(exportedDocument(s, ""))
	head := fmt.Sprintf("# From table %s, %s. Write it back with: eks-scaling config apply FILE\n", table, now.UTC().Format(frame.UTCForm))
	if len(s.Invalid) > 0 {
		head = fmt.Sprintf("# From table %s, %s. It cannot be used as it is.\n", table, now.UTC().Format(frame.UTCForm))
	}
	return append([]byte(head), text...), err
}

// exportedDocument returns the configuration, or the part about one cluster, without ended overrides.
func exportedDocument(s *inventory.Checked, cluster string) exported {
	d := exported{Clusters: []json.RawMessage{}, Calendars: map[string]json.RawMessage{}}
	if s.Settings != nil {
		d.Enabled, d.Timezone = s.Settings.Field("enabled"), s.Settings.Field("timezone")
		d.Fleet = s.Settings.Field("fleet")
		if d.Enabled == nil {
			d.Enabled = json.RawMessage("true")
		}
	}
	for _, e := range calendarsOf(s, cluster) {
		d.Calendars[e.Name] = s.Canonical(e)
	}
	for _, e := range s.Clusters {
		if cluster == "" || e.Name == cluster {
			d.Clusters = append(d.Clusters, s.Canonical(e))
		}
	}
	for _, e := range s.Overrides {
		if !s.HasEnded(e) && (cluster == "" || e.ClusterName() == cluster) {
			d.Overrides = append(d.Overrides, s.Canonical(e))
		}
	}
	return d
}
