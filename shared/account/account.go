// Package account describes how the functions and the command line tool reach clusters in other AWS accounts: as which role, with
// which external id, under which session name. It calls nothing.
package account

import "strings"

// DefaultRole is the name of the role in an account with a spoke, unless the settings name another one.
const DefaultRole = "eks-scaling-spoke"

// viewerSuffix ends the name of the read-only role beside a spoke's role.
const viewerSuffix = "-viewer"

// Role is assumed to reach a cluster. The zero value is the caller's own account.
type Role struct {
	ARN        string
	ExternalID string // empty: none is sent
	// Spoke says that the role belongs to a spoke: there is a viewer beside it, and its sessions may have tags.
	Spoke bool
}

// SpokeRole returns the role of the spoke in an account. The name is of the settings; empty means [DefaultRole].
func SpokeRole(region, account, name, externalID string) Role {
	if name == "" {
		name = DefaultRole
	}
	return Role{ARN: "arn:" + Partition(region) + ":iam::" + account + ":role/" + name, ExternalID: externalID, Spoke: true}
}

// Viewer returns the role as which people look at the cluster: the spoke's viewer, or else the role itself.
func (r Role) Viewer() Role {
	if r.Spoke {
		r.ARN += viewerSuffix
	}
	return r
}

// Actions returns the IAM actions that assuming the role in a run takes.
func (r Role) Actions() []string {
	if r.Spoke {
		return []string{"sts:AssumeRole", "sts:TagSession"}
	}
	return []string{"sts:AssumeRole"}
}

// Name returns the role's name.
func (r Role) Name() string { return r.ARN[strings.LastIndex(r.ARN, "/")+1:] }

// Account returns the account of the role; empty without one.
func (r Role) Account() string { return Of(r.ARN) }

// Of returns the account in an ARN; empty if there is none.
func Of(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[4]
	}
	return ""
}

// PartitionOf returns the partition in an ARN; empty if there is none.
func PartitionOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[1]
	}
	return ""
}

// IsID reports whether a text is the id of an account: 12 digits.
func IsID(text string) bool {
	return len(text) == 12 && strings.Trim(text, "0123456789") == ""
}
