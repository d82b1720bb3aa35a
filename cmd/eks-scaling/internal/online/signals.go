package online

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
)

// Sources are the services that signals are read from, in the stack's region.
type Sources struct {
	Alarms interface {
		DescribeAlarms(context.Context, *cloudwatch.DescribeAlarmsInput, ...func(*cloudwatch.Options)) (*cloudwatch.DescribeAlarmsOutput, error)
	}
	SSM interface {
		GetParameter(context.Context, *ssm.GetParameterInput, ...func(*ssm.Options)) (*ssm.GetParameterOutput, error)
		GetCalendarState(context.Context, *ssm.GetCalendarStateInput, ...func(*ssm.Options)) (*ssm.GetCalendarStateOutput, error)
	}
	Secrets interface {
		DescribeSecret(context.Context, *secretsmanager.DescribeSecretInput, ...func(*secretsmanager.Options)) (*secretsmanager.DescribeSecretOutput, error)
	}
}

// NewSources returns the services at the tool's own credentials.
func NewSources(own aws.Config) Sources {
	return Sources{cloudwatch.NewFromConfig(own), ssm.NewFromConfig(own), secretsmanager.NewFromConfig(own)}
}

// UnlistedHosts returns an error for each signal whose host the deployment does not list: it would never be read.
func UnlistedHosts(signals map[string]config.Signal, s deployment.Stack) (findings []Finding) {
	for _, name := range config.UnlistedHosts(signals, s.SignalHosts) {
		findings = append(findings, Finding{
			Signal: name, Path: "signals." + name + ".http.url", Severity: config.Error,
			Message: fmt.Sprintf("the deployment does not list host %s, so the signal is never read: %s",
				signals[name].HTTP.Host(), s.ListHosts(config.Hosts(signals))),
		})
	}
	return findings
}

// source is one thing that a signal is read from.
type source struct {
	signal, path, what string // such as rain, "parameter" and "parameter"
	exists             func(context.Context) (bool, error)
}

// CheckSignals looks for what signals are read from. What is missing is a warning: it may be created later.
func CheckSignals(ctx context.Context, from Sources, signals map[string]config.Signal) (r Result) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var all []source
	for _, name := range slices.Sorted(maps.Keys(signals)) {
		all = append(all, from.of(name, signals[name])...)
	}
	found, errs := make([]bool, len(all)), make([]error, len(all))
	var group errgroup.Group
	group.SetLimit(10)
	for i := range all {
		group.Go(func() error {
			found[i], errs[i] = all[i].exists(ctx)
			return nil
		})
	}
	_ = group.Wait() // errs has the errors
	for i, s := range all {
		switch {
		case errs[i] != nil:
			r.Unchecked = join(r.Unchecked, "signal "+s.signal, "", errs[i])
		case !found[i]:
			r.Findings = append(r.Findings, Finding{
				Signal: s.signal, Path: "signals." + s.signal + "." + s.path, Severity: config.Warning,
				Message: s.what + " not found; the signal has no value until it exists",
			})
		}
	}
	return r
}

// of returns what a signal is read from, except for the service behind a URL.
func (from Sources) of(name string, s config.Signal) (all []source) {
	switch s.Source() {
	case config.FromAlarm:
		return []source{{name, "alarm", "alarm " + s.Alarm, from.hasAlarm(s.Alarm)}}
	case config.FromParameter:
		return []source{{name, "parameter", "parameter " + s.Parameter, from.hasParameter(s.Parameter)}}
	case config.FromCalendar:
		return []source{{name, "calendar", "change calendar " + s.Calendar, from.hasCalendar(s.Calendar)}}
	case config.FromHTTP:
	}
	for _, header := range slices.Sorted(maps.Keys(s.HTTP.Header)) {
		if secret := s.HTTP.Header[header].Secret; secret != "" {
			all = append(all, source{name, "http.header." + header + ".secret", "secret " + secret, from.hasSecret(secret)})
		}
	}
	return all
}

func (from Sources) hasAlarm(name string) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		out, err := from.Alarms.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{
			AlarmNames: []string{name},
			AlarmTypes: []cloudwatchtypes.AlarmType{cloudwatchtypes.AlarmTypeMetricAlarm, cloudwatchtypes.AlarmTypeCompositeAlarm},
		})
		return err == nil && len(out.MetricAlarms)+len(out.CompositeAlarms) > 0, err
	}
}

func (from Sources) hasParameter(name string) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		_, err := from.SSM.GetParameter(ctx, &ssm.GetParameterInput{Name: &name})
		return exists(err, "ParameterNotFound")
	}
}

func (from Sources) hasCalendar(name string) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		_, err := from.SSM.GetCalendarState(ctx, &ssm.GetCalendarStateInput{CalendarNames: []string{name}})
		return exists(err, "InvalidDocument", "InvalidDocumentType")
	}
}

// hasSecret never reads the secret.
func (from Sources) hasSecret(name string) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		_, err := from.Secrets.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: &name})
		return exists(err, "ResourceNotFoundException")
	}
}

// exists tells the error of a missing thing from others.
func exists(err error, missing ...string) (bool, error) {
	if awserr.Has(err, missing...) {
		return false, nil
	}
	return err == nil, err
}
