package explore_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eks-scaling-automation/integration/simulation/explore"
	"eks-scaling-automation/shared/aws/tables"
)

// limited explores the reference cluster, whose night takes down 1 node, with a blast radius.
func limited(t *testing.T, radius string, f explore.Faults) *explore.Explorer {
	t.Helper()
	document, err := os.ReadFile("../../../examples/sao-paulo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	x, err := explore.New(explore.Setup{Config: append([]byte("blastRadius: "+radius+"\n"), document...), Start: one, Faults: f})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestEveryInterleavingKeepsWithinTheBlastRadius(t *testing.T) {
	for _, row := range []struct {
		radius string
		scenario
	}{
		{"{nodes: 1}", scenario{"updates fail, an invocation dies", 600, bounded(over(lags, night), func(s *explore.Scenario) {
			s.Endings, s.Deaths = []explore.Ending{fails}, 1
		})}},
		{"{nodes: 1, units: 1}", scenario{"an invocation is repeated while it runs", 5_000, bounded(over(atOnce, night), func(s *explore.Scenario) { s.Ghosts = 1 })}},
		{"{units: 1}", scenario{"a night and a newer manual run, one switch", 1_000, bounded(over(atOnce, night, normal), func(s *explore.Scenario) { s.Switches = 1 })}},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.MaxStates = 400_000
			r, err := limited(t, row.radius, explore.Faults{}).Explore(row.Scenario)
			keepsTheRules(t, r, err, row.least)
		})
	}
}

// unwritten says that the counter was written, and does not write it.
type unwritten struct{ tables.API }

func (u unwritten) UpdateItem(
	ctx context.Context, in *dynamodb.UpdateItemInput, options ...func(*dynamodb.Options),
) (*dynamodb.UpdateItemOutput, error) {
	if strings.Contains(*in.UpdateExpression, "ADD") {
		return &dynamodb.UpdateItemOutput{}, nil
	}
	return u.API.UpdateItem(ctx, in, options...)
}

func TestACallWithoutAReservationIsFound(t *testing.T) {
	r, err := limited(t, "{nodes: 1}", explore.Faults{Database: func(api tables.API) tables.API { return unwritten{api} }}).Explore(over(atOnce, night))
	if err != nil || r.Broken == nil || r.Broken.Rule != explore.Counted {
		t.Errorf("found %+v, %v; want the rule %s broken", r.Broken, err, explore.Counted)
	}
}
