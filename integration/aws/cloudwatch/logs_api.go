package cloudwatch

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"eks-scaling-automation/integration/aws/wire"
)

func (l *Logs) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	wire.Operations{
		"DescribeLogGroups":  wire.On(l.describeLogGroups),
		"DescribeLogStreams": wire.On(l.describeLogStreams),
		"GetLogEvents":       wire.On(l.getLogEvents),
		"FilterLogEvents":    wire.On(l.filterLogEvents),
	}.ServeHTTP(w, r)
}

const badLogsParameter = "InvalidParameterException"

type describeLogGroups struct {
	LogGroupNamePrefix string
	Limit              int
	NextToken          string
}

type logGroupAnswer struct {
	Name          string `json:"logGroupName"`
	ARN           string `json:"arn"`
	ARNOfGroup    string `json:"logGroupArn"` // without the :* at the end
	CreationTime  int64  `json:"creationTime"`
	RetentionDays int    `json:"retentionInDays,omitempty"`
	Class         string `json:"logGroupClass"`
}

func (l *Logs) describeLogGroups(c wire.Caller, in describeLogGroups) (any, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []*logGroup
	if c.Region == l.region {
		found = byName(l.groups, in.LogGroupNamePrefix)
	}
	page, next, err := wire.Page(found, wire.Paging{
		Token: in.NextToken, Size: in.Limit, Default: 50, Most: 50, BadToken: badLogsParameter,
	})
	answer := struct {
		Groups    []logGroupAnswer `json:"logGroups"`
		NextToken string           `json:"nextToken,omitempty"`
	}{NextToken: next}
	for _, g := range page {
		arn := g.arn(l)
		answer.Groups = append(answer.Groups, logGroupAnswer{g.name, arn + ":*", arn, g.created.UnixMilli(), g.retention, "STANDARD"})
	}
	return answer, err
}

type describeLogStreams struct {
	LogGroupName        string
	LogStreamNamePrefix string
	OrderBy             string // LogStreamName or LastEventTime
	Descending          bool
	Limit               int
	NextToken           string
}

type logStreamAnswer struct {
	Name         string `json:"logStreamName"`
	ARN          string `json:"arn"`
	CreationTime int64  `json:"creationTime"`
	FirstEvent   int64  `json:"firstEventTimestamp,omitempty"`
	LastEvent    int64  `json:"lastEventTimestamp,omitempty"`
	LastIngested int64  `json:"lastIngestionTime,omitempty"`
}

func (l *Logs) describeLogStreams(c wire.Caller, in describeLogStreams) (any, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	g, err := l.find(c, in.LogGroupName)
	if err != nil {
		return nil, err
	}
	if in.OrderBy == "LastEventTime" && in.LogStreamNamePrefix != "" {
		return nil, wire.Refuse(badLogsParameter, "Cannot order by LastEventTime with a logStreamNamePrefix.")
	}
	var all []logStreamAnswer
	for _, s := range byName(g.streams, in.LogStreamNamePrefix) {
		all = append(all, s.answer(g.arn(l)))
	}
	if in.OrderBy == "LastEventTime" {
		slices.SortStableFunc(all, func(a, b logStreamAnswer) int { return int(a.LastEvent - b.LastEvent) })
	}
	if in.Descending {
		slices.Reverse(all)
	}
	page, next, err := wire.Page(all, wire.Paging{
		Token: in.NextToken, Size: in.Limit, Default: 50, Most: 50, BadToken: badLogsParameter,
	})
	return struct {
		Streams   []logStreamAnswer `json:"logStreams"`
		NextToken string            `json:"nextToken,omitempty"`
	}{page, next}, err
}

func (s *logStream) answer(group string) logStreamAnswer {
	a := logStreamAnswer{Name: s.name, ARN: group + ":log-stream:" + s.name, CreationTime: s.created.UnixMilli()}
	if len(s.events) > 0 {
		a.FirstEvent, a.LastEvent = s.events[0].at, s.events[len(s.events)-1].at
		a.LastIngested = a.LastEvent
	}
	return a
}

type getLogEvents struct {
	LogGroupName, LogStreamName string
	StartTime, EndTime          *int64
	StartFromHead               bool
	Limit                       int
	NextToken                   string
}

type logEventAnswer struct {
	ID            string `json:"eventId,omitempty"`       // FilterLogEvents only
	Stream        string `json:"logStreamName,omitempty"` // FilterLogEvents only
	Timestamp     int64  `json:"timestamp"`
	IngestionTime int64  `json:"ingestionTime"`
	Message       string `json:"message"`
}

// getLogEvents returns a part of a stream. The token f/n continues at event n, and b/n goes back from it. As on AWS, the same
// token is returned at the end.
func (l *Logs) getLogEvents(c wire.Caller, in getLogEvents) (any, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	g, err := l.find(c, in.LogGroupName)
	if err != nil {
		return nil, err
	}
	if g.streams[in.LogStreamName] == nil {
		return nil, wire.Refuse("ResourceNotFoundException", "The specified log stream does not exist.")
	}
	all := g.events(func(stream string) bool { return stream == in.LogStreamName })
	all = slices.DeleteFunc(all, func(e logEvent) bool {
		return in.StartTime != nil && e.at < *in.StartTime || in.EndTime != nil && e.at >= *in.EndTime
	})
	first, last, err := in.part(len(all))
	if err != nil {
		return nil, err
	}
	answer := struct {
		Events   []logEventAnswer `json:"events"`
		Forward  string           `json:"nextForwardToken"`
		Backward string           `json:"nextBackwardToken"`
	}{[]logEventAnswer{}, "f/" + strconv.Itoa(last), "b/" + strconv.Itoa(first)}
	for _, e := range all[first:last] {
		answer.Events = append(answer.Events, logEventAnswer{Timestamp: e.at, IngestionTime: e.at, Message: e.text})
	}
	return answer, nil
}

const maxEvents = 10_000

// part returns the range of events to show.
func (in getLogEvents) part(all int) (first, last int, err error) {
	size := maxEvents
	if in.Limit != 0 {
		size = in.Limit
	}
	if size < 1 || size > maxEvents {
		return 0, 0, wire.Refuse(badLogsParameter, "limit: found "+strconv.Itoa(size)+"; want from 1 to 10000")
	}
	forward, mark := in.StartFromHead, all
	if forward {
		mark = 0
	}
	if in.NextToken != "" {
		if forward, mark, err = readMark(in.NextToken, all); err != nil {
			return 0, 0, err
		}
	}
	if forward {
		return mark, min(mark+size, all), nil
	}
	return max(mark-size, 0), mark, nil
}

func readMark(token string, all int) (forward bool, mark int, err error) {
	if len(token) > 2 && (token[:2] == "f/" || token[:2] == "b/") {
		mark, err = strconv.Atoi(token[2:])
		if err == nil && mark >= 0 && mark <= all {
			return token[0] == 'f', mark, nil
		}
	}
	return false, 0, wire.Refuse(badLogsParameter, "The specified nextToken is invalid.")
}

type filterLogEvents struct {
	LogGroupName        string
	LogStreamNames      []string
	LogStreamNamePrefix string
	StartTime, EndTime  *int64
	FilterPattern       string
	Interleaved         bool // which AWS ignores: it always is
	Limit               int
	NextToken           string
}

func (l *Logs) filterLogEvents(c wire.Caller, in filterLogEvents) (any, error) {
	pattern, err := readPattern(in.FilterPattern)
	if err != nil {
		return nil, err
	}
	if len(in.LogStreamNames) > 0 && in.LogStreamNamePrefix != "" {
		return nil, wire.Refuse(badLogsParameter, "logStreamNames and logStreamNamePrefix cannot be used together.")
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	g, err := l.find(c, in.LogGroupName)
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(g.events(in.wants), func(e logEvent) bool {
		return in.StartTime != nil && e.at < *in.StartTime || in.EndTime != nil && e.at > *in.EndTime || !pattern.fits(e.text)
	})
	page, next, err := wire.Page(all, wire.Paging{
		Token: in.NextToken, Size: in.Limit, Default: maxEvents, Most: maxEvents, BadToken: badLogsParameter,
	})
	answer := struct {
		Events    []logEventAnswer `json:"events"`
		NextToken string           `json:"nextToken,omitempty"`
	}{[]logEventAnswer{}, next}
	for _, e := range page {
		answer.Events = append(answer.Events, logEventAnswer{strconv.Itoa(e.id), e.stream, e.at, e.at, e.text})
	}
	return answer, err
}

func (in filterLogEvents) wants(stream string) bool {
	return (len(in.LogStreamNames) == 0 || slices.Contains(in.LogStreamNames, stream)) && strings.HasPrefix(stream, in.LogStreamNamePrefix)
}
