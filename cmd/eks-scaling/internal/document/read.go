package document

import (
	"context"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// OneFile accepts the file of a configuration as the only argument.
func OneFile(cmd *cobra.Command, args []string) error {
	return frame.Arguments("FILE")(cmd, args)
}

// Document is a valid document.
type Document struct {
	file   string
	config config.Config
	silent unsetSwitches
}

// Read reads a document and prints its warnings. The error of an invalid document states the consequence.
func Read(cmd *cobra.Command, file, consequence string, env frame.Environment) (Document, error) {
	ctx, cancel := context.WithTimeout(cmd.Context(), frame.ReadTimeout)
	defer cancel()
	doc := Document{file: file}
	data, err := os.ReadFile(file)
	if err != nil {
		return doc, Unreadable(file, err)
	}
	var findings []Finding
	doc.config, findings = parse(ctx, file, data, env, env.Now())
	if err := usable(file, consequence, findings); err != nil {
		return doc, err
	}
	doc.silent = unsetSwitchesOf(data)
	for _, f := range findings {
		term.SayLine(cmd.ErrOrStderr(), f)
	}
	return doc, nil
}

// unsetSwitches lists the switches that a document does not set. If such a switch is off in the table, applying the document must not
// turn it on.
type unsetSwitches struct {
	system   bool
	clusters map[string]bool
}

// unsetSwitchesOf reads a valid document.
func unsetSwitchesOf(data []byte) unsetSwitches {
	var doc struct {
		Paused   *bool
		Clusters []struct {
			Name   string
			Paused *bool
		}
	}
	_ = yaml.Unmarshal(data, &doc) // it has been parsed before
	s := unsetSwitches{system: doc.Paused == nil, clusters: map[string]bool{}}
	for _, c := range doc.Clusters {
		s.clusters[c.Name] = c.Paused == nil
	}
	return s
}

// maxKept is how many clusters that stay paused are named.
const maxKept = 3

// KeepSwitchesOff returns the document's configuration, with unset switches off if they are off in the table.
func KeepSwitchesOff(d Document, notes io.Writer, snapshot inventory.Snapshot) config.Config {
	c := d.config
	if d.silent.system && snapshot.PausedOnPurpose() {
		c.Paused = true
		term.Say(notes, "the switch stays off, as %s does not say paused: false\n", d.file)
	}
	c.Clusters = slices.Clone(c.Clusters)
	var kept []string
	for i, cluster := range c.Clusters {
		e, err := snapshot.FindCluster(cluster.Name)
		if err == nil && d.silent.clusters[cluster.Name] && e.Switch() == inventory.SwitchOff {
			c.Clusters[i].Paused = true
			kept = append(kept, cluster.Name)
		}
	}
	if len(kept) > maxKept {
		term.Say(notes, "the switches of %d clusters stay off, as %s does not say paused: false for them\n", len(kept), d.file)
		return c
	}
	for _, name := range kept {
		term.Say(notes, "the switch of cluster %s stays off, as %s does not say paused: false\n", name, d.file)
	}
	return c
}
