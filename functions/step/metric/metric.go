// Package metric writes what functions report to CloudWatch. A metric is one line of JSON in a function's log, in the embedded
// metric format: CloudWatch reads it there, so a function needs neither a call nor a permission.
package metric

import (
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// The metrics of the system; none has a dimension.
const (
	Namespace = "EksScaling"
	// ReconcileRunEnded counts reconcile runs that have ended, whatever their outcome. An alarm watches for its absence.
	ReconcileRunEnded = "ReconcileRunEnded"
)

type line struct {
	AWS               metadata `json:"_aws"`
	ReconcileRunEnded int
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

type definition struct{ Name, Unit string }

// Reconciled reports that a reconcile run has ended. The writer has to be the function's standard output: the line must be in
// its log as it is, with nothing before it.
func Reconciled(w io.Writer, now time.Time) error {
	data, err := json.Marshal(line{
		AWS: metadata{
			Timestamp: now.UnixMilli(),
			CloudWatchMetrics: []directive{{
				Namespace: Namespace, Dimensions: [][]string{{}}, Metrics: []definition{{ReconcileRunEnded, "Count"}},
			}},
		},
		ReconcileRunEnded: 1,
	})
	if err == nil {
		_, err = w.Write(append(data, '\n'))
	}
	if err != nil {
		return fmt.Errorf("report metric %s: %w", ReconcileRunEnded, err)
	}
	return nil
}
