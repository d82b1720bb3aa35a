package online_test

import (
	"testing"

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
