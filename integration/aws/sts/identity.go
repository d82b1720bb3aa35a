package sts

import (
	"maps"
	"slices"
	"strings"

	"eks-scaling-automation/integration/aws/policy"
)

// Identity is a user, or a session of a role.
type Identity struct {
	Account   string
	ARN       string            // as GetCallerIdentity shows it
	Principal string            // the user's or the role's ARN
	Session   string            // the session's name; empty for a user
	Tags      map[string]string // of the session
	Chained   bool              // another session has assumed the role
}

// User returns a user of an account.
func User(account, name string) Identity {
	arn := "arn:aws:iam::" + account + ":user/" + name
	return Identity{Account: account, ARN: arn, Principal: arn}
}

// SessionOf returns a session of a role, given by its ARN.
func SessionOf(roleARN, session string) Identity {
	r := parse(roleARN)
	return Identity{
		Account: r.account, Principal: roleARN, Session: session,
		ARN: "arn:" + r.partition + ":sts::" + r.account + ":assumed-role/" + r.name[strings.LastIndex(r.name, "/")+1:] + "/" + session,
	}
}

func (i Identity) caller() policy.Caller {
	return policy.Caller{ARN: i.ARN, Principal: i.Principal, Account: i.Account}
}

// context returns the condition keys that every call of the identity has.
func (s *Service) context(i Identity, region string) map[string][]string {
	keys := map[string][]string{
		"aws:PrincipalArn": {i.Principal}, "aws:PrincipalAccount": {i.Account}, "aws:RequestedRegion": {region},
	}
	if organization := s.organizations[i.Account]; organization != "" {
		keys["aws:PrincipalOrgID"] = []string{organization}
	}
	for key, value := range i.Tags {
		keys["aws:PrincipalTag/"+key] = []string{value}
	}
	return keys
}

// role is the parts of a role's ARN.
type role struct{ partition, account, name string }

// parse returns the parts of a role's ARN; without an account if it is none.
func parse(arn string) role {
	const parts = 6
	p := strings.SplitN(arn, ":", parts)
	if len(p) != parts || p[0] != "arn" || p[2] != "iam" || p[3] != "" || !strings.HasPrefix(p[5], "role/") {
		return role{}
	}
	return role{p[1], p[4], strings.TrimPrefix(p[5], "role/")}
}

// tagContext adds the condition keys of the tags that a request sends.
func tagContext(keys map[string][]string, tags map[string]string, transitive []string) {
	if len(tags) == 0 {
		return
	}
	for key, value := range tags {
		keys["aws:RequestTag/"+key] = []string{value}
	}
	keys["aws:TagKeys"] = slices.Sorted(maps.Keys(tags))
	if len(transitive) > 0 {
		keys["sts:TransitiveTagKeys"] = transitive
	}
}
