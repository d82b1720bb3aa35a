package document

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
)

// OneFile wants one argument.
func OneFile(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return frame.Usage(cmd, fmt.Errorf("found %s; want one, the configuration's file", english.Count(len(args), "argument")))
	}
	return nil
}

// Document is a document without errors.
type Document struct {
	file   string
	config config.Config
	silent unsetSwitches
}

// Read reads a document and prints its warnings. One with errors is an error, which says what comes of that.
func Read(cmd *cobra.Command, file, consequence string, env frame.Environment) (Document, error) {
	ctx, cancel := context.WithTimeout(cmd.Context(), frame.ReadTimeout)
	defer cancel()
	doc := Document{file: file}
	data, err := os.ReadFile(file)
	if err != nil {
		return doc, Unreadable(file, err)
	}
	var findings []Finding
	doc.config, findings = Parse(ctx, file, data, env, env.Now())
	if err := Usable(file, consequence, findings); err != nil {
		return doc, err
	}
	doc.silent = unsetSwitchesOf(data)
	for _, f := range findings {
		term.SayLine(cmd.ErrOrStderr(), f)
	}
	return doc, nil
}

// unsetSwitches tells of which switches a document says nothing. Somebody may have turned them off in the table, and then a
// document that was written before that is not to turn them on by being silent.
type unsetSwitches struct {
	system   bool
	clusters map[string]bool
}

// unsetSwitchesOf looks at a document that is valid.
func unsetSwitchesOf(data []byte) unsetSwitches {
	var doc struct {
		Enabled  *bool
		Clusters []struct {
			Name    string
			Enabled *bool
		}
	}
	_ = yaml.Unmarshal(data, &doc) // it has been parsed before
	s := unsetSwitches{system: doc.Enabled == nil, clusters: map[string]bool{}}
	for _, c := range doc.Clusters {
		s.clusters[c.Name] = c.Enabled == nil
	}
	return s
}

// KeepSwitchesOff is the document's configuration, with those switches off that are so in the table and of which it is silent.
func KeepSwitchesOff(d Document, notes io.Writer, snapshot inventory.Snapshot) config.Config {
	c := d.config
	if d.silent.system && snapshot.Off() {
		c.Enabled = false
		term.Say(notes, "the switch stays off, as %s does not say enabled: true\n", d.file)
	}
	c.Clusters = slices.Clone(c.Clusters)
	for i, cluster := range c.Clusters {
		e, err := snapshot.FindCluster(cluster.Name)
		if err == nil && d.silent.clusters[cluster.Name] && e.Switch() == inventory.SwitchOff {
			c.Clusters[i].Enabled = false
			term.Say(notes, "the switch of cluster %s stays off, as %s does not say enabled: true\n", cluster.Name, d.file)
		}
	}
	return c
}
