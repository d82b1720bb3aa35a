package checks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/spoke"
)

// Spoke is the spoke of an account, as the viewer role shows it.
type Spoke struct {
	Role    account.Role        // of the functions
	Viewer  health.Fact[string] // whether the viewer role could be assumed
	Trust   health.Fact[string] // the trust policy of the functions' role, in JSON
	Refused health.Fact[[]Refusal]
	Asked   int // how many pairs of an action and a resource were simulated
}

// AccountPrefix starts the group of the checks of an account.
const AccountPrefix = "account "

func (s Spoke) about(name string) subject { return subject{AccountPrefix + s.Role.Account(), name} }

// Checks checks that the functions of a stack can assume the spoke's role, and what it may do.
func (s Spoke) Checks(hub deployment.Stack) []Check {
	viewer, role := s.about("viewer role"), s.about("role")
	gone := role.failed("there is no role "+s.Role.Name(), s.deploy(hub))
	all := []Check{
		check(s.Viewer, viewer, Check{}, func(arn string) Check { return viewer.ok("%s can be assumed with your credentials", arn) }),
		check(s.Trust, role, gone, func(string) Check { return role.ok("%s", s.Role.ARN) }),
	}
	return append(all, append(s.ofTrust(hub), s.permissions(hub))...)
}

// Misplaced returns the check of a cluster that the stack can never reach.
func Misplaced(cluster, found string) Check {
	return subject{run.UnitInWords(cluster), "place"}.failed(found, "fix it: eks-scaling config edit")
}

// ofTrust judges the trust policy.
func (s Spoke) ofTrust(hub deployment.Stack) []Check {
	callers, id, tags := s.about("trust"), s.about("external id"), s.about("session tags")
	t, err := readTrust(s.Trust.Value)
	because := s.Trust.Unread
	switch {
	case s.Trust.Missing:
		because = health.BecauseOf("there is no such role")
	case s.Trust.Unread == nil && err != nil:
		because = &health.Unread{Why: "not checked: " + err.Error(), Remedy: "look at it: aws iam get-role --role-name " + s.Role.Name()}
	}
	if because != nil {
		return []Check{callers.unknown(because), id.unknown(because), tags.unknown(because)}
	}
	return []Check{s.callers(callers, t, hub), s.externalID(id, t, hub), s.tags(tags, t, hub)}
}

// callers checks that exactly the functions that call EKS are let in.
func (s Spoke) callers(c subject, t trust, hub deployment.Stack) Check {
	wanted := hub.FunctionRoles
	if hub.OnlyRegion != "" { // the stacks of other regions have roles of their own there
		wanted = slices.Compact(slices.Sorted(slices.Values(slices.Concat(wanted, t.callers))))
	}
	remedy := s.deploy(hub, spoke.HubAccount+"="+hub.Account, spoke.FunctionRoles+"="+strings.Join(wanted, ","))
	var refused []string
	for _, role := range hub.FunctionRoles {
		if !t.letsIn(role) {
			refused = append(refused, role)
		}
	}
	others := lacking(t.callers, wanted)
	switch {
	case len(hub.FunctionRoles) == 0:
		return c.unknown(&health.Unread{Why: "not checked: the stack has no output " + deployment.OutputFunctionRoles, Remedy: deploy})
	case !slices.Contains(t.accounts, hub.Account) && !slices.Contains(t.accounts, "*"):
		return c.failed(fmt.Sprintf("it trusts account %s, and the stack is in %s", english.OrNone(t.accounts), hub.Account), remedy)
	case len(refused) > 0:
		return c.failed("it does not let in "+firstFew(refused), remedy)
	case t.everyone:
		return c.warning("it lets in every role of the stack's account", remedy)
	case len(others) > 0:
		return c.warning("it also lets in "+firstFew(others), remedy)
	default:
		return c.ok("%s of the stack", english.Count(len(hub.FunctionRoles), "role"))
	}
}

func (s Spoke) externalID(c subject, t trust, hub deployment.Stack) Check {
	remedy := s.deploy(hub, spoke.ExternalID+"=ID") + ", with the externalId of the configuration"
	switch {
	case len(t.externalIDs) == 0:
		return c.warning("none is required", remedy)
	case !slices.Contains(t.externalIDs, s.Role.ExternalID):
		return c.failed("it is not the one of the configuration", remedy+"; or change that one: eks-scaling config edit")
	default:
		return c.ok("the one of the configuration")
	}
}

func (s Spoke) tags(c subject, t trust, hub deployment.Stack) Check {
	keys := []string{account.ClusterTag, account.RunTag}
	for _, key := range keys {
		if !t.mayTag(key) {
			return c.failed("the trust policy does not allow sts:TagSession with "+key+", which every run sends", s.deploy(hub))
		}
	}
	return c.ok("%s", strings.Join(keys, ", "))
}

// permissions checks what the role may do, as IAM simulates it.
func (s Spoke) permissions(hub deployment.Stack) Check {
	c := s.about("permissions")
	missing := c.unknown(health.BecauseOf("there is no such role"))
	return check(s.Refused, c, missing, func(refused []Refusal) Check {
		if len(refused) == 0 {
			return c.ok("%s, simulated: all allowed", english.Count(s.Asked, "permission"))
		}
		slices.SortStableFunc(refused, func(a, b Refusal) int { return rank(a) - rank(b) })
		var words, remedies []string
		for _, r := range refused {
			words = append(words, fmt.Sprintf("%s on %s (%s)", r.Action, r.Resource, r.why()))
			if r.isStacks() {
				remedies = append(remedies, s.deploy(hub))
			} else {
				remedies = append(remedies, r.remedy(s.Role.ARN))
			}
		}
		return c.failed("not allowed: "+firstFew(words), "in account "+s.Role.Account()+": "+strings.Join(slices.Compact(remedies), "; "))
	})
}

// deploy returns the commands that deploy the spoke again. A stack keeps its parameters unless the command has others.
func (s Spoke) deploy(hub deployment.Stack, parameters ...string) string {
	text := fmt.Sprintf("eks-scaling accounts template > spoke.json; then, with credentials of account %s: "+
		"aws cloudformation deploy --stack-name %s --template-file spoke.json --capabilities CAPABILITY_NAMED_IAM --region %s",
		s.Role.Account(), deployment.SpokeName, hub.Region)
	if len(parameters) > 0 {
		text += " --parameter-overrides " + strings.Join(parameters, " ")
	}
	return text
}

// Target is something in an account that the role of its spoke acts on.
type Target struct {
	ARN, Region, Cluster string
	Nodegroup            string // empty for the cluster
}

// SpokeActions returns the actions of the functions on node groups, or on clusters.
func SpokeActions(nodegroup bool) []string {
	if nodegroup {
		return []string{"eks:DescribeNodegroup", "eks:UpdateNodegroupConfig", "eks:DescribeUpdate", "eks:ListUpdates"}
	}
	return []string{"eks:DescribeUpdate", "eks:ListUpdates"}
}

// TargetsOf returns the node groups and the clusters of units in one account.
func TargetsOf(units []config.Unit) (nodegroups, clusters []Target) {
	for _, u := range units {
		arn := fmt.Sprintf("arn:%s:eks:%s:%s:", account.Partition(u.Region), u.Region, u.Role.Account())
		cluster := Target{arn + "cluster/" + u.EKSName, u.Region, u.EKSName, ""}
		if !slices.Contains(clusters, cluster) {
			clusters = append(clusters, cluster)
		}
		for _, name := range slices.Sorted(maps.Keys(u.Nodegroups)) {
			nodegroups = append(nodegroups, Target{arn + "nodegroup/" + u.EKSName + "/" + name + "/*", u.Region, u.EKSName, name})
		}
	}
	return nodegroups, clusters
}
