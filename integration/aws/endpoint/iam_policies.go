package endpoint

import (
	"slices"
	"strings"

	"eks-scaling-automation/integration/aws/wire"
)

// managedPrefix starts the names of AWS's own policies here, which are their ARNs.
const managedPrefix = "arn:aws:iam::aws:policy/"

// policies returns the names of a role's policies: its own, or the managed ones that are attached.
func (r *Roles) policies(c wire.Caller, name string, managed bool) ([]string, error) {
	role, err := r.named(c, name)
	if err != nil {
		return nil, err
	}
	all, err := r.Policy(role.ARN)
	names := []string{}
	for _, s := range all {
		if strings.HasPrefix(s.Source, managedPrefix) == managed && !slices.Contains(names, s.Source) {
			names = append(names, s.Source)
		}
	}
	return names, err
}

type policiesOf struct {
	RoleName, Marker string
	MaxItems         int
}

func (in policiesOf) page(all []string) ([]string, string, error) {
	return wire.Page(all, wire.Paging{
		Token: in.Marker, Size: in.MaxItems, Default: 100, Most: 1000, BadToken: "ValidationError", BadSize: "ValidationError",
	})
}

func (r *Roles) listRolePolicies(c wire.Caller, in policiesOf) (any, error) {
	all, err := r.policies(c, in.RoleName, false)
	if err != nil {
		return nil, err
	}
	page, marker, err := in.page(all)
	return struct {
		PolicyNames []string
		IsTruncated bool
		Marker      string `json:",omitempty"`
	}{page, marker != "", marker}, err
}

type attachedPolicy struct{ PolicyName, PolicyArn string }

func (r *Roles) listAttachedRolePolicies(c wire.Caller, in policiesOf) (any, error) {
	all, err := r.policies(c, in.RoleName, true)
	if err != nil {
		return nil, err
	}
	page, marker, err := in.page(all)
	attached := make([]attachedPolicy, len(page))
	for i, arn := range page {
		attached[i] = attachedPolicy{arn[strings.LastIndex(arn, "/")+1:], arn}
	}
	return struct {
		AttachedPolicies []attachedPolicy
		IsTruncated      bool
		Marker           string `json:",omitempty"`
	}{attached, marker != "", marker}, err
}
