package explore

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eks"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/integration/simulation/memdb"
	"eks-scaling-automation/shared/aws/tables"
)

// tape replays recorded answers to one invocation, and stops it at the next call.
type tape struct {
	answers []*answer
	played  int
}

func play[Out any](t *tape, c *call) (out Out, err error) {
	if t.played == len(t.answers) {
		panic(pause{c})
	}
	a := t.answers[t.played]
	t.played++
	out, _ = a.out.(Out)
	return out, a.err
}

func onDB[In, Out any](
	t *tape, operation string, in In, do func(*memdb.DB, context.Context, In, ...func(*dynamodb.Options)) (Out, error),
) (Out, error) {
	return play[Out](t, &call{service: database, operation: operation, in: in, onDB: func(db *memdb.DB) (any, error) {
		return do(db, context.Background(), in)
	}})
}

func onEKS[In, Out any](
	t *tape, operation string, in In, do func(*eksmodel.Model, context.Context, In, ...func(*eks.Options)) (Out, error),
) (Out, error) {
	return play[Out](t, &call{service: eksService, operation: operation, in: in, onEKS: func(m *eksmodel.Model) (any, error) {
		return do(m, context.Background(), in)
	}})
}

// dynamo fakes the logs table for one invocation.
type dynamo struct {
	tables.API // nil: steps make no other calls
	tape       *tape
}

// GetItem records or replays a call.
func (d dynamo) GetItem(_ context.Context, in *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return onDB(d.tape, "GetItem", in, (*memdb.DB).GetItem)
}

// UpdateItem records or replays a call.
func (d dynamo) UpdateItem(
	_ context.Context, in *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options),
) (*dynamodb.UpdateItemOutput, error) {
	return onDB(d.tape, "UpdateItem", in, (*memdb.DB).UpdateItem)
}

// PutItem accepts a record of the audit trail. No step reads one.
func (d dynamo) PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return &dynamodb.PutItemOutput{}, nil
}

// kubernetes fakes EKS for one invocation.
type kubernetes struct{ tape *tape }

// DescribeNodegroup records or replays a call.
func (k kubernetes) DescribeNodegroup(
	_ context.Context, in *eks.DescribeNodegroupInput, _ ...func(*eks.Options),
) (*eks.DescribeNodegroupOutput, error) {
	return onEKS(k.tape, "DescribeNodegroup", in, (*eksmodel.Model).DescribeNodegroup)
}

// UpdateNodegroupConfig records or replays a call.
func (k kubernetes) UpdateNodegroupConfig(
	_ context.Context, in *eks.UpdateNodegroupConfigInput, _ ...func(*eks.Options),
) (*eks.UpdateNodegroupConfigOutput, error) {
	return onEKS(k.tape, "UpdateNodegroupConfig", in, (*eksmodel.Model).UpdateNodegroupConfig)
}

// DescribeUpdate records or replays a call.
func (k kubernetes) DescribeUpdate(
	_ context.Context, in *eks.DescribeUpdateInput, _ ...func(*eks.Options),
) (*eks.DescribeUpdateOutput, error) {
	return onEKS(k.tape, "DescribeUpdate", in, (*eksmodel.Model).DescribeUpdate)
}

// ListUpdates records or replays a call.
func (k kubernetes) ListUpdates(_ context.Context, in *eks.ListUpdatesInput, _ ...func(*eks.Options)) (*eks.ListUpdatesOutput, error) {
	return onEKS(k.tape, "ListUpdates", in, (*eksmodel.Model).ListUpdates)
}
