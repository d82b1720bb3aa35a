package cloudwatch_test

import (
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"eks-scaling-automation/integration/aws/cloudwatch"
	"eks-scaling-automation/integration/aws/endpoint/endpointtest"
)

const decide = "/aws/lambda/eks-scaling-decide"

// diary returns logs whose clock advances a second with every reading, from noon on.
func diary() *cloudwatch.Logs {
	var looks atomic.Int64
	return cloudwatch.NewLogs(region, account, func() time.Time { return noon.Add(time.Duration(looks.Add(1)) * time.Second) })
}

func write(t *testing.T, w io.Writer, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if n, err := io.WriteString(w, text); err != nil || n != len(text) {
			t.Fatalf("wrote %d of %q: %v", n, text, err)
		}
	}
}

func texts(events []types.FilteredLogEvent) string {
	var all []string
	for _, e := range events {
		all = append(all, *e.Message)
	}
	return strings.Join(all, "|")
}

func TestLogsKeepLinesAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	logs := diary()
	one, two := logs.Writer(decide, "one"), logs.Writer(decide, "two")
	write(t, one, "first\n", "second ", "in ", "parts\nthird\nnot ended")
	write(t, two, "other\n\n")
	c := cloudwatchlogs.NewFromConfig(endpointtest.At(t, region, "logs", logs))

	all, err := c.FilterLogEvents(t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String(decide)})
	if err != nil {
		t.Fatal(err)
	}
	endpointtest.Same(t, "lines", "first|second in parts|third|other", texts(all.Events))
	for i := range all.Events[1:] {
		if *all.Events[i].Timestamp > *all.Events[i+1].Timestamp || *all.Events[i].EventId == *all.Events[i+1].EventId {
			t.Errorf("events %d and %d: found %+v and %+v", i, i+1, all.Events[i], all.Events[i+1])
		}
	}
	if first := all.Events[0]; *first.LogStreamName != "one" || *first.Timestamp != *first.IngestionTime {
		t.Errorf("found %+v", first)
	}

	stream, err := c.GetLogEvents(t.Context(), &cloudwatchlogs.GetLogEventsInput{LogGroupName: aws.String(decide), LogStreamName: aws.String("two")})
	if err != nil || len(stream.Events) != 1 || *stream.Events[0].Message != "other" {
		t.Errorf("found %v, %v; want the stream two", stream, err)
	}
}

func TestLogsDescribeGroupsAndStreams(t *testing.T) {
	t.Parallel()
	logs := diary()
	logs.CreateGroup("/aws/vendedlogs/states/eks-scaling", 0)
	logs.CreateGroup(decide, 30)
	write(t, logs.Writer(decide, "b"), "early\n")
	write(t, logs.Writer(decide, "a"), "late\n")
	logs.Writer(decide, "c")
	c := cloudwatchlogs.NewFromConfig(endpointtest.At(t, region, "logs", logs))

	groups, err := c.DescribeLogGroups(t.Context(), nil)
	if err != nil || len(groups.LogGroups) != 2 {
		t.Fatalf("found %v, %v; want two groups", groups, err)
	}
	g := groups.LogGroups[0]
	endpointtest.Same(t, "the group", []string{decide, "arn:aws:logs:sa-east-1:123456789012:log-group:" + decide + ":*", "30"},
		[]string{*g.LogGroupName, *g.Arn, fmt.Sprint(*g.RetentionInDays)})
	if groups.LogGroups[1].RetentionInDays != nil {
		t.Error("a group that keeps its lines for ever has a retention")
	}
	prefixed, err := c.DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("/aws/lambda/")})
	if err != nil || len(prefixed.LogGroups) != 1 {
		t.Errorf("found %v, %v; want one group", prefixed, err)
	}
	elsewhere, err := cloudwatchlogs.NewFromConfig(endpointtest.At(t, "us-east-1", "logs", logs)).DescribeLogGroups(t.Context(), nil)
	if err != nil || len(elsewhere.LogGroups) != 0 {
		t.Errorf("another region has %v, %v", elsewhere, err)
	}

	for _, row := range []struct {
		name string
		in   cloudwatchlogs.DescribeLogStreamsInput
		want string
	}{
		{"by name", cloudwatchlogs.DescribeLogStreamsInput{}, "abc"},
		{"backwards", cloudwatchlogs.DescribeLogStreamsInput{Descending: aws.Bool(true)}, "cba"},
		{"latest first", cloudwatchlogs.DescribeLogStreamsInput{OrderBy: types.OrderByLastEventTime, Descending: aws.Bool(true)}, "abc"},
		{"earliest first", cloudwatchlogs.DescribeLogStreamsInput{OrderBy: types.OrderByLastEventTime}, "cba"},
		{"a prefix", cloudwatchlogs.DescribeLogStreamsInput{LogStreamNamePrefix: aws.String("b")}, "b"},
	} {
		row.in.LogGroupName = aws.String(decide)
		out, err := c.DescribeLogStreams(t.Context(), &row.in)
		if err != nil {
			t.Fatal(err)
		}
		var names string
		for _, s := range out.LogStreams {
			names += *s.LogStreamName
		}
		endpointtest.Same(t, row.name, row.want, names)
	}
}

func TestFilterLogEvents(t *testing.T) {
	t.Parallel()
	logs := cloudwatch.NewLogs(region, account, func() time.Time { return noon })
	write(t, logs.Writer(decide, "one"), `{"level":"ERROR","msg":"no such cluster"}`+"\n", `{"level":"INFO","msg":"cluster"}`+"\n")
	write(t, logs.Writer(decide, "two"), `say "hi" error`+"\n")
	const errorLine, infoLine, hiLine = `{"level":"ERROR","msg":"no such cluster"}`, `{"level":"INFO","msg":"cluster"}`, `say "hi" error`
	at1 := noon.UnixMilli()
	c := cloudwatchlogs.NewFromConfig(endpointtest.At(t, region, "logs", logs))
	for _, row := range []struct {
		name  string
		in    cloudwatchlogs.FilterLogEventsInput
		want  string
		error string
	}{
		{"nothing said", cloudwatchlogs.FilterLogEventsInput{}, errorLine + "|" + infoLine + "|" + hiLine, ""},
		{"a word", cloudwatchlogs.FilterLogEventsInput{FilterPattern: aws.String("ERROR")}, errorLine, ""},
		{"a word has its case", cloudwatchlogs.FilterLogEventsInput{FilterPattern: aws.String("error")}, hiLine, ""},
		{"two words, both", cloudwatchlogs.FilterLogEventsInput{FilterPattern: aws.String(" cluster  INFO ")}, infoLine, ""},
		{"quoted", cloudwatchlogs.FilterLogEventsInput{FilterPattern: aws.String(`"no such cluster"`)}, errorLine, ""},
		{"quoted quotation marks", cloudwatchlogs.FilterLogEventsInput{FilterPattern: aws.String(`"\"hi\""`)}, hiLine, ""},
		{"nothing fits", cloudwatchlogs.FilterLogEventsInput{FilterPattern: aws.String("nothing")}, "", ""},
		{"a stream", cloudwatchlogs.FilterLogEventsInput{LogStreamNames: []string{"two"}}, hiLine, ""},
		{"a prefix of streams", cloudwatchlogs.FilterLogEventsInput{LogStreamNamePrefix: aws.String("t")}, hiLine, ""},
		{"from then on", cloudwatchlogs.FilterLogEventsInput{StartTime: &at1}, errorLine + "|" + infoLine + "|" + hiLine, ""},
		{"after then", cloudwatchlogs.FilterLogEventsInput{StartTime: aws.Int64(at1 + 1)}, "", ""},
		{"until then, then included", cloudwatchlogs.FilterLogEventsInput{EndTime: &at1}, errorLine + "|" + infoLine + "|" + hiLine, ""},
		{"before then", cloudwatchlogs.FilterLogEventsInput{EndTime: aws.Int64(at1 - 1)}, "", ""},
		{"JSON", cloudwatchlogs.FilterLogEventsInput{FilterPattern: aws.String(`{ $.level = "ERROR" }`)}, "", "InvalidParameterException"},
		{"a minus", cloudwatchlogs.FilterLogEventsInput{FilterPattern: aws.String("ERROR -no")}, "", "InvalidParameterException"},
		{"a word with a slash", cloudwatchlogs.FilterLogEventsInput{FilterPattern: aws.String("a/b")}, "", "InvalidParameterException"},
		{"a quotation that does not end", cloudwatchlogs.FilterLogEventsInput{FilterPattern: aws.String(`"a`)}, "", "InvalidParameterException"},
		{
			"streams and a prefix",
			cloudwatchlogs.FilterLogEventsInput{LogStreamNames: []string{"two"}, LogStreamNamePrefix: aws.String("t")},
			"", "InvalidParameterException",
		},
		{"another group", cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("other")}, "", "ResourceNotFoundException"},
		{"too many", cloudwatchlogs.FilterLogEventsInput{Limit: aws.Int32(10_001)}, "", "InvalidParameterException"},
	} {
		if row.in.LogGroupName == nil {
			row.in.LogGroupName = aws.String(decide)
		}
		out, err := c.FilterLogEvents(t.Context(), &row.in)
		endpointtest.MustCode(t, row.name, err, row.error)
		if err == nil {
			endpointtest.Same(t, row.name, row.want, texts(out.Events))
		}
	}
}

// seven are logs with the lines 0 to 6 in the stream s, and the writer for more.
func seven(t *testing.T) (*cloudwatch.Logs, io.Writer) {
	logs := diary()
	w := logs.Writer(decide, "s")
	for i := range 7 {
		write(t, w, fmt.Sprintf("line %d\n", i))
	}
	return logs, w
}

func TestFilterLogEventsComeInPages(t *testing.T) {
	t.Parallel()
	logs, _ := seven(t)
	c := cloudwatchlogs.NewFromConfig(endpointtest.At(t, region, "logs", logs))
	var sizes []int
	filtered := cloudwatchlogs.NewFilterLogEventsPaginator(c, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String(decide), Limit: aws.Int32(3)})
	for filtered.HasMorePages() {
		page, err := filtered.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(page.Events))
	}
	endpointtest.Same(t, "sizes of pages", []int{3, 3, 1}, sizes)
}

func TestGetLogEventsGoesBackFromTheEnd(t *testing.T) {
	t.Parallel()
	logs, _ := seven(t)
	c := cloudwatchlogs.NewFromConfig(endpointtest.At(t, region, "logs", logs))
	in := &cloudwatchlogs.GetLogEventsInput{LogGroupName: aws.String(decide), LogStreamName: aws.String("s"), Limit: aws.Int32(3)}
	last, err := c.GetLogEvents(t.Context(), in)
	if err != nil || *last.Events[0].Message != "line 4" || *last.Events[2].Message != "line 6" {
		t.Fatalf("found %v, %v; want the last three", last, err)
	}
	in.NextToken = last.NextBackwardToken
	before, err := c.GetLogEvents(t.Context(), in)
	if err != nil || *before.Events[0].Message != "line 1" {
		t.Errorf("going back: found %v, %v; want lines 1 to 3", before, err)
	}
}

func TestGetLogEventsContinuesFromTheHead(t *testing.T) {
	t.Parallel()
	logs, w := seven(t)
	c := cloudwatchlogs.NewFromConfig(endpointtest.At(t, region, "logs", logs))
	in := &cloudwatchlogs.GetLogEventsInput{
		LogGroupName: aws.String(decide), LogStreamName: aws.String("s"), Limit: aws.Int32(3), StartFromHead: aws.Bool(true),
	}
	var lines []string
	for {
		page, err := c.GetLogEvents(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Events {
			lines = append(lines, *e.Message)
		}
		if aws.ToString(in.NextToken) == *page.NextForwardToken {
			break
		}
		in.NextToken = page.NextForwardToken
	}
	endpointtest.Same(t, "from the head", "line 0|line 1|line 2|line 3|line 4|line 5|line 6", strings.Join(lines, "|"))

	write(t, w, "line 7\n")
	more, err := c.GetLogEvents(t.Context(), in)
	if err != nil || len(more.Events) != 1 || *more.Events[0].Message != "line 7" {
		t.Errorf("with the last token again: found %v, %v; want line 7, which came since", more, err)
	}
}

func TestLogsRefuse(t *testing.T) {
	t.Parallel()
	logs := diary()
	write(t, logs.Writer(decide, "s"), "line\n")
	c := cloudwatchlogs.NewFromConfig(endpointtest.At(t, region, "logs", logs))
	events := func(group, stream, token string, limit int32) error {
		in := &cloudwatchlogs.GetLogEventsInput{LogGroupName: &group, LogStreamName: &stream, Limit: &limit}
		if token != "" {
			in.NextToken = &token
		}
		_, err := c.GetLogEvents(t.Context(), in)
		return err
	}
	endpointtest.MustCode(t, "another group", events("other", "s", "", 1), "ResourceNotFoundException")
	endpointtest.MustCode(t, "another stream", events(decide, "other", "", 1), "ResourceNotFoundException")
	for _, token := range []string{"x", "f/", "f/x", "f/2", "b/-1", "g/1"} {
		endpointtest.MustCode(t, "the token "+token, events(decide, "s", token, 1), "InvalidParameterException")
	}
	endpointtest.MustCode(t, "too many", events(decide, "s", "", 10_001), "InvalidParameterException")
	_, err := c.DescribeLogStreams(t.Context(), &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: aws.String("other")})
	endpointtest.MustCode(t, "streams of another group", err, "ResourceNotFoundException")
	_, err = c.DescribeLogStreams(t.Context(), &cloudwatchlogs.DescribeLogStreamsInput{
		LogGroupName: aws.String(decide), LogStreamNamePrefix: aws.String("s"), OrderBy: types.OrderByLastEventTime,
	})
	endpointtest.MustCode(t, "a prefix by time", err, "InvalidParameterException")
}
