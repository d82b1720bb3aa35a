// Package spoke writes the CloudFormation template of a spoke: the roles in another account through which a hub's functions scale its
// clusters, and through which people look at them. The template has no assets and fits every account, so StackSets can deploy it.
package spoke

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/shared/account"
)

// The parameters of the stack.
const (
	HubAccount    = "HubAccount"
	FunctionRoles = "FunctionRoles"
	ExternalID    = "ExternalId"
	Organization  = "OrganizationId"
	Viewers       = "Viewers"
)

// Template is a spoke's template. The clusters are named one by one, or all that have a tag.
type Template struct {
	Role     string // the name of the functions' role; empty means [account.DefaultRole]
	Clusters []Cluster
	TagKey   string // of node groups and clusters; empty if they are named
	TagValue string
	Defaults Parameters
}

// Cluster names a cluster of EKS.
type Cluster struct{ Account, Region, Name string }

// Parameters are values of the stack's parameters. An empty one is required when the stack is created.
type Parameters struct {
	HubAccount    string
	FunctionRoles []string // ARNs
	ExternalID    string
}

// The limits of AWS for a template whose clusters are named.
const (
	maxAccounts = 200   // CloudFormation's for the keys of a mapping
	maxPolicy   = 9_500 // characters of ARNs: IAM's quota for a role's inline policies is 10,240, without spaces
)

// object is an object of the template.
type object = map[string]any

// JSON returns the template. Equal templates have equal text. The error says why CloudFormation would refuse it.
func (t Template) JSON() ([]byte, error) {
	document := object{
		"AWSTemplateFormatVersion": "2010-09-09",
		"Description":              "EKS Scaling Automation: lets the functions of a hub in another account scale the clusters of this one.",
		"Parameters":               t.parameters(),
		"Conditions":               object{"InOrganization": object{"Fn::Not": []any{object{"Fn::Equals": []any{ref(Organization), ""}}}}},
		"Resources":                t.resources(),
		"Outputs": object{
			"RoleArn":       object{"Value": attribute("Role"), "Description": "The role that the functions of the hub assume."},
			"ViewerRoleArn": object{"Value": attribute("ViewerRole"), "Description": "The role that people in the hub's account assume. It cannot change anything."},
		},
	}
	if t.TagKey == "" {
		accounts, err := t.accounts()
		if err != nil {
			return nil, err
		}
		document["Mappings"] = object{"Clusters": accounts}
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	err := encoder.Encode(document)
	return text.Bytes(), err
}

// accounts returns the ARNs of each account's clusters and node groups.
func (t Template) accounts() (object, error) {
	all := object{}
	for _, c := range t.Clusters {
		of, known := all[c.Account].(object)
		if !known {
			of = object{"Clusters": []string{}, "Nodegroups": []string{}}
			all[c.Account] = of
		}
		arn := fmt.Sprintf("arn:%s:eks:%s:%s:", account.Partition(c.Region), c.Region, c.Account)
		of["Clusters"] = added(of["Clusters"], arn+"cluster/"+c.Name)
		of["Nodegroups"] = added(of["Nodegroups"], arn+"nodegroup/"+c.Name+"/*")
	}
	switch {
	case len(all) == 0:
		return nil, errors.New("no cluster has an account: add account to the clusters of other accounts, or select them by a tag")
	case len(all) > maxAccounts:
		return nil, fmt.Errorf("%d accounts: CloudFormation allows %d in one template; select the clusters by a tag", len(all), maxAccounts)
	}
	for id, of := range all {
		arns, _ := of.(object)
		if n := textLength(arns["Clusters"]) + textLength(arns["Nodegroups"]); n > maxPolicy {
			return nil, fmt.Errorf("account %s: its clusters take %d characters of an IAM policy, and %d fit; select the clusters by a tag", id, n, maxPolicy)
		}
	}
	return all, nil
}

func textLength(list any) (n int) {
	arns, _ := list.([]string)
	for _, arn := range arns {
		n += len(arn) + len(`"",`)
	}
	return n
}

func added(list any, arn string) []string {
	arns, _ := list.([]string)
	arns = append(arns, arn)
	slices.Sort(arns)
	return slices.Compact(arns)
}

func (t Template) parameters() object {
	return object{
		HubAccount: parameter("The account of the hub, the stack EksScaling.", t.Defaults.HubAccount, object{
			"Type": "String", "AllowedPattern": "[0-9]{12}", "ConstraintDescription": "12 digits",
		}),
		FunctionRoles: parameter("The output FunctionRoleArns of the hub: the roles that may scale clusters here.",
			strings.Join(t.Defaults.FunctionRoles, ","), object{"Type": "CommaDelimitedList"}),
		ExternalID: parameter("The external id in the configuration of the hub, under accounts.", t.Defaults.ExternalID, object{
			"Type": "String", "AllowedPattern": "[0-9A-Za-z_+=,.@:/-]*", "MinLength": 2, "MaxLength": 1224,
			"ConstraintDescription": account.ExternalIDForm,
		}),
		Organization: object{
			"Type": "String", "Default": "", "AllowedPattern": "(o-[a-z0-9]{10,32})?", "ConstraintDescription": "the id of an organization, or nothing",
			"Description": "The organization that the hub must belong to, such as o-abcdefghij; empty for any.",
		},
		Viewers: object{
			"Type": "CommaDelimitedList", "Default": "*",
			"Description": "Who in the hub's account may look: ARNs of roles and users, with wildcards. Their own policies must allow it too.",
		},
	}
}

func parameter(description, value string, p object) object {
	p["Description"] = description
	if value != "" {
		p["Default"] = value
	}
	return p
}

func ref(name string) object { return object{"Ref": name} }

func attribute(resource string) object { return object{"Fn::GetAtt": []any{resource, "Arn"}} }
