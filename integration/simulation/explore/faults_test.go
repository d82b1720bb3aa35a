package explore_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eks-scaling-automation/integration/simulation/explore"
	"eks-scaling-automation/integration/simulation/planted"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/scaling"
)

// unconditional makes writes of the unit's item that set a field succeed whatever their condition says. What follows the
// field's name in the expression is " =" for all of it and "." for a part.
type unconditional struct {
	tables.API
	field, follows string
}

func (u unconditional) UpdateItem(
	ctx context.Context, in *dynamodb.UpdateItemInput, options ...func(*dynamodb.Options),
) (*dynamodb.UpdateItemOutput, error) {
	sets, _, _ := strings.Cut(*in.UpdateExpression, "REMOVE")
	for placeholder, name := range in.ExpressionAttributeNames {
		if name != u.field || in.ConditionExpression == nil || !strings.Contains(sets, placeholder+u.follows) {
			continue
		}
		changed, condition := *in, "("+*in.ConditionExpression+") OR attribute_exists(subject) OR attribute_not_exists(subject)"
		changed.ConditionExpression = &condition
		in = &changed
		break
	}
	return u.API.UpdateItem(ctx, in, options...)
}

func withoutCondition(field, follows string) explore.Faults {
	return explore.Faults{Database: func(api tables.API) tables.API { return unconditional{api, field, follows} }}
}

func forgets(forget func(*claim.Unit)) explore.Faults {
	return explore.Faults{Units: func(u planted.Units) planted.Units { return planted.ChangedUnits{Units: u, Change: forget} }}
}

// checkedOnly checks the claim before a call, and writes no intent.
type checkedOnly struct{ planted.Units }

func (c checkedOnly) Announce(ctx context.Context, unit, _ string, i claim.Intent, now time.Time, _ tables.Effect) (claim.Unit, error) {
	return claim.Unit{}, c.Renew(ctx, unit, i.Nodegroup, i.Order, now)
}

// shortLived writes intents that have expired when they are written.
type shortLived struct{ planted.Units }

func (s shortLived) Announce(ctx context.Context, unit, id string, i claim.Intent, now time.Time, e tables.Effect) (claim.Unit, error) {
	i.Expires = now.Add(-time.Minute)
	return s.Units.Announce(ctx, unit, id, i, now, e)
}

// trusting takes every node group that is read after the first for ACTIVE with enough nodes.
func trusting(eks planted.EKS) planted.EKS {
	reads := 0
	return planted.ChangedEKS{EKS: eks, OfNodegroup: func(s *nodegroups.State) {
		if reads++; reads > 1 {
			*s = nodegroups.State{Status: nodegroups.Active, Sizes: scaling.Sizes{MaxSize: 5, DesiredSize: 5}}
		}
	}}
}

// hasty takes every update for successful.
func hasty(eks planted.EKS) planted.EKS {
	return planted.ChangedEKS{EKS: eks, OfUpdate: func(u *nodegroups.Update) { u.Status = nodegroups.Successful }}
}

// in plants a fault in what one function is given of EKS.
func in(function string, plant func(planted.EKS) planted.EKS) explore.Faults {
	return explore.Faults{EKS: func(of string, eks planted.EKS) planted.EKS {
		if function == "" || of == function {
			return plant(eks)
		}
		return eks
	}}
}

// TestPlantedFaultsAreFound proves that the exploration sees what it is for. Each fault must break the rule, however many
// others it breaks.
func TestPlantedFaultsAreFound(t *testing.T) {
	failing := over(atOnce, night)
	failing.Endings = []explore.Ending{fails}
	lagging := over(lags, night)
	lagging.Endings = []explore.Ending{fails}
	two := over(atOnce, night, normal)
	for _, row := range []struct {
		name     string
		faults   explore.Faults
		scenario explore.Scenario
		rule     explore.Rule
	}{
		{"an intent does not depend on the claim", withoutCondition("intents", "."), two, explore.Newest},
		{"an intent does not depend on the claim", withoutCondition("intents", "."), two, explore.Capacity},
		{"open intents are ignored", forgets(func(u *claim.Unit) { u.Intents = nil }), two, explore.Unread},
		{"open intents are ignored", forgets(func(u *claim.Unit) { u.Intents = nil }), two, explore.Capacity},
		{
			"the claim is checked before the call, without an intent",
			explore.Faults{Units: func(u planted.Units) planted.Units { return checkedOnly{u} }},
			two, explore.Announced,
		},
		{
			"the claim is checked before the call, without an intent",
			explore.Faults{Units: func(u planted.Units) planted.Units { return checkedOnly{u} }},
			two, explore.Capacity,
		},
		{
			"intents expire at once",
			explore.Faults{Units: func(u planted.Units) planted.Units { return shortLived{u} }},
			two, explore.Capacity,
		},
		{
			"guards always hold",
			explore.Faults{
				Units: forgets(func(u *claim.Unit) { u.Raised = nil }).Units,
				EKS:   in("Scale", trusting).EKS,
			},
			failing, explore.Capacity,
		},
		{
			"an update in progress counts as arrived",
			in("", hasty), lagging, explore.Capacity,
		},
	} {
		t.Run(row.name+": "+string(row.rule), func(t *testing.T) {
			s := row.scenario
			s.Rules, s.MaxStates = []explore.Rule{row.rule}, 400_000
			r, err := explorer(t, row.faults).Explore(s)
			if err != nil {
				t.Fatal(err)
			}
			if r.Broken == nil {
				t.Fatalf("nothing was found in %d states: %v", r.States, r.Outcomes)
			}
			t.Logf("found among %d states:\n%s", r.States, strings.Join(r.Story, "\n"))
		})
	}
}
