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
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
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
	signal, path string
	// problem returns what is wrong with it; empty if nothing is.
	problem func(context.Context) (string, error)
}

// CheckSignals looks for what signals are read from. What is missing is a warning: it may be created later. So
// is an alarm of another kind.
func CheckSignals(ctx context.Context, from Sources, signals map[string]config.Signal) (r Result) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var all []source
	for _, name := range slices.Sorted(maps.Keys(signals)) {
		all = append(all, from.of(name, signals[name])...)
	}
	problems, errs := make([]string, len(all)), make([]error, len(all))
	var group errgroup.Group
	group.SetLimit(10)
	for i := range all {
		group.Go(func() error {
			problems[i], errs[i] = all[i].problem(ctx)
			return nil
		})
	}
	_ = group.Wait() // errs has the errors
	for i, s := range all {
		switch {
		case errs[i] != nil:
			r.Unchecked = join(r.Unchecked, Unchecked{Names: []string{"signal " + s.signal}, Err: errs[i]})
		case problems[i] != "":
			r.Findings = append(r.Findings, Finding{
				Signal: s.signal, Path: "signals." + s.signal + "." + s.path, Severity: config.Warning, Message: problems[i],
			})
		}
	}
	return r
}

// of returns what a signal is read from, except for the service behind a URL.
func (from Sources) of(name string, s config.Signal) (all []source) {
	switch s.Source() {
	case config.FromAlarm:
		return []source{{name, "alarm", from.checkAlarm(s)}}
	case config.FromParameter:
		return []source{{name, "parameter", from.checkParameter(s.Parameter)}}
	case config.FromCalendar:
		return []source{{name, "calendar", from.checkCalendar(s.Calendar)}}
	case config.FromHTTP:
	}
	for _, header := range slices.Sorted(maps.Keys(s.HTTP.Header)) {
		if secret := s.HTTP.Header[header].Secret; secret != "" {
			all = append(all, source{name, "http.header." + header + ".secret", from.checkSecret(secret)})
		}
	}
	return all
}

// checkAlarm also checks the kind of the alarm: the deployment permits reading by it.
func (from Sources) checkAlarm(s config.Signal) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		out, err := from.Alarms.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{
			AlarmNames: []string{s.Alarm},
			AlarmTypes: []cloudwatchtypes.AlarmType{cloudwatchtypes.AlarmTypeMetricAlarm, cloudwatchtypes.AlarmTypeCompositeAlarm},
		})
		switch {
		case err != nil:
			return "", err
		case len(out.CompositeAlarms) > 0 && !s.Composite:
			return "alarm " + s.Alarm + " is a composite alarm, which the deployment does not permit reading: add composite: true", nil
		case len(out.MetricAlarms) > 0 && s.Composite:
			return "alarm " + s.Alarm + " is no composite alarm: remove composite", nil
		case len(out.MetricAlarms)+len(out.CompositeAlarms) == 0:
			return notFound("alarm " + s.Alarm), nil
		}
		return "", nil
	}
}

func (from Sources) checkParameter(name string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		out, err := from.SSM.GetParameter(ctx, &ssm.GetParameterInput{Name: &name})
		if err == nil && out.Parameter != nil && out.Parameter.Type == ssmtypes.ParameterTypeSecureString {
			return "parameter " + name + " is a SecureString, which is never decrypted: use a String", nil
		}
		return problem("parameter "+name, err, "ParameterNotFound")
	}
}

func (from Sources) checkCalendar(name string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		_, err := from.SSM.GetCalendarState(ctx, &ssm.GetCalendarStateInput{CalendarNames: []string{name}})
		return problem("change calendar "+name, err, "InvalidDocument", "InvalidDocumentType")
	}
}

// checkSecret never reads the secret.
func (from Sources) checkSecret(name string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		_, err := from.Secrets.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: &name})
		return problem("secret "+name, err, "ResourceNotFoundException")
	}
}

// problem tells the error of a missing thing from others.
func problem(what string, err error, missing ...string) (string, error) {
	if awserr.Has(err, missing...) {
		return notFound(what), nil
	}
	return "", err
}

func notFound(what string) string {
	return what + " not found; the signal has no value until it exists"
}
