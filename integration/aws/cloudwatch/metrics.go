package cloudwatch

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Metric names a metric of CloudWatch.
type Metric struct {
	Namespace, Name string
	Dimensions      map[string]string
}

// key tells one metric from the others, whatever the order of the dimensions.
func (m Metric) key() string {
	parts := []string{m.Namespace, m.Name}
	for _, name := range slices.Sorted(maps.Keys(m.Dimensions)) {
		parts = append(parts, name, m.Dimensions[name])
	}
	return strings.Join(parts, "\x00")
}

type datapoint struct {
	at    time.Time
	value float64
}

// Metrics are the data points that CloudWatch has. The zero value has none.
type Metrics struct {
	mu   sync.Mutex
	data map[string][]datapoint
}

// Put adds a data point.
func (m *Metrics) Put(metric Metric, at time.Time, value float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.data == nil {
		m.data = map[string][]datapoint{}
	}
	m.data[metric.key()] = append(m.data[metric.key()], datapoint{at, value})
}

// Sum adds up the data points in (after, until]; found says whether there is any.
func (m *Metrics) Sum(metric Metric, after, until time.Time) (sum float64, found bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range m.data[metric.key()] {
		if d.at.After(after) && !d.at.After(until) {
			sum, found = sum+d.value, true
		}
	}
	return sum, found
}

// Log takes a log, line by line, and the metrics out of it: CloudWatch finds them in lines of the embedded metric format. What is
// none is left alone.
func (m *Metrics) Log() io.Writer { return &metricLog{metrics: m} }

type metricLog struct {
	metrics *Metrics
	begun   []byte // a line that has not ended
}

func (l *metricLog) Write(data []byte) (int, error) {
	l.begun = eachLine(append(l.begun, data...), l.metrics.take)
	return len(data), nil
}

// eachLine passes on every line that has ended, and returns the rest.
func eachLine(text []byte, do func(line []byte)) (rest []byte) {
	for {
		line, after, ended := bytes.Cut(text, []byte("\n"))
		if !ended {
			return text
		}
		do(line)
		text = after
	}
}

// embedded is the part of a line that says which of its fields are metrics.
type embedded struct {
	AWS struct {
		Timestamp         int64
		CloudWatchMetrics []struct {
			Namespace  string
			Dimensions [][]string
			Metrics    []struct{ Name string }
		}
	} `json:"_aws"`
}

func (m *Metrics) take(line []byte) {
	var e embedded
	var fields map[string]any
	if json.Unmarshal(line, &e) != nil || json.Unmarshal(line, &fields) != nil {
		return
	}
	for _, directive := range e.AWS.CloudWatchMetrics {
		for _, names := range directive.Dimensions {
			dimensions := map[string]string{}
			for _, name := range names {
				dimensions[name], _ = fields[name].(string)
			}
			for _, metric := range directive.Metrics {
				if value, isNumber := fields[metric.Name].(float64); isNumber {
					m.Put(Metric{directive.Namespace, metric.Name, dimensions}, time.UnixMilli(e.AWS.Timestamp), value)
				}
			}
		}
	}
}
