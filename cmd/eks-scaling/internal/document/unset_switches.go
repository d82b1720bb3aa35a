package document

import (
	"io"
	"slices"

	"go.yaml.in/yaml/v3"

	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

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
