package filter_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

var fleet = []filter.Unit{
	{Name: "billing", Cluster: "billing", Account: "111111111111", Region: "eu-west-1"},
	{Name: "production:batch", Cluster: "production", Account: "111111111111", Region: "eu-west-1"},
	{Name: "production:web", Cluster: "production", Account: "111111111111", Region: "eu-west-1"},
	{Name: "search:batch", Cluster: "search", Account: "222222222222", Region: "us-east-1"},
}

func TestUnits(t *testing.T) {
	t.Parallel()
	for _, w := range []struct {
		rule string
		filter.Filter
		want string // names, or the error
	}{
		{"no flag matches all", filter.Filter{}, "billing production:batch production:web search:batch"},
		{"a cluster stands for its schedules", filter.Filter{Clusters: []string{"production"}}, "production:batch production:web"},
		{"a unit is named as cluster", filter.Filter{Clusters: []string{"production:web"}}, "production:web"},
		{"a schedule is found in every cluster", filter.Filter{Schedules: []string{"batch"}}, "production:batch search:batch"},
		{"the schedule of one cluster", filter.Filter{Schedules: []string{"search:batch"}}, "search:batch"},
		{"values of a flag are alternatives", filter.Filter{Clusters: []string{"search", "billing"}}, "billing search:batch"},
		{"flags must all match", filter.Filter{Schedules: []string{"batch"}, Accounts: []string{"111111111111"}}, "production:batch"},
		{"a region", filter.Filter{Regions: []string{"us-east-1"}}, "search:batch"},
		{"an unknown cluster", filter.Filter{Clusters: []string{"serch"}}, `unknown cluster "serch" in F; known: billing, production, search; did you mean "search"?`},
		{"an unknown unit", filter.Filter{Clusters: []string{"production:wb"}}, `unknown schedule "production:wb" in F; known: billing, production:batch, production:web, search:batch; did you mean "production:web"?`},
		{"an unknown schedule", filter.Filter{Schedules: []string{"wen"}}, `unknown schedule "wen" in F; known: batch, web; did you mean "web"?`},
		{"an unknown account", filter.Filter{Accounts: []string{"3"}}, `unknown account "3" in F; known: 111111111111, 222222222222`},
		{"an unknown region", filter.Filter{Regions: []string{"us-east-2"}}, `unknown region "us-east-2" in F; known: eu-west-1, us-east-1; did you mean "us-east-1"?`},
		{"nothing matches all flags", filter.Filter{Clusters: []string{"billing"}, Regions: []string{"us-east-1", "us-east-1"}}, `no unit in F matches all of: --cluster billing --in-region us-east-1,us-east-1`},
	} {
		t.Run(w.rule, func(t *testing.T) {
			t.Parallel()
			names, err := w.Units(fleet, "F")
			got := strings.Join(names, " ")
			if err != nil {
				got = err.Error()
				if frame.ExitCode(err) != frame.ExitNotFound {
					t.Errorf("found exit code %d", frame.ExitCode(err))
				}
			}
			if diff := cmp.Diff(w.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestEveryOfferedValueMatchesSomething, so that a completed flag is never refused.
func TestEveryOfferedValueMatchesSomething(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		flag := rapid.SampledFrom([]string{"cluster", "schedule", "account", "in-region"}).Draw(t, "flag")
		value := rapid.SampledFrom(filter.Values(fleet, flag)).Draw(t, "value")
		f := filter.Filter{}
		*map[string]*[]string{"cluster": &f.Clusters, "schedule": &f.Schedules, "account": &f.Accounts, "in-region": &f.Regions}[flag] = []string{value}
		if names, err := f.Units(fleet, "F"); err != nil || len(names) == 0 {
			t.Errorf("--%s %s: found %v, %v", flag, value, names, err)
		}
	})
}
