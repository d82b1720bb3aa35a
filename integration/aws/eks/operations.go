package eks

import (
	"context"
	"net/http"

	awseks "github.com/aws/aws-sdk-go-v2/service/eks"

	"eks-scaling-automation/integration/aws/wire"
	"eks-scaling-automation/integration/eksmodel"
)

// operation is one operation of an API. It runs with the server locked.
type operation struct {
	name  string
	input func() any // an input of the SDK to read the call into; nil for an unknown operation
	apply func(*Server, *request) (any, error)
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, op := range map[string]operation{
		"GET /clusters":                                              on("ListClusters", (*eksmodel.Model).ListClusters),
		"GET /clusters/{name}":                                       on("DescribeCluster", (*eksmodel.Model).DescribeCluster),
		"GET /clusters/{clusterName}/node-groups":                    on("ListNodegroups", (*eksmodel.Model).ListNodegroups),
		"GET /clusters/{clusterName}/node-groups/{nodegroupName}":    on("DescribeNodegroup", (*eksmodel.Model).DescribeNodegroup),
		"DELETE /clusters/{clusterName}/node-groups/{nodegroupName}": on("DeleteNodegroup", (*eksmodel.Model).DeleteNodegroup).begins(),
		"GET /clusters/{name}/updates":                               on("ListUpdates", (*eksmodel.Model).ListUpdates),
		"GET /clusters/{name}/updates/{updateId}":                    on("DescribeUpdate", (*eksmodel.Model).DescribeUpdate),
		"POST /clusters/{clusterName}/node-groups/{nodegroupName}/update-config": on("UpdateNodegroupConfig",
			(*eksmodel.Model).UpdateNodegroupConfig).begins(),
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, op) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.serve(w, r, operation{name: r.Method + " " + r.URL.Path, apply: unknown})
	})
	return mux
}

// on returns an operation of the model, which runs even if the caller is gone.
func on[In, Out any](name string, do func(*eksmodel.Model, context.Context, *In, ...func(*awseks.Options)) (*Out, error)) operation {
	return operation{name, func() any { return new(In) }, func(s *Server, r *request) (any, error) {
		return do(s.in(r.place()).model, context.Background(), r.input.(*In))
	}}
}

// begins returns an operation that begins an update or a deletion, with the server's behavior.
func (op operation) begins() operation {
	do := op.apply
	op.apply = func(s *Server, r *request) (any, error) {
		g := s.in(r.place()).groups[r.ref()]
		if g == nil {
			return do(s, r) // which refuses it
		}
		r.call.Sizes = s.sizes(r)
		b := s.behavior(g, g.looks)
		if len(g.fates) > 0 {
			g.fates[0](&b)
		}
		_ = g.model.SetBehavior(g.ref, b) // the call refuses a deleted node group
		before := len(g.model.Updates())
		answer, err := do(s, r)
		if r.call.Accepted = len(g.model.Updates()) > before; r.call.Accepted && len(g.fates) > 0 {
			g.fates = g.fates[1:]
		}
		return answer, err
	}
	return op
}

func unknown(_ *Server, r *request) (any, error) {
	return nil, wire.NewFailure(http.StatusNotFound, "UnknownOperationException", "the local EKS does not know "+r.call.Operation)
}
