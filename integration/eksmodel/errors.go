package eksmodel

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// ErrUnsupported is the cause of an error when a request needs a part of EKS that the model does not have.
var ErrUnsupported = errors.New("not implemented by the model of EKS")

func unsupported(what string) error { return fmt.Errorf("%s: %w", what, ErrUnsupported) }

func noGroup(r Ref) error {
	return notFound(r, "No node group found for name: "+r.Nodegroup+".")
}

func notFound(r Ref, message string) error {
	return &types.ResourceNotFoundException{Message: &message, ClusterName: &r.Cluster, NodegroupName: &r.Nodegroup}
}

func invalidParameter(r Ref, message string) error {
	return &types.InvalidParameterException{Message: &message, ClusterName: &r.Cluster, NodegroupName: &r.Nodegroup}
}

func invalidRequest(r Ref, message string) error {
	return &types.InvalidRequestException{Message: &message, ClusterName: &r.Cluster, NodegroupName: &r.Nodegroup}
}

func inUse(r Ref, message string) error {
	return &types.ResourceInUseException{Message: &message, ClusterName: &r.Cluster, NodegroupName: &r.Nodegroup}
}
