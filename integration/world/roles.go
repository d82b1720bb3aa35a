package world

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"eks-scaling-automation/integration/aws/policy"
	"eks-scaling-automation/integration/aws/sts"
	"eks-scaling-automation/integration/aws/template"
	"eks-scaling-automation/integration/aws/wire"
	"eks-scaling-automation/integration/runtime/lambda"
)

// startSTS serves STS to the functions at an address of its own, so that people's calls can fail alone.
func (w *World) startSTS(ctx context.Context) error {
	w.STS = sts.New(w.permissions(), w.now)
	w.STS.SetDown(w.fleet.isDown)
	w.Roles.AccountOf = func(accessKeyID string) string { return w.STS.Identify(accessKeyID).Account }
	server, err := wire.Listen(ctx, "127.0.0.1:0", w.STS)
	if err != nil {
		return err
	}
	w.stsURL = server.URL()
	w.closers = append(w.closers, server.Close)
	return nil
}

// permissions returns the permissions that EKS and STS enforce.
func (w *World) permissions() *permissions {
	if w.fleet.permissions == nil {
		w.fleet.permissions = &permissions{iam: w.Roles, added: map[string]policy.Policy{}}
	}
	return w.fleet.permissions
}

// permissions are IAM's, and those of a deployment for all clusters.
type permissions struct {
	iam sts.Roles

	mu    sync.Mutex
	added map[string]policy.Policy // by role
}

func (p *permissions) add(role string, allowed policy.Policy) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.added[role] = allowed
}

// Policy returns the permissions of a role or a user.
func (p *permissions) Policy(principal string) (policy.Policy, error) {
	allowed, err := p.iam.Policy(principal)
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Concat(allowed, p.added[principal]), err
}

// Trust returns a role's trust policy.
func (p *permissions) Trust(role string) (policy.Trust, bool) { return p.iam.Trust(role) }

// identifyFunctions lets every function call as its role.
func (w *World) identifyFunctions(o Options) error {
	for _, f := range w.Template.Of("AWS::Lambda::Function") {
		role, err := w.Template.RoleOf(f.Name)
		if err != nil {
			return err
		}
		w.STS.Register(lambda.AccessKeyID(f.Name)+w.unique(), sts.SessionOf(role.ARN, f.Name))
		if !o.Strict {
			w.permissions().add(role.ARN, forAllClusters(role.Policy))
		}
	}
	return nil
}

// forAllClusters returns what a role may do with its own node groups, with those of all clusters and through all roles.
func forAllClusters(p policy.Policy) policy.Policy {
	actions := map[string]bool{}
	for _, s := range p {
		for _, action := range s.Actions {
			if strings.HasPrefix(action, "eks:") && !s.Deny {
				actions[action] = true
			}
		}
	}
	if len(actions) == 0 {
		return nil
	}
	const source = "for-all-clusters"
	return policy.Policy{
		{Source: source, Actions: slices.Sorted(maps.Keys(actions)), Resources: []string{"arn:*:eks:*:" + Account + ":*"}},
		{Source: source, Actions: []string{"sts:AssumeRole", "sts:TagSession"}, Resources: []string{"arn:*:iam::*:role/*"}},
	}
}

// SetPolicy replaces what a function may do, as a deployment for another configuration does.
func (w *World) SetPolicy(function string, allowed policy.Policy) error {
	role, err := w.Template.RoleOf(function)
	if err != nil {
		return err
	}
	role.Policy = allowed
	w.Roles.Put(role)
	return nil
}

// openTrust lets everyone assume a role, with and without tags.
const openTrust = `{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": ["sts:AssumeRole", "sts:TagSession"]}]}`

// OpenRole creates a role in any account that everyone may assume, and that may do everything with EKS. For a role as operators
// make it see [World.DeploySpoke].
func (w *World) OpenRole(arn string) {
	w.Roles.Put(template.Role{
		Name: arn[strings.LastIndex(arn, "/")+1:], ARN: arn, Trust: openTrust,
		Policy: policy.Policy{{Source: "open", Actions: []string{"eks:*"}, Resources: []string{"*"}}},
	})
}
