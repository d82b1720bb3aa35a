// Package metric writes what functions report to CloudWatch. Metrics are a line of JSON in a function's log, in the embedded metric
// format: CloudWatch reads them there, so a function needs neither a call nor a permission.
package metric

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"time"
)

// Namespace holds the metrics of the system. None has a dimension, because CloudWatch charges for each combination of metric and
// dimensions.
const Namespace = "EksScaling"

// Name is the name of a metric.
type Name string

// The metrics. They are written only if the stack was deployed with metrics.
const (
	// Runs counts runs that have ended, without dry runs.
	Runs Name = "Runs"
	// Failures counts what failed in them: node groups, units as a whole, and the run itself.
	Failures Name = "Failures"
	// HeldBack counts node groups whose scale-down waits for others.
	HeldBack Name = "HeldBack"
	// Drift counts node groups that somebody else has changed after a run had applied their sizes.
	Drift Name = "Drift"
	// NodesCurrent and NodesDesired are the nodes of all units at the end of a reconcile run: as they are, and as decided.
	NodesCurrent Name = "NodesCurrent"
	NodesDesired Name = "NodesDesired"
	// CallLateness is the time from a transition until EKS accepted the call, and ActiveLateness until the node group was ACTIVE.
	CallLateness   Name = "CallLateness"
	ActiveLateness Name = "ActiveLateness"
	// SavedNodeHours is what eks-scaling saved in an hour, compared with the baselines. It is negative where more ran.
	SavedNodeHours Name = "SavedNodeHours"
)

// Names lists the metrics.
func Names() []Name {
	return []Name{Runs, Failures, HeldBack, Drift, NodesCurrent, NodesDesired, CallLateness, ActiveLateness, SavedNodeHours}
}

// Unit returns the unit of a metric.
func (n Name) Unit() string {
	if n == CallLateness || n == ActiveLateness {
		return "Seconds"
	}
	return "Count"
}

// Value is a data point of a metric.
type Value struct {
	Name   Name
	Number float64
}

type metadata struct {
	Timestamp         int64 // in milliseconds since 1970
	CloudWatchMetrics []directive
}

type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []definition
}

type definition struct {
	Name Name
	Unit string
}

// Write reports data points in one line. The fields beside them are no metrics: they cost nothing, and queries of the log find them. The
// writer must be the function's standard output: the line must be in its log as it is, with nothing before it.
func Write(w io.Writer, now time.Time, fields map[string]any, values ...Value) error {
	one := directive{Namespace: Namespace, Dimensions: [][]string{{}}}
	line := map[string]any{}
	maps.Copy(line, fields)
	for _, v := range values {
		one.Metrics = append(one.Metrics, definition{v.Name, v.Name.Unit()})
		line[string(v.Name)] = v.Number
	}
	line["_aws"] = metadata{Timestamp: now.UnixMilli(), CloudWatchMetrics: []directive{one}}
	data, err := json.Marshal(line)
	if err == nil {
		_, err = w.Write(append(data, '\n'))
	}
	if err != nil {
		return fmt.Errorf("report metric %s: %w", values[0].Name, err)
	}
	return nil
}
