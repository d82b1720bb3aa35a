package online_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/online"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
)

func TestUnlistedHosts(t *testing.T) {
	t.Parallel()
	from := func(url string) config.Signal { return config.Signal{HTTP: &config.HTTPSource{URL: url}} }
	for _, row := range []struct {
		rule, url string
		listed    []string
		want      []string
	}{
		{"a listed host is fine", "https://api.example.com/rain", []string{"api.example.com"}, nil},
		{"case and port do not matter", "https://API.example.com:8443/rain", []string{"api.example.com"}, nil},
		{"another is an error with the deployment that lists it beside the others", "https://api.example.com/rain", []string{"z.example.com", "a.example.com"}, []string{
			`signals.rain.http.url: signal rain: the deployment does not list host api.example.com, so the signal is never read: ` +
				`make deploy CONTEXT="-c signalHosts=a.example.com,api.example.com,z.example.com ..." with every other -c of the last deployment`,
		}},
		{"a host is not its domain", "https://api.example.com/rain", []string{"example.com"}, []string{
			`signals.rain.http.url: signal rain: the deployment does not list host api.example.com, so the signal is never read: ` +
				`make deploy CONTEXT="-c signalHosts=api.example.com,example.com ..." with every other -c of the last deployment`,
		}},
	} {
		signals := map[string]config.Signal{"rain": from(row.url), "queue": {Alarm: "backlog"}}
		var got []string
		for _, f := range online.UnlistedHosts(signals, deployment.Stack{SignalHosts: row.listed}) {
			got = append(got, f.Path+": "+f.String())
			if f.Severity != config.Error {
				t.Errorf("%s: found a %v; want an error", row.rule, f.Severity)
			}
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}

// alarms has a metric alarm and a composite one.
type alarms struct{}

func (alarms) DescribeAlarms(_ context.Context, in *cloudwatch.DescribeAlarmsInput, _ ...func(*cloudwatch.Options)) (*cloudwatch.DescribeAlarmsOutput, error) {
	out := &cloudwatch.DescribeAlarmsOutput{}
	switch in.AlarmNames[0] {
	case "metric":
		out.MetricAlarms = []types.MetricAlarm{{AlarmName: aws.String("metric")}}
	case "composite":
		out.CompositeAlarms = []types.CompositeAlarm{{AlarmName: aws.String("composite")}}
	}
	return out, nil
}

func TestAlarmsAreOfTheirKind(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		signal config.Signal
		want   string
	}{
		{config.Signal{Alarm: "metric"}, ""},
		{config.Signal{Alarm: "composite", Composite: true}, ""},
		{config.Signal{Alarm: "metric", Composite: true}, "alarm metric is no composite alarm: remove composite"},
		{config.Signal{Alarm: "composite"}, "alarm composite is a composite alarm, which the deployment does not permit reading: add composite: true"},
		{config.Signal{Alarm: "gone", Composite: true}, "alarm gone not found; the signal has no value until it exists"},
	} {
		var got string
		for _, f := range online.CheckSignals(t.Context(), online.Sources{Alarms: alarms{}}, map[string]config.Signal{"queue": row.signal}).Findings {
			if got += f.Message; f.Path != "signals.queue.alarm" || f.Severity != config.Warning {
				t.Errorf("%+v: found %+v", row.signal, f)
			}
		}
		if got != row.want {
			t.Errorf("%+v: found %q; want %q", row.signal, got, row.want)
		}
	}
}
