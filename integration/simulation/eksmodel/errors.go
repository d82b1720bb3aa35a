package eksmodel

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/smithy-go"
)

// ErrUnsupported is the cause of an error when a request needs a part of EKS that the model does not have.
var ErrUnsupported = errors.New("not implemented by the model of EKS")

func unsupported(what string) error { return fmt.Errorf("%s: %w", what, ErrUnsupported) }

func noGroup(r Ref) error {
	return &types.ResourceNotFoundException{
		Message: aws.String("No node group found for name: " + r.Nodegroup + "."), ClusterName: &r.Cluster, NodegroupName: &r.Nodegroup,
	}
}

func noCluster(name string) error {
	return &types.ResourceNotFoundException{Message: aws.String("No cluster found for name: " + name + "."), ClusterName: &name}
}

func noUpdate(r Ref, id string) error {
	return &types.ResourceNotFoundException{
		Message: aws.String("No update found for ID: " + id), ClusterName: &r.Cluster, NodegroupName: &r.Nodegroup,
	}
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

// alive fails like the SDK once the context has ended.
func alive(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return &aws.RequestCanceledError{Err: err}
	}
	return nil
}

// finish logs a call and gives its error the form in which the SDK returns it. The output is nil then.
func finish[T any](m *Model, c Call, out *T, err error) (*T, error) {
	if err != nil {
		c.Error = code(err)
		out, err = nil, &smithy.OperationError{ServiceID: "EKS", OperationName: c.Operation, Err: err}
	}
	m.calls = append(m.calls, c)
	return out, err
}

func code(err error) string {
	if refusal, ok := errors.AsType[smithy.APIError](err); ok {
		return refusal.ErrorCode()
	}
	return err.Error()
}
