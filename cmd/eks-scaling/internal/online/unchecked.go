package online

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/reach"
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/config"
)

// Unchecked names clusters or signals that could not be compared, all for one reason.
type Unchecked struct {
	Names []string // of clusters, or such as "signal rain"
	In    string   // " in EKS" for clusters
	// Permission is the missing permission, such as "eks:ListNodegroups"; empty if that is not the reason.
	Permission string
	// Account says why a cluster's role is no way to it, with the remedy; empty if the cause is another.
	Account string
	Err     error // of the first
}

// maxUnchecked limits the names that are named.
const maxUnchecked = 5

// String has the names and the reason in one line.
func (u Unchecked) String() string {
	names := u.Names
	if more := len(names) - maxUnchecked; more > 0 {
		names = append(slices.Clone(names[:maxUnchecked]), fmt.Sprintf("and %d more", more))
	}
	why := reason(u.Err)
	switch {
	case u.Account != "":
		why = u.Account
	case u.Permission != "":
		why = "permission " + u.Permission + " is missing"
	}
	return strings.Join(names, ", ") + ": not checked" + u.In + ": " + why
}

// join adds a cluster or signal to those with the same reason.
func join(all []Unchecked, u Unchecked) []Unchecked {
	u.Permission = permission(u.Err)
	for i, known := range all {
		same := u.Permission != "" || reason(known.Err) == reason(u.Err)
		if known.In == u.In && known.Permission == u.Permission && known.Account == u.Account && same {
			all[i].Names = append(all[i].Names, u.Names...)
			return all
		}
	}
	return append(all, u)
}

// ofCluster returns why a cluster is unchecked.
func ofCluster(c config.Cluster, err error) Unchecked {
	u := Unchecked{Names: []string{c.Name}, In: " in EKS", Err: err}
	if role := c.Role(); role.ARN != "" && awserr.Denied(err) {
		u.Account = reach.Explain(reach.Place{Account: role.Account(), Region: c.Region, Role: role}, err, reach.NotKnown).String()
	}
	return u
}

// reason words an error without the name of the cluster.
func reason(err error) string {
	if r, ok := errors.AsType[frame.Remedied](frame.WithRemedy(err)); ok {
		r.What = ""
		return config.OneLine(r)
	}
	return config.OneLine(err)
}

// permission returns the permission whose lack is the cause; empty if the cause is another.
func permission(err error) string {
	if !awserr.Denied(err) {
		return ""
	}
	return awserr.Permission(err)
}
