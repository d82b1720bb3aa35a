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

// Metric identifies a CloudWatch metric.
type Metric struct {
	Namespace, Name string
	Dimensions      map[string]string
}

// key identifies a metric, regardless of the order of its dimensions.
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

// Metrics holds CloudWatch's data points. The zero value is empty.
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

// Sum adds up the data points in (after, until]; found reports whether there are any.
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

// Log reads a log line by line and extracts the metrics in the embedded metric format. It ignores other lines.
func (m *Metrics) Log() io.Writer { return &metricLog{metrics: m} }

type metricLog struct {
	metrics *Metrics
	begun   []byte // a line that has not ended
}

func (l *metricLog) Write(data []byte) (int, error) {
	l.begun = eachLine(append(l.begun, data...), l.metrics.take)
	return len(data), nil
}

// eachLine passes on every complete line, and returns the rest.
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

// embedded is the part of a line that declares which fields are metrics.
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
