package readsignals

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	alarms "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
	smithy "github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/config"
)

// services has one alarm of each kind, some parameters, and a change calendar.
type services struct {
	asked []any
	err   error
	// metricOnly refuses to read composite alarms.
	metricOnly bool
}

func (s *services) DescribeAlarms(_ context.Context, in *cloudwatch.DescribeAlarmsInput, _ ...func(*cloudwatch.Options)) (*cloudwatch.DescribeAlarmsOutput, error) {
	s.asked = append(s.asked, in.AlarmNames, in.AlarmTypes)
	if len(in.AlarmTypes) == 0 {
		return &cloudwatch.DescribeAlarmsOutput{
			MetricAlarms: []alarms.MetricAlarm{{AlarmName: aws.String("metric alarm"), StateValue: alarms.StateValueOk}},
		}, s.err
	}
	if s.metricOnly {
		return nil, &smithy.GenericAPIError{Code: "AccessDenied", Message: "not authorized"}
	}
	return &cloudwatch.DescribeAlarmsOutput{
		CompositeAlarms: []alarms.CompositeAlarm{{AlarmName: aws.String("composite"), StateValue: alarms.StateValueAlarm}},
	}, s.err
}

func (s *services) GetParameter(_ context.Context, in *ssm.GetParameterInput, _ ...func(*ssm.Options)) (*ssm.GetParameterOutput, error) {
	s.asked = append(s.asked, *in.Name, in.WithDecryption != nil)
	switch {
	case s.err != nil:
		return nil, s.err
	case *in.Name == "/gone":
		return nil, &ssmtypes.ParameterNotFound{}
	case *in.Name == "/empty":
		return &ssm.GetParameterOutput{}, nil
	case *in.Name == "/secure":
		return &ssm.GetParameterOutput{Parameter: &ssmtypes.Parameter{Type: ssmtypes.ParameterTypeSecureString, Value: aws.String("hush")}}, nil
	}
	return &ssm.GetParameterOutput{Parameter: &ssmtypes.Parameter{Value: aws.String("launch\n")}}, nil
}

func (s *services) GetCalendarState(_ context.Context, in *ssm.GetCalendarStateInput, _ ...func(*ssm.Options)) (*ssm.GetCalendarStateOutput, error) {
	s.asked = append(s.asked, in.CalendarNames, in.AtTime == nil)
	switch {
	case s.err != nil:
		return nil, s.err
	case in.CalendarNames[0] == "gone":
		return nil, &ssmtypes.InvalidDocument{}
	}
	return &ssm.GetCalendarStateOutput{State: ssmtypes.CalendarStateClosed}, nil
}

// The deployed role may then read neither kind under that name but a metric alarm, so the reason says what to do.
func TestACompositeAlarmThatTheDeploymentDoesNotPermit(t *testing.T) {
	t.Parallel()
	s := &services{metricOnly: true}
	_, err := Sources(Web{}, s, s)[config.FromAlarm](t.Context(), config.Signal{Alarm: "composite"})
	const want = `metric alarm "composite" does not exist; if it is a composite alarm, add composite: true and deploy`
	if err == nil || inWords(err) != want {
		t.Errorf("found %v; want %s", err, want)
	}
}

func TestSourcesInAWS(t *testing.T) {
	t.Parallel()
	metric, composite := []alarms.AlarmType(nil), []alarms.AlarmType{alarms.AlarmTypeCompositeAlarm}
	refused := &smithy.GenericAPIError{Code: "ThrottlingException", Message: "Rate exceeded"}
	for _, row := range []struct {
		rule   string
		signal config.Signal
		err    error
		asked  []any
		want   string
		fault  string
	}{
		{"a metric alarm", config.Signal{Alarm: "metric alarm"}, nil, []any{[]string{"metric alarm"}, metric}, "OK", ""},
		{"a composite alarm", config.Signal{Alarm: "composite", Composite: true}, nil, []any{[]string{"composite"}, composite}, "ALARM", ""},
		{"one that is not said to be composite", config.Signal{Alarm: "composite"}, nil, []any{[]string{"composite"}, metric, []string{"composite"}, composite}, "ALARM", ""},
		{"no such alarm", config.Signal{Alarm: "metric"}, nil, []any{[]string{"metric"}, metric, []string{"metric"}, composite}, "", `alarm "metric" does not exist`},
		{"no such composite alarm", config.Signal{Alarm: "metric alarm", Composite: true}, nil, []any{[]string{"metric alarm"}, composite}, "", `alarm "metric alarm" does not exist`},
		{"alarms are throttled", config.Signal{Alarm: "metric"}, refused, []any{[]string{"metric"}, metric}, "", "ThrottlingException: Rate exceeded"},
		{"a parameter", config.Signal{Parameter: "/event"}, nil, []any{"/event", false}, "launch\n", ""},
		{"no such parameter", config.Signal{Parameter: "/gone"}, nil, []any{"/gone", false}, "", `parameter "/gone" does not exist`},
		{"a parameter without a value", config.Signal{Parameter: "/empty"}, nil, []any{"/empty", false}, "", `parameter "/empty" has no value`},
		{"a secret parameter", config.Signal{Parameter: "/secure"}, nil, []any{"/secure", false}, "", `parameter "/secure" is a SecureString: use a String, as values are put on record`},
		{"parameters are throttled", config.Signal{Parameter: "/event"}, refused, []any{"/event", false}, "", "ThrottlingException: Rate exceeded"},
		{"a calendar, as of now", config.Signal{Calendar: "freeze"}, nil, []any{[]string{"freeze"}, true}, "CLOSED", ""},
		{"no such calendar", config.Signal{Calendar: "gone"}, nil, []any{[]string{"gone"}, true}, "", `change calendar "gone" does not exist`},
		{"calendars are throttled", config.Signal{Calendar: "freeze"}, refused, []any{[]string{"freeze"}, true}, "", "ThrottlingException: Rate exceeded"},
		{"no network", config.Signal{Calendar: "freeze"}, errors.New("dial"), []any{[]string{"freeze"}, true}, "", "dial"},
	} {
		s := &services{err: row.err}
		got, err := Sources(Web{}, s, s)[row.signal.Source()](t.Context(), row.signal)
		fault := ""
		if err != nil {
			fault = inWords(err)
		}
		if got != row.want || fault != row.fault {
			t.Errorf("%s: found %q and %q; want %q and %q", row.rule, got, fault, row.want, row.fault)
		}
		if diff := cmp.Diff(row.asked, s.asked); diff != "" {
			t.Errorf("%s: asked for (-want +got):\n%s", row.rule, diff)
		}
	}
}
