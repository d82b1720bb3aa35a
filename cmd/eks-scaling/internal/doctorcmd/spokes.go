package doctorcmd

import (
	"cmp"
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/cmd/eks-scaling/internal/reach"
	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/config"
)

// spokeAPI is IAM in the account of a spoke.
type spokeAPI interface {
	GetRole(context.Context, *iam.GetRoleInput, ...func(*iam.Options)) (*iam.GetRoleOutput, error)
	iam.SimulatePrincipalPolicyAPIClient
}

// collectSpokes looks at each spoke once, whatever the number of its clusters.
func (x *examination) collectSpokes(ctx context.Context, usable []*health.ClusterFacts) {
	byRole := map[account.Role][]config.Unit{}
	for _, c := range usable {
		if role := c.Config.Role; role.Spoke {
			byRole[role] = append(byRole[role], c.Config)
		}
	}
	roles := slices.SortedFunc(maps.Keys(byRole), func(a, b account.Role) int {
		return cmp.Or(cmp.Compare(a.ARN, b.ARN), cmp.Compare(a.ExternalID, b.ExternalID))
	})
	x.spokes = make([]checks.Spoke, len(roles))
	atMost(placesAtOnce, len(roles), func(i int) { x.spokes[i] = x.spoke(ctx, roles[i], byRole[roles[i]]) })
}

// spoke looks at a spoke as its viewer.
func (x *examination) spoke(ctx context.Context, role account.Role, units []config.Unit) checks.Spoke {
	s, at := checks.Spoke{Role: role}, nodegroups.Place{Region: x.Stack.Region, Role: role.Viewer()}
	there := x.in(at)
	if err := there.assume(ctx); err != nil {
		why := reach.Explain(reach.Place{Account: role.Account(), Region: x.Stack.Region, Role: role}, err, reach.NotKnown)
		because := health.BecauseOf("the viewer role could not be assumed")
		s.Viewer = health.NotRead[string](&health.Unread{Why: "not checked: " + why.Found, Remedy: why.Remedy})
		s.Trust, s.Refused = health.NotRead[string](because), health.NotRead[[]checks.Refusal](because)
		return s
	}
	s.Viewer = health.Known(at.Role.ARN)
	policy, err := trustOf(ctx, there.iam, role)
	s.Trust = collect.Fact(policy, err, "looking at role "+role.Name(), "iam:GetRole on "+role.ARN, noEntity)
	if s.Trust.Missing {
		s.Refused = health.Missing[[]checks.Refusal]()
		return s
	}
	refused, asked, err := x.simulateSpoke(ctx, role, units)
	s.Asked, s.Refused = asked, collect.Fact(refused, err, "simulating the permissions", cmp.Or(awserr.Permission(err), "iam:SimulatePrincipalPolicy"), noEntity)
	return s
}

// noEntity is IAM's code for a role that does not exist.
const noEntity = "NoSuchEntity"

// trustOf returns the trust policy of a spoke's role, in JSON.
func trustOf(ctx context.Context, api spokeAPI, role account.Role) (string, error) {
	out, err := api.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(role.Name())})
	switch {
	case err != nil:
		return "", err
	case out.Role == nil:
		return "", errEmptyAnswer
	default:
		return url.QueryUnescape(aws.ToString(out.Role.AssumeRolePolicyDocument))
	}
}

// simulateSpoke simulates what the functions do on node groups and clusters. Where the role selects them by a tag, the simulator does not
// know their tags, and gets them.
func (x *examination) simulateSpoke(ctx context.Context, role account.Role, units []config.Unit) (refused []checks.Refusal, asked int, err error) {
	groups, clusters := checks.TargetsOf(units)
	for _, targets := range [][]checks.Target{groups, clusters} {
		for part := range slices.Chunk(targets, simulatedAtOnce) {
			actions := checks.SpokeActions(part[0].Nodegroup != "")
			asked += len(actions) * len(part)
			found, err := x.simulateTargets(ctx, role, actions, part)
			if err != nil {
				return nil, asked, err
			}
			refused = append(refused, found...)
		}
	}
	return refused, asked, nil
}

// simulatedAtOnce is how many resources one simulation has.
const simulatedAtOnce = 100

func (x *examination) simulateTargets(ctx context.Context, role account.Role, actions []string, targets []checks.Target) ([]checks.Refusal, error) {
	api := x.in(nodegroups.Place{Region: x.Stack.Region, Role: role.Viewer()}).iam
	return x.simulateTagged(ctx, api, role.ARN, role, checks.Permission{Actions: actions, Resources: arnsOf(targets)}, targets)
}

// simulateTagged simulates actions on targets. It reads the tags that the simulator lacks, as the viewer of a role if there is one, and asks
// again.
func (x *examination) simulateTagged(
	ctx context.Context, api iam.SimulatePrincipalPolicyAPIClient, roleARN string, role account.Role, need checks.Permission, targets []checks.Target,
) ([]checks.Refusal, error) {
	refused, missing, err := simulate(ctx, api, roleARN, need)
	tagged := slices.DeleteFunc(missing, func(key string) bool { return !strings.HasPrefix(key, tagCondition) })
	if err != nil || len(refused) == 0 || len(tagged) == 0 {
		return refused, err
	}
	alike, err := x.byTags(ctx, role, targets, tagged)
	if err != nil {
		return nil, err
	}
	refused = nil
	for _, some := range alike {
		found, _, err := simulate(ctx, api, roleARN, checks.Permission{Actions: need.Actions, Resources: arnsOf(some.targets), Context: some.context})
		if err != nil {
			return nil, err
		}
		refused = append(refused, found...)
	}
	return refused, nil
}

func arnsOf(targets []checks.Target) (arns []string) {
	for _, t := range targets {
		arns = append(arns, t.ARN)
	}
	return arns
}

// tagCondition starts the condition keys about tags of resources.
const tagCondition = "aws:ResourceTag/"

// taggedAlike are targets with the same tags.
type taggedAlike struct {
	context map[string]string
	targets []checks.Target
}

// byTags reads the tags of targets, and groups them by the ones that conditions are about.
func (x *examination) byTags(ctx context.Context, role account.Role, targets []checks.Target, keys []string) ([]taggedAlike, error) {
	contexts, errs := make([]map[string]string, len(targets)), make([]error, len(targets))
	atMost(simulationsAtOnce, len(targets), func(i int) {
		tags, err := tagsOf(ctx, x.in(nodegroups.Place{Region: targets[i].Region, Role: role.Viewer()}).eks, targets[i])
		contexts[i], errs[i] = map[string]string{}, err
		for _, key := range keys {
			if value, has := tags[strings.TrimPrefix(key, tagCondition)]; has {
				contexts[i][key] = value
			}
		}
	})
	var alike []taggedAlike
	for i, t := range targets {
		if errs[i] != nil {
			return nil, errs[i]
		}
		same := slices.IndexFunc(alike, func(a taggedAlike) bool { return maps.Equal(a.context, contexts[i]) })
		if same < 0 {
			same, alike = len(alike), append(alike, taggedAlike{context: contexts[i]})
		}
		alike[same].targets = append(alike[same].targets, t)
	}
	return alike, nil
}

// tagsOf reads the tags of a node group or a cluster; none if it does not exist.
func tagsOf(ctx context.Context, api eksAPI, t checks.Target) (map[string]string, error) {
	if t.Nodegroup == "" {
		out, err := api.DescribeCluster(ctx, &eks.DescribeClusterInput{Name: &t.Cluster})
		if err != nil || out.Cluster == nil {
			return nil, existing(err)
		}
		return out.Cluster.Tags, nil
	}
	out, err := api.DescribeNodegroup(ctx, &eks.DescribeNodegroupInput{ClusterName: &t.Cluster, NodegroupName: &t.Nodegroup})
	if err != nil || out.Nodegroup == nil {
		return nil, existing(err)
	}
	return out.Nodegroup.Tags, nil
}

// existing drops the error of a thing that does not exist: the checks of the cluster report it.
func existing(err error) error {
	if awserr.Has(err, collect.NoCluster) {
		return nil
	}
	return err
}
