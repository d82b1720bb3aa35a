package cloudwatch_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awscloudwatch "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"eks-scaling-automation/integration/aws/cloudwatch"
	"eks-scaling-automation/integration/aws/endpoint/endpointtest"
	"eks-scaling-automation/integration/aws/wire"
)

const (
	topic   = "arn:aws:sns:sa-east-1:123456789012:alerts"
	region  = endpointtest.Region
	account = endpointtest.Account
)

var noon = endpointtest.Noon

func threeAlarms() *cloudwatch.Alarms {
	alarms := new(cloudwatch.Alarms)
	for name, state := range map[string]string{"eks-scaling-b": "ALARM", "eks-scaling-a": "OK", "other": "INSUFFICIENT_DATA"} {
		alarms.Put(cloudwatch.Alarm{
			Name: name, Region: region, ARN: "arn:aws:cloudwatch:sa-east-1:123456789012:alarm:" + name, Description: "about " + name,
			State: state, Reason: "because", Updated: noon, ActionsEnabled: state == "ALARM", Actions: []string{topic},
			Namespace: "AWS/States", Metric: "ExecutionsFailed",
		})
	}
	return alarms
}

func TestCloudWatchDescribesAlarms(t *testing.T) {
	t.Parallel()
	c := awscloudwatch.NewFromConfig(endpointtest.At(t, region, "monitoring", threeAlarms()))
	out, err := c.DescribeAlarms(t.Context(), &awscloudwatch.DescribeAlarmsInput{AlarmNames: []string{"eks-scaling-b"}})
	if err != nil || len(out.MetricAlarms) != 1 {
		t.Fatalf("found %v, %v; want one alarm", out, err)
	}
	a := out.MetricAlarms[0]
	if !a.StateUpdatedTimestamp.Equal(noon) || !*a.ActionsEnabled {
		t.Errorf("found an alarm of %v, actions %v; want one of %v that acts", a.StateUpdatedTimestamp, *a.ActionsEnabled, noon)
	}
	endpointtest.Same(t, "the alarm", []string{
		"eks-scaling-b", "arn:aws:cloudwatch:sa-east-1:123456789012:alarm:eks-scaling-b", "about eks-scaling-b", "ALARM", "because",
		topic, "AWS/States", "ExecutionsFailed",
	}, []string{
		*a.AlarmName, *a.AlarmArn, *a.AlarmDescription, string(a.StateValue), *a.StateReason, a.AlarmActions[0], *a.Namespace, *a.MetricName,
	})
}

func TestCloudWatchFilters(t *testing.T) {
	t.Parallel()
	alarms := threeAlarms()
	for _, row := range []struct {
		name   string
		region string
		in     awscloudwatch.DescribeAlarmsInput
		want   string
		error  string
	}{
		{"all, by name", region, awscloudwatch.DescribeAlarmsInput{}, "eks-scaling-a eks-scaling-b other", ""},
		{"a prefix", region, awscloudwatch.DescribeAlarmsInput{AlarmNamePrefix: aws.String("eks-")}, "eks-scaling-a eks-scaling-b", ""},
		{"a state", region, awscloudwatch.DescribeAlarmsInput{StateValue: types.StateValueOk}, "eks-scaling-a", ""},
		{"names", region, awscloudwatch.DescribeAlarmsInput{AlarmNames: []string{"other", "none"}}, "other", ""},
		{"composite alarms only", region, awscloudwatch.DescribeAlarmsInput{AlarmTypes: []types.AlarmType{types.AlarmTypeCompositeAlarm}}, "", ""},
		{"what tells a topic", region, awscloudwatch.DescribeAlarmsInput{ActionPrefix: aws.String("arn:aws:sns")}, "eks-scaling-a eks-scaling-b other", ""},
		{"what tells a queue", region, awscloudwatch.DescribeAlarmsInput{ActionPrefix: aws.String("arn:aws:sqs")}, "", ""},
		{"another region", "us-east-1", awscloudwatch.DescribeAlarmsInput{}, "", ""},
		{"a kind of alarm that does not exist", region, awscloudwatch.DescribeAlarmsInput{AlarmTypes: []types.AlarmType{"Alarm"}}, "", "ValidationError"},
		{"too many names", region, awscloudwatch.DescribeAlarmsInput{AlarmNames: make([]string, 101)}, "", "ValidationError"},
		{"no such state", region, awscloudwatch.DescribeAlarmsInput{StateValue: "BAD"}, "", "ValidationError"},
		{
			"names and a prefix", region,
			awscloudwatch.DescribeAlarmsInput{AlarmNames: []string{"a"}, AlarmNamePrefix: aws.String("a")},
			"", "ValidationError",
		},
		{"what is not known here", region, awscloudwatch.DescribeAlarmsInput{ParentsOfAlarmName: aws.String("a")}, "", "SerializationException"},
		{"a token that was not given", region, awscloudwatch.DescribeAlarmsInput{NextToken: aws.String("x")}, "", "InvalidNextToken"},
		{"a page that is too large", region, awscloudwatch.DescribeAlarmsInput{MaxRecords: aws.Int32(101)}, "", "ValidationError"},
	} {
		c := awscloudwatch.NewFromConfig(endpointtest.At(t, row.region, "monitoring", alarms))
		out, err := c.DescribeAlarms(t.Context(), &row.in)
		endpointtest.MustCode(t, row.name, err, row.error)
		if err != nil {
			continue
		}
		var names []string
		for _, a := range out.MetricAlarms {
			names = append(names, *a.AlarmName)
		}
		endpointtest.Same(t, row.name, row.want, strings.Join(names, " "))
	}
	other, found := alarms.Get(region, "other")
	if !found || other.State != "INSUFFICIENT_DATA" {
		t.Errorf("Get: found %+v, %v; want the alarm other", other, found)
	}
	alarms.Delete(region, "other")
	if other, found = alarms.Get(region, "other"); found {
		t.Errorf("Get after Delete: found %+v", other)
	}
	out, err := awscloudwatch.NewFromConfig(endpointtest.At(t, region, "monitoring", alarms)).DescribeAlarms(t.Context(), nil)
	if err != nil || len(out.MetricAlarms) != 2 {
		t.Errorf("after Delete: found %v, %v; want two alarms", out, err)
	}
}

func TestCloudWatchPages(t *testing.T) {
	t.Parallel()
	alarms := new(cloudwatch.Alarms)
	for i := range 120 {
		alarms.Put(cloudwatch.Alarm{Name: strconv.Itoa(i), Region: region, State: "OK"})
	}
	for _, row := range []struct {
		name string
		size *int32
		want []int
	}{{"nothing said", nil, []int{50, 50, 20}}, {"a hundred", aws.Int32(100), []int{100, 20}}} {
		seen, sizes := map[string]bool{}, []int{}
		pages := awscloudwatch.NewDescribeAlarmsPaginator(awscloudwatch.NewFromConfig(endpointtest.At(t, region, "monitoring", alarms)),
			&awscloudwatch.DescribeAlarmsInput{MaxRecords: row.size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			sizes = append(sizes, len(page.MetricAlarms))
			for _, a := range page.MetricAlarms {
				seen[*a.AlarmName] = true
			}
		}
		endpointtest.Same(t, row.name, row.want, sizes)
		if len(seen) != 120 {
			t.Errorf("%s: found %d alarms; want 120", row.name, len(seen))
		}
	}
}

// TestCloudWatchSpeaksItsOlderProtocolsToo asks as clients other than the Go SDK do.
func TestCloudWatchSpeaksItsOlderProtocolsToo(t *testing.T) {
	t.Parallel()
	c := endpointtest.At(t, region, "monitoring", threeAlarms())
	ask := func(kind, target, body string) []byte {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, *c.BaseEndpoint, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", kind)
		request.Header.Set("X-Amz-Target", target)
		request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=k/20260310/sa-east-1/monitoring/aws4_request, SignedHeaders=host")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		answer, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("found %s: %s, %v", response.Status, answer, err)
		}
		return answer
	}
	const want = "eks-scaling-b ALARM"

	var fromXML struct {
		Name  string `xml:"DescribeAlarmsResult>MetricAlarms>member>AlarmName"`
		State string `xml:"DescribeAlarmsResult>MetricAlarms>member>StateValue"`
	}
	answer := ask("application/x-www-form-urlencoded; charset=utf-8", "",
		"Action=DescribeAlarms&Version=2010-08-01&AlarmNames.member.1=eks-scaling-b&MaxRecords=1")
	if err := xml.Unmarshal(answer, &fromXML); err != nil || fromXML.Name+" "+fromXML.State != want {
		t.Errorf("query: found %s, %v; want %s", answer, err, want)
	}
	var fromJSON struct {
		MetricAlarms []struct {
			AlarmName, StateValue string
			StateUpdatedTimestamp float64
		}
	}
	answer = ask("application/x-amz-json-1.0", "GraniteServiceVersion20100801.DescribeAlarms", `{"AlarmNames": ["eks-scaling-b"]}`)
	if err := json.Unmarshal(answer, &fromJSON); err != nil || len(fromJSON.MetricAlarms) != 1 {
		t.Fatalf("json: found %s, %v; want one alarm", answer, err)
	}
	if a := fromJSON.MetricAlarms[0]; a.AlarmName+" "+a.StateValue != want || a.StateUpdatedTimestamp != float64(noon.Unix()) {
		t.Errorf("json: found %+v; want %s", a, want)
	}
}

// TestCompositeAlarmsMustBeAskedFor as on AWS, where they also need the permission on all alarms.
func TestCompositeAlarmsMustBeAskedFor(t *testing.T) {
	t.Parallel()
	alarms := threeAlarms()
	alarms.Put(cloudwatch.Alarm{Name: "all", Region: region, State: "ALARM", Composite: "ALARM(other)"})
	c := awscloudwatch.NewFromConfig(endpointtest.At(t, region, "monitoring", alarms))
	both := []types.AlarmType{types.AlarmTypeMetricAlarm, types.AlarmTypeCompositeAlarm}
	for _, row := range []struct {
		name, allowed     string
		types             []types.AlarmType
		metric, composite int
		code              string
	}{
		{"metric alarms by default", "*", nil, 1, 0, ""},
		{"both", "*", both, 1, 1, ""},
		{"named alarms only", "alarm:other", nil, 0, 0, "AccessDeniedException"},
		{"the permission does not cover all alarms", "alarm:other alarm:all", both, 0, 0, "AccessDeniedException"},
		{"each named alarm is permitted", "alarm:other alarm:all", nil, 1, 0, ""},
	} {
		alarms.SetAuthorize(func(_ wire.Caller, action, resource string) error {
			for allowed := range strings.FieldsSeq(row.allowed) {
				if action == "cloudwatch:DescribeAlarms" && (allowed == "*" || strings.HasSuffix(resource, allowed)) {
					return nil
				}
			}
			return errors.New("not authorized")
		})
		out, err := c.DescribeAlarms(t.Context(), &awscloudwatch.DescribeAlarmsInput{AlarmNames: []string{"all", "other"}, AlarmTypes: row.types})
		endpointtest.MustCode(t, row.name, err, row.code)
		if err == nil && (len(out.MetricAlarms) != row.metric || len(out.CompositeAlarms) != row.composite) {
			t.Errorf("%s: found %d metric alarms and %d composite ones", row.name, len(out.MetricAlarms), len(out.CompositeAlarms))
		}
	}
}

// TestPeopleCreateAlarmsAndSetTheirStates with the AWS CLI.
func TestPeopleCreateAlarmsAndSetTheirStates(t *testing.T) {
	t.Parallel()
	alarms := threeAlarms()
	alarms.Now = func() time.Time { return noon }
	alarms.Put(cloudwatch.Alarm{Name: "all", Region: region, State: "OK", Composite: "ALARM(other)"})
	c := awscloudwatch.NewFromConfig(endpointtest.At(t, region, "monitoring", alarms))
	set := func(name, state, reason string) error {
		_, err := c.SetAlarmState(t.Context(), &awscloudwatch.SetAlarmStateInput{
			AlarmName: &name, StateValue: types.StateValue(state), StateReason: &reason,
		})
		return err
	}
	for _, row := range []struct{ name, alarm, state, reason, code, want string }{
		{"a metric alarm", "eks-scaling-a", "ALARM", "a try", "", "ALARM"},
		{"a composite alarm", "all", "ALARM", "a try", "", "ALARM"},
		{"no such state", "other", "BAD", "a try", "ValidationError", "INSUFFICIENT_DATA"},
		{"no such alarm", "none", "OK", "a try", "ResourceNotFound", ""},
		{"no reason", "other", "OK", "", "ValidationError", "INSUFFICIENT_DATA"},
		{"before it is created", "backlog", "ALARM", "a try", "ResourceNotFound", ""},
	} {
		endpointtest.MustCode(t, row.name, set(row.alarm, row.state, row.reason), row.code)
		if a, _ := alarms.Get(region, row.alarm); a.State != row.want {
			t.Errorf("%s: found the state %q; want %q", row.name, a.State, row.want)
		}
	}
	in := &awscloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("backlog"), Namespace: aws.String("AWS/SQS"), MetricName: aws.String("ApproximateNumberOfMessagesVisible"),
		Dimensions: []types.Dimension{{Name: aws.String("QueueName"), Value: aws.String("ingest")}}, Statistic: types.StatisticMaximum,
		Period: aws.Int32(60), EvaluationPeriods: aws.Int32(5), Threshold: aws.Float64(1000), ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold,
	}
	_, err := c.PutMetricAlarm(t.Context(), in)
	endpointtest.MustCode(t, "an alarm", err, "")
	if a, _ := alarms.Get(region, "backlog"); a.State != "INSUFFICIENT_DATA" || !a.Updated.Equal(noon) {
		t.Errorf("found %+v; want an alarm without data", a)
	}
	endpointtest.MustCode(t, "after it was created", set("backlog", "ALARM", "a try"), "")
	in.Namespace = nil
	_, err = c.PutMetricAlarm(t.Context(), in)
	endpointtest.MustCode(t, "an alarm without a metric", err, "ValidationError")
}
