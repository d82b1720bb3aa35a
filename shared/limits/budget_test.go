package limits_test

import (
	"fmt"
	"strings"
	"testing"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/limits"
)

// budgeted returns a document with a budget and clusters of 10 node groups, the last one in another account.
func budgeted(t *testing.T, budget string, clusters int, timeout string) config.Config {
	t.Helper()
	text := "timezone: America/Sao_Paulo\nbudget: " + budget + "\nclusters:\n"
	for i := range clusters {
		text += shape{nodegroups: 10, timeout: timeout}.cluster(i)
	}
	other := strings.Replace(shape{nodegroups: 10, timeout: "1m"}.cluster(clusters), "    region:", "    roleArn: arn:aws:iam::210987654321:role/scaling\n    region:", 1)
	c, err := config.Parse([]byte(text + other))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestBudgetsThatNoRunCanKeep holds the most clusters that a budget carries against one more.
func TestBudgetsThatNoRunCanKeep(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule, budget, timeout string
		fits                  int
		want                  string
	}{
		{
			"an idle run ends before waitTimeout", "{reads: 1}", "2m", 12,
			"budget.reads: 1 a second are too few for own/sa-east-1: an idle run over its 130 node groups needs 130 reads, which take 2m10s, more than 2m: use at least 2",
		},
		{
			"a change of everything reads within an hour", "{reads: 2}", "1h", 60,
			"budget.reads: 2 a second are too few for own/sa-east-1: a change of all its 610 node groups needs 7,320 reads, which take 1h1m, more than 1h: use at least 3",
		},
		{
			"and is requested within an hour", "{updates: 1}", "1m", 360,
			"budget.updates: 1 a second are too few for own/sa-east-1: a change of all its 3,610 node groups needs 3,610 updates, which take 1h0m10s, more than 1h: use at least 2",
		},
		{"each account and region has its own", "{updates: 1, reads: 1}", "20m", 30, ""},
	} {
		if found := findings(limits.Check(budgeted(t, row.budget, row.fits, row.timeout), now)); found != "" {
			t.Errorf("%s: found %s; want nothing", row.rule, found)
		}
		if row.want == "" {
			continue
		}
		if found := findings(limits.Check(budgeted(t, row.budget, row.fits+1, row.timeout), now)); found != row.want {
			t.Errorf("%s: found\n%s\nwant\n%s", row.rule, found, row.want)
		}
	}
}

func findings(all []config.Finding) string {
	var lines []string
	for _, f := range all {
		lines = append(lines, fmt.Sprint(f))
	}
	return strings.Join(lines, "\n")
}
