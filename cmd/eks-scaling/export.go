package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/shared/aws/tables"
)

// exported is the configuration in the table as a document.
type exported struct {
	Enabled   json.RawMessage            `json:"enabled,omitempty"`
	Timezone  json.RawMessage            `json:"timezone,omitempty"`
	Calendars map[string]json.RawMessage `json:"calendars,omitempty"`
	Clusters  []json.RawMessage          `json:"clusters"`
	Overrides []json.RawMessage          `json:"overrides,omitempty"`
}

func newConfigExport(env environment) *cobra.Command {
	var form presentation
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Prints the configuration in the table as a document",
		Long: `Prints the configuration in the table as a document that config apply takes back: without an edit it changes nothing.
Calendars come as their dates, and overrides with who created them and when; those that have ended are left out.

An item that cannot be used is printed as it is in the table, so that it can be mended where it stands; what is wrong with
it goes to stderr, and the command ends with 1.

The document is YAML that says in a comment where it is from; -o json and yaml print it without.`,
		Example: `  eks-scaling config export > my.yaml`,
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := form.check(cmd); err != nil {
				return err
			}
			s, snapshot, err := env.openAndRead(cmd)
			if err != nil {
				return err
			}
			held := checked(snapshot, s.now)
			text, err := held.text(s.stack.ConfigTable, s.now)
			if err != nil {
				return err
			}
			inWords := func(out io.Writer) error { _, err := out.Write(text); return err }
			if err := form.print(cmd.OutOrStdout(), held.document("", s.now), inWords); err != nil {
				return err
			}
			return held.remarks(s.notes, s.now)
		},
	}
	form.flag(cmd)
	return cmd
}

// remarks notes what cannot be used, and fails if there is something.
func (s *stored) remarks(notes io.Writer, now time.Time) error {
	for _, b := range s.broken {
		sayLine(notes, b)
	}
	for _, e := range s.Overrides {
		if _, isOrphan := s.orphans[e.Key()]; isOrphan && !hasEnded(e, now) {
			sayLine(notes, brokenItem{itemKey(e), entityKey(e), errUnusableCluster})
		}
	}
	if len(s.broken) > 0 {
		return errFindings
	}
	return nil
}

// text is the configuration as YAML, with a line on where it is from.
func (s *stored) text(table string, now time.Time) ([]byte, error) {
	if s.isEmpty() {
		return nil, notFoundError{fmt.Errorf("table %s has no configuration yet; write one with: eks-scaling config apply FILE", table)}
	}
	text, err := toYAML(s.document("", now))
	head := fmt.Sprintf("# From table %s, %s. Write it back with: eks-scaling config apply FILE\n", table, now.UTC().Format(utcForm))
	if len(s.broken) > 0 {
		head = fmt.Sprintf("# From table %s, %s. It cannot be used as it is.\n", table, now.UTC().Format(utcForm))
	}
	return append([]byte(head), text...), err
}

// document is the configuration, or what of it concerns one cluster, without the overrides that have ended.
func (s *stored) document(cluster string, now time.Time) exported {
	d := exported{Clusters: []json.RawMessage{}, Calendars: map[string]json.RawMessage{}}
	if s.Settings != nil {
		var settings struct{ Enabled, Timezone json.RawMessage }
		_ = json.Unmarshal(s.Settings.Spec, &settings) // one that is no object has neither, and is among what is broken
		d.Enabled, d.Timezone = settings.Enabled, settings.Timezone
		if d.Enabled == nil {
			d.Enabled = json.RawMessage("true")
		}
	}
	for _, e := range s.calendarsOf(cluster) {
		d.Calendars[e.Name] = s.canonical(e)
	}
	for _, e := range s.Clusters {
		if cluster == "" || e.Name == cluster {
			d.Clusters = append(d.Clusters, s.canonical(e))
		}
	}
	for _, e := range s.Overrides {
		if !s.hasEnded(e, now) && (cluster == "" || clusterOf(e) == cluster) {
			d.Overrides = append(d.Overrides, s.canonical(e))
		}
	}
	return d
}

// hasEnded says whether an override is over, as far as it can be read.
func (s *stored) hasEnded(e tables.Entity, now time.Time) bool {
	if o, ok := s.overrides[e.Key()]; ok {
		return stateOf(o, now) == ended
	}
	return hasEnded(e, now)
}

// clusterOf is the cluster that an override is for: the one of its key, by which runs find it, or else the one that it names, if
// it can be read.
func clusterOf(e tables.Entity) string {
	return cmp.Or(e.Cluster, textIn(e.Spec, "cluster"))
}

// textIn is a field of a spec, by its exact name; empty if it is no text.
func textIn(spec json.RawMessage, name string) string {
	var fields map[string]json.RawMessage
	var text string
	_ = json.Unmarshal(spec, &fields) // of what is no object nothing is known
	_ = json.Unmarshal(fields[name], &text)
	return text
}
