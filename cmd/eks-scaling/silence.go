package main

import (
	"io"
	"slices"

	"go.yaml.in/yaml/v3"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// silence tells of which switches a document says nothing. Somebody may have turned them off in the table, and then a
// document that was written before that is not to turn them on by being silent.
type silence struct {
	system   bool
	clusters map[string]bool
}

// silenceOf looks at a document that is valid.
func silenceOf(data []byte) silence {
	var doc struct {
		Enabled  *bool
		Clusters []struct {
			Name    string
			Enabled *bool
		}
	}
	_ = yaml.Unmarshal(data, &doc) // it has been parsed before
	s := silence{system: doc.Enabled == nil, clusters: map[string]bool{}}
	for _, c := range doc.Clusters {
		s.clusters[c.Name] = c.Enabled == nil
	}
	return s
}

// over is the document's configuration, with those switches off that are so in the table and of which it is silent.
func (d readDoc) over(notes io.Writer, snapshot inventory.Snapshot) config.Config {
	c := d.config
	if d.silent.system && snapshot.Off() {
		c.Enabled = false
		say(notes, "the switch stays off, as %s does not say enabled: true\n", d.file)
	}
	c.Clusters = slices.Clone(c.Clusters)
	for i, cluster := range c.Clusters {
		e, err := snapshot.FindCluster(cluster.Name)
		if err == nil && d.silent.clusters[cluster.Name] && e.Switch() == inventory.SwitchOff {
			c.Clusters[i].Enabled = false
			say(notes, "the switch of cluster %s stays off, as %s does not say enabled: true\n", cluster.Name, d.file)
		}
	}
	return c
}
