package document

import (
	"context"
	"io"
	"slices"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// Document is a valid document.
type Document struct {
	file   string
	config config.Config
	unset  unsetPauses
}

// Read reads a document and prints its warnings. The error of an invalid document states the consequence.
func Read(cmd *cobra.Command, file, consequence string, env frame.Environment) (Document, error) {
	ctx, cancel := context.WithTimeout(cmd.Context(), frame.ReadTimeout)
	defer cancel()
	doc := Document{file: frame.DocumentName(file)}
	data, err := frame.ReadDocument(cmd, file)
	if err != nil {
		return doc, Unreadable(doc.file, err)
	}
	var findings []Finding
	doc.config, findings = parse(ctx, doc.file, data, env, env.Now())
	if err := usable(doc.file, consequence, findings); err != nil {
		return doc, err
	}
	doc.unset = unsetPausesOf(data)
	for _, f := range findings {
		term.SayLine(cmd.ErrOrStderr(), f)
	}
	return doc, nil
}

// Regions returns the regions of the clusters.
func (d Document) Regions() []string {
	var regions []string
	for _, c := range d.config.Clusters {
		regions = append(regions, c.Region)
	}
	return regions
}

// unsetPauses lists what a document does not say about paused. If it is paused in the table, applying the document must not resume it.
type unsetPauses struct {
	settings bool
	units    map[string]bool // clusters and units
}

// unsetPausesOf reads a valid document.
func unsetPausesOf(data []byte) unsetPauses {
	var doc struct {
		Paused   *bool
		Clusters []struct {
			Name      string
			Paused    *bool
			Schedules []struct {
				Name   string
				Paused *bool
			}
		}
	}
	_ = yaml.Unmarshal(data, &doc) // it has been parsed before
	s := unsetPauses{settings: doc.Paused == nil, units: map[string]bool{}}
	for _, c := range doc.Clusters {
		s.units[c.Name] = c.Paused == nil
		for _, schedule := range c.Schedules {
			s.units[scaling.UnitName(c.Name, schedule.Name)] = schedule.Paused == nil
		}
	}
	return s
}

// maxKept is how many clusters and schedules that stay paused are named.
const maxKept = 3

// KeepPaused returns the document's configuration. What is paused in the table stays paused unless the document says otherwise.
func KeepPaused(d Document, notes io.Writer, snapshot inventory.Snapshot) config.Config {
	c := d.config
	if d.unset.settings && snapshot.PausedOnPurpose() {
		c.Paused = true
		term.Say(notes, "Scaling stays paused: %s does not say paused: false\n", d.file)
	}
	c.Clusters = slices.Clone(c.Clusters)
	var kept []string
	for i, cluster := range c.Clusters {
		e, err := snapshot.FindCluster(cluster.Name)
		if err != nil {
			continue
		}
		if d.unset.units[cluster.Name] && e.PauseState() == inventory.Paused {
			c.Clusters[i].Paused = true
			kept = append(kept, cluster.Name)
		}
		c.Clusters[i].Schedules = slices.Clone(cluster.Schedules)
		for n, schedule := range cluster.Schedules {
			unit := scaling.UnitName(cluster.Name, schedule.Name)
			if d.unset.units[unit] && e.OwnPauseState(unit) == inventory.Paused {
				c.Clusters[i].Schedules[n].Paused = true
				kept = append(kept, unit)
			}
		}
	}
	sayKept(notes, d.file, kept)
	return c
}

// sayKept says what stays paused.
func sayKept(notes io.Writer, file string, units []string) {
	if len(units) > maxKept {
		term.Say(notes, "%d clusters or schedules stay paused: %s does not say paused: false for them\n", len(units), file)
		return
	}
	for _, unit := range units {
		term.Say(notes, "%s stays paused: %s does not say paused: false\n", english.Capital(run.UnitInWords(unit)), file)
	}
}
