package readsignals

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/config"
)

// CloudWatch has alarms.
type CloudWatch interface {
	DescribeAlarms(ctx context.Context, in *cloudwatch.DescribeAlarmsInput, _ ...func(*cloudwatch.Options)) (*cloudwatch.DescribeAlarmsOutput, error)
}

// SSM has parameters and change calendars.
type SSM interface {
	GetParameter(ctx context.Context, in *ssm.GetParameterInput, _ ...func(*ssm.Options)) (*ssm.GetParameterOutput, error)
	GetCalendarState(ctx context.Context, in *ssm.GetCalendarStateInput, _ ...func(*ssm.Options)) (*ssm.GetCalendarStateOutput, error)
}

// Sources returns the sources of all kinds of signals.
func Sources(web Web, c CloudWatch, s SSM) map[config.Source]Source {
	return map[config.Source]Source{
		config.FromHTTP:  web.read,
		config.FromAlarm: func(ctx context.Context, from config.Signal) (string, error) { return readAlarm(ctx, c, from) },
		config.FromParameter: func(ctx context.Context, from config.Signal) (string, error) {
			return readParameter(ctx, s, from.Parameter)
		},
		config.FromCalendar: func(ctx context.Context, from config.Signal) (string, error) {
			return readCalendar(ctx, s, from.Calendar)
		},
	}
}

// readAlarm returns the state of an alarm. An alarm that is not said to be composite may be, but the deployment then does not permit
// reading it.
func readAlarm(ctx context.Context, c CloudWatch, s config.Signal) (string, error) {
	if !s.Composite {
		state, err := stateOf(ctx, c, s.Alarm, false)
		if state != "" || err != nil {
			return state, err
		}
	}
	state, err := stateOf(ctx, c, s.Alarm, true)
	switch {
	case err != nil && !s.Composite:
		return "", fmt.Errorf("metric alarm %q does not exist; if it is a composite alarm, add composite: true and deploy", s.Alarm)
	case err == nil && state == "":
		return "", fmt.Errorf("alarm %q does not exist", s.Alarm)
	}
	return state, err
}

// stateOf returns the state of a metric or composite alarm; empty if there is none. Without a type, CloudWatch returns metric alarms.
func stateOf(ctx context.Context, c CloudWatch, name string, composite bool) (string, error) {
	in := &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{name}}
	if composite {
		in.AlarmTypes = append(in.AlarmTypes, "CompositeAlarm")
	}
	out, err := c.DescribeAlarms(ctx, in)
	if err != nil {
		return "", err
	}
	for _, alarm := range out.MetricAlarms {
		if aws.ToString(alarm.AlarmName) == name {
			return string(alarm.StateValue), nil
		}
	}
	for _, alarm := range out.CompositeAlarms {
		if aws.ToString(alarm.AlarmName) == name {
			return string(alarm.StateValue), nil
		}
	}
	return "", nil
}

// readParameter returns the text of a parameter. A SecureString is never decrypted: values are put on record, and every role of the
// account may decrypt with the default key of SSM.
func readParameter(ctx context.Context, s SSM, name string) (string, error) {
	out, err := s.GetParameter(ctx, &ssm.GetParameterInput{Name: &name})
	switch {
	case awserr.Has(err, "ParameterNotFound"):
		return "", fmt.Errorf("parameter %q does not exist", name)
	case err != nil:
		return "", err
	case out.Parameter == nil:
		return "", fmt.Errorf("parameter %q has no value", name)
	case out.Parameter.Type == "SecureString":
		return "", fmt.Errorf("parameter %q is a SecureString: use a String, as values are put on record", name)
	}
	return aws.ToString(out.Parameter.Value), nil
}

// readCalendar returns the state of a change calendar: OPEN or CLOSED.
func readCalendar(ctx context.Context, s SSM, name string) (string, error) {
	out, err := s.GetCalendarState(ctx, &ssm.GetCalendarStateInput{CalendarNames: []string{name}})
	switch {
	case awserr.Has(err, "InvalidDocument", "InvalidDocumentType"):
		return "", fmt.Errorf("change calendar %q does not exist", name)
	case err != nil:
		return "", err
	}
	return string(out.State), nil
}
