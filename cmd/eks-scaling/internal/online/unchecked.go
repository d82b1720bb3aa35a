package online

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/config"
)

// Unchecked names clusters or signals that could not be compared, all for one reason.
type Unchecked struct {
	Names []string // of clusters, or such as "signal rain"
	In    string   // " in EKS" for clusters
	// Permission is the missing permission, such as "eks:ListNodegroups"; empty if that is not the reason.
	Permission string
	Err        error // of the first
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
	if u.Permission != "" {
		why = "permission " + u.Permission + " is missing"
	}
	return strings.Join(names, ", ") + ": not checked" + u.In + ": " + why
}

// join adds a cluster or signal to those with the same reason.
func join(all []Unchecked, name, in string, err error) []Unchecked {
	u := Unchecked{Names: []string{name}, In: in, Permission: permission(err), Err: err}
	for i, known := range all {
		if known.In == u.In && known.Permission == u.Permission && (u.Permission != "" || reason(known.Err) == reason(err)) {
			all[i].Names = append(all[i].Names, name)
			return all
		}
	}
	return append(all, u)
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
