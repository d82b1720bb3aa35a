package cloudwatch

import (
	"cmp"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"eks-scaling-automation/integration/aws/wire"
)

// Logs fakes the reading part of CloudWatch Logs: DescribeLogGroups, DescribeLogStreams, GetLogEvents and FilterLogEvents.
// Writers fill them line by line. Use [NewLogs].
type Logs struct {
	region, account string
	now             func() time.Time

	mu     sync.Mutex
	groups map[string]*logGroup // by name
	lines  int                  // so far, for the ids
}

type logGroup struct {
	name      string
	retention int
	created   time.Time
	streams   map[string]*logStream
}

type logStream struct {
	name    string
	created time.Time
	events  []logEvent // in the order in which they were written
}

type logEvent struct {
	id     int
	stream string
	at     int64 // in milliseconds since 1970
	text   string
}

// NewLogs returns the logs of an account in a region. The clock dates the lines.
func NewLogs(region, account string, now func() time.Time) *Logs {
	return &Logs{region: region, account: account, now: now, groups: map[string]*logGroup{}}
}

// CreateGroup creates a log group with a retention in days, 0 for forever; nothing is removed here. It updates the retention of
// an existing group.
func (l *Logs) CreateGroup(name string, retentionDays int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.group(name).retention = retentionDays
}

// HasGroup reports whether a log group exists.
func (l *Logs) HasGroup(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.groups[name] != nil
}

// DeleteGroup deletes a log group with its lines, if it exists.
func (l *Logs) DeleteGroup(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.groups, name)
}

func (l *Logs) group(name string) *logGroup {
	g := l.groups[name]
	if g == nil {
		g = &logGroup{name: name, created: l.now(), streams: map[string]*logStream{}}
		l.groups[name] = g
	}
	return g
}

// Writer returns a writer that makes an event of every complete line. It creates a missing stream and group. Use a writer in one
// goroutine; several writers may run concurrently.
func (l *Logs) Writer(group, stream string) io.Writer {
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.group(group)
	if g.streams[stream] == nil {
		g.streams[stream] = &logStream{name: stream, created: l.now()}
	}
	return &logWriter{logs: l, stream: g.streams[stream]}
}

type logWriter struct {
	logs   *Logs
	stream *logStream
	begun  []byte // an incomplete line
}

func (w *logWriter) Write(data []byte) (int, error) {
	at := w.logs.now().UnixMilli()
	w.logs.mu.Lock()
	defer w.logs.mu.Unlock()
	w.begun = eachLine(append(w.begun, data...), func(line []byte) {
		if len(line) > 0 {
			w.logs.lines++
			w.stream.events = append(w.stream.events, logEvent{w.logs.lines, w.stream.name, at, string(line)})
		}
	})
	return len(data), nil
}

// find returns an existing group. The caller must hold the lock.
func (l *Logs) find(c wire.Caller, name string) (*logGroup, error) {
	if g := l.groups[name]; g != nil && c.Region == l.region {
		return g, nil
	}
	return nil, wire.Refuse("ResourceNotFoundException", "The specified log group does not exist.")
}

func (g *logGroup) arn(l *Logs) string {
	return "arn:aws:logs:" + l.region + ":" + l.account + ":log-group:" + g.name
}

// events returns the events of a group's streams, by time.
func (g *logGroup) events(wanted func(stream string) bool) []logEvent {
	var all []logEvent
	for _, name := range slices.Sorted(maps.Keys(g.streams)) {
		if wanted(name) {
			all = append(all, g.streams[name].events...)
		}
	}
	slices.SortStableFunc(all, byTime)
	return all
}

func byTime(a, b logEvent) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.id, b.id)) }

func byName[V any](all map[string]V, prefix string) []V {
	var found []V
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if strings.HasPrefix(name, prefix) {
			found = append(found, all[name])
		}
	}
	return found
}
