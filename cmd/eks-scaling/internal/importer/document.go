package importer

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
)

// Document is the part of a configuration that an import fills. Everything else keeps its default.
type Document struct {
	Timezone string            `json:"timezone"`
	Clusters []DocumentCluster `json:"clusters"`
}

// DocumentCluster is one cluster of a [Document]. It has either profiles and a schedule, or schedules. Its schedule is a
// [config.Schedule], or has the same JSON.
type DocumentCluster struct {
	Name       string                               `json:"name"`
	Region     string                               `json:"region"`
	Timezone   string                               `json:"timezone,omitempty"`
	Paused     bool                                 `json:"paused,omitempty"`
	Nodegroups map[string]scaling.Limits            `json:"nodegroups"`
	Profiles   map[string]map[string]scaling.Target `json:"profiles,omitempty"`
	Schedule   any                                  `json:"schedule,omitempty"`
	Schedules  []DocumentSchedule                   `json:"schedules,omitempty"`
}

// DocumentSchedule is one of several schedules of a [DocumentCluster].
type DocumentSchedule struct {
	Name     string                               `json:"name"`
	Timezone string                               `json:"timezone,omitempty"` // empty: the cluster's
	Profiles map[string]map[string]scaling.Target `json:"profiles"`
	config.Schedule
}

// Add adds a cluster. The time zone of the first one becomes the document's.
func (d *Document) Add(c DocumentCluster) {
	d.Timezone = cmp.Or(d.Timezone, c.Timezone)
	if c.Timezone == d.Timezone {
		c.Timezone = ""
	}
	d.Clusters = append(d.Clusters, c)
}

// Finish writes the document, and checks it as a whole.
func (d Document) Finish(source, advice string, found Warnings) (Imported, error) {
	var text bytes.Buffer
	fmt.Fprintf(&text, "# %s\n# %s\n", OneLine("Imported from "+source+"."), advice)
	for _, warning := range found {
		fmt.Fprintf(&text, "# warning: %s\n", warning)
	}
	spec, err := json.Marshal(d)
	if err != nil {
		return Imported{Warnings: found}, err
	}
	body, err := toYAML(spec)
	if err != nil {
		return Imported{Warnings: found}, err
	}
	text.Write(body)
	if _, err := config.Parse(text.Bytes()); err != nil {
		return Imported{Warnings: found}, fmt.Errorf("%s: the imported configuration is invalid:\n%w", source, err)
	}
	return Imported{Document: text.Bytes(), JSON: spec, Warnings: found}, nil
}

// toYAML converts JSON to YAML.
func toYAML(spec json.RawMessage) ([]byte, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(spec, &root); err != nil {
		return nil, err
	}
	restyle(&root)
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(&root); err != nil {
		return nil, err
	}
	return text.Bytes(), encoder.Close()
}

// restyle formats JSON as people write configurations: nodes that contain objects take several lines, all others one.
func restyle(n *yaml.Node) {
	n.Style = 0
	switch n.Kind {
	case yaml.MappingNode, yaml.SequenceNode:
		if !slices.ContainsFunc(n.Content, hasObjects) {
			n.Style = yaml.FlowStyle
		}
	case yaml.ScalarNode:
		if config.NeedsQuotes(n.Value) {
			n.Style = yaml.DoubleQuotedStyle
		}
	case yaml.DocumentNode, yaml.AliasNode:
	}
	for _, inner := range n.Content {
		restyle(inner)
	}
}

func hasObjects(n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode || slices.ContainsFunc(n.Content, hasObjects)
}
