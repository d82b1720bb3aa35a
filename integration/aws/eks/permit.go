package eks

import (
	"net/http"

	"eks-scaling-automation/integration/aws/policy"
	"eks-scaling-automation/integration/aws/sts"
	"eks-scaling-automation/integration/aws/wire"
	"eks-scaling-automation/integration/eksmodel"
)

// Callers knows who calls and what they may do, as [sts.Service] does.
type Callers interface {
	Identify(accessKeyID string) sts.Identity
	Authorize(accessKeyID, region string, r policy.Request) error
}

// SetCallers makes every call ask the policies of its caller.
func (s *Server) SetCallers(c Callers) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.callers = c
}

// onWhat lists what an operation needs a permission on. An update belongs to a cluster and a node group, and EKS asks about both.
var onWhat = map[string]struct{ cluster, nodegroup bool }{
	"ListClusters":          {},
	"DescribeCluster":       {cluster: true},
	"ListNodegroups":        {cluster: true},
	"DescribeNodegroup":     {nodegroup: true},
	"UpdateNodegroupConfig": {nodegroup: true},
	"DeleteNodegroup":       {nodegroup: true},
	"ListUpdates":           {cluster: true, nodegroup: true},
	"DescribeUpdate":        {cluster: true, nodegroup: true},
}

// permit identifies the caller, and asks its policies and the hook, unlocked: the hook may call the server.
func (s *Server) permit(r *request) error {
	s.mu.Lock()
	callers, authorize := s.callers, s.authorize
	s.mu.Unlock()
	r.call.Account = Own
	if callers != nil {
		r.call.Caller = callers.Identify(r.call.Principal)
		r.call.Account = r.call.Caller.Account
	}
	s.mu.Lock()
	r.call.Sizes = s.sizes(r)
	requests := s.requests(r)
	s.mu.Unlock()
	var denied error
	for _, each := range requests {
		if callers != nil && denied == nil {
			denied = callers.Authorize(r.call.Principal, r.call.Region, each)
		}
	}
	if denied == nil && authorize != nil {
		denied = authorize(r.call)
	}
	if denied != nil {
		return wire.NewFailure(http.StatusForbidden, "AccessDeniedException", denied.Error())
	}
	return nil
}

// requests returns what a call must be allowed to do.
func (s *Server) requests(r *request) []policy.Request {
	what, known := onWhat[r.call.Operation]
	if !known {
		return nil // it is refused anyway
	}
	at, action := s.in(r.place()), "eks:"+r.call.Operation
	var all []policy.Request
	if what.cluster {
		tags := at.tags[eksmodel.Ref{Cluster: r.call.Cluster}]
		all = append(all, policy.Request{Action: action, Resource: at.model.ClusterARN(r.call.Cluster), Context: resourceTags(tags)})
	}
	if what.nodegroup && r.call.Nodegroup != "" {
		all = append(all, policy.Request{Action: action, Resource: at.model.NodegroupARN(r.ref()), Context: resourceTags(at.tags[r.ref()])})
	}
	if len(all) == 0 {
		return []policy.Request{{Action: action, Resource: "*"}}
	}
	return all
}

// resourceTags returns the condition keys of a resource's tags.
func resourceTags(tags map[string]string) map[string][]string {
	keys := map[string][]string{}
	for key, value := range tags {
		keys["aws:ResourceTag/"+key] = []string{value}
	}
	return keys
}
