package configcmd

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/inventory"
)

// exported is the configuration in the table, as a document.
type exported struct {
	Paused      json.RawMessage            `json:"paused,omitempty"`
	Timezone    json.RawMessage            `json:"timezone,omitempty"`
	Fleet       json.RawMessage            `json:"fleet,omitempty"`
	Accounts    json.RawMessage            `json:"accounts,omitempty"`
	BlastRadius json.RawMessage            `json:"blastRadius,omitempty"`
	Budget      json.RawMessage            `json:"budget,omitempty"`
	Signals     json.RawMessage            `json:"signals,omitempty"`
	Notify      json.RawMessage            `json:"notifications,omitempty"`
	Prices      json.RawMessage            `json:"prices,omitempty"`
	Weekly      json.RawMessage            `json:"weekly,omitempty"`
	Calendars   map[string]json.RawMessage `json:"calendars,omitempty"`
	Clusters    []json.RawMessage          `json:"clusters"`
	Overrides   []json.RawMessage          `json:"overrides,omitempty"`
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
			s, held, err := env.OpenAndReadAll(cmd)
			if err != nil {
				return err
			}
			text, err := exportedText(&held, s.Stack.ConfigTable, s.Now)
			if err != nil {
				return err
			}
			inWords := func(out io.Writer) error { _, err := out.Write(text); return err }
			if err := form.PrintDocument(cmd.OutOrStdout(), toApply(&held), inWords); err != nil {
				return err
			}
			if held.Held() != nil {
				term.Say(s.Notes, "do not apply this export: %v\n", change.HalfWritten(held.Snapshot))
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
	text, err := frame.ToYAML(toApply(s))
	advice := "Write it back with: eks-scaling config apply FILE"
	switch {
	case s.Held() != nil:
		advice = "It is written only in part: do not apply it."
	case len(s.Invalid) > 0:
		advice = "It cannot be used as it is."
	}
	head := fmt.Sprintf("# From table %s, %s. %s\n", table, now.UTC().Format(frame.UTCForm), advice)
	return append([]byte(head), text...), err
}

// toApply returns the configuration as "config apply" reads it. The pause of a hold is no part of it.
func toApply(s *inventory.Checked) exported {
	d := exportedDocument(s, "")
	if hold := s.Held(); hold != nil {
		d.Paused = json.RawMessage(strconv.FormatBool(!hold.Resumes))
	}
	return d
}

// exportedDocument returns the configuration, or the part about one cluster, without ended overrides.
func exportedDocument(s *inventory.Checked, cluster string) exported {
	d := exported{Clusters: []json.RawMessage{}, Calendars: map[string]json.RawMessage{}}
	if s.Settings != nil {
		d.addSettings(s)
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

// addSettings adds the settings as they are in the table. Valid signals have their fields in the usual order.
func (d *exported) addSettings(s *inventory.Checked) {
	for name, field := range map[string]*json.RawMessage{
		"paused": &d.Paused, "timezone": &d.Timezone, "fleet": &d.Fleet, "accounts": &d.Accounts,
		"blastRadius": &d.BlastRadius, "budget": &d.Budget, "signals": &d.Signals, "notifications": &d.Notify, "prices": &d.Prices, "weekly": &d.Weekly,
	} {
		*field = s.Settings.Field(name)
	}
	if text, err := json.Marshal(s.Global.Signals); err == nil && len(s.Global.Signals) > 0 {
		d.Signals = text
	}
	if d.Paused == nil {
		d.Paused = json.RawMessage("false")
	}
}
