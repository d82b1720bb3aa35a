package night

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eks"

	"eks-scaling-automation/integration/simulation/asl"
)

// service is the common interface of AWS services.
type service interface {
	throttled() error
	failed() error
	refused() error
}

// writes lists the operations that have an effect.
var writes = []string{"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "UpdateNodegroupConfig"}

// through makes one call, with the drawn delay and fault.
func through[In, Out any](i *invocation, s service, operation string, in In, call func(In) (Out, error)) (Out, error) {
	var none Out
	i.calls++
	fate := i.fates.of(i.run, i.function, operation)
	if fate != Fine {
		i.suffered(operation, fate)
	}
	before, limit := i.between(time.Millisecond, 20*time.Millisecond), i.limit(operation)
	if i.one(i.mood.slow) {
		before = i.between(0, 12*time.Second)
	}
	if before > limit {
		i.Sleep(limit)
		return none, lost{} // it was never sent
	}
	if fate == TooSlow {
		if slices.Contains(writes, operation) {
			i.After(limit+i.between(0, latest), func() {
				i.givenUp = true
				_, _ = call(in)
			})
		}
		i.Sleep(limit)
		return none, lost{}
	}
	i.Sleep(before)
	if err := i.answer(s, fate); err != nil {
		return none, err
	}
	out, err := call(in)
	switch fate {
	case KilledAfter:
		i.Current().Kill()
	case Lost:
		i.Sleep(max(limit-before, 0))
		return none, lost{}
	case Fine, Throttled, Failed, Refused, KilledBefore, TooSlow, LastEvent:
	}
	i.Sleep(i.between(0, 10*time.Millisecond))
	return out, err
}

// answer returns the error that a service returns instead of acting; nil if it acts. The process may die before that.
func (i *invocation) answer(s service, fate Fate) error {
	switch fate {
	case KilledBefore:
		i.Current().Kill()
	case Throttled:
		return s.throttled()
	case Failed:
		return s.failed()
	case Refused:
		return s.refused()
	case Fine, Lost, KilledAfter, TooSlow, LastEvent:
	}
	return nil
}

// suffered notes that a call fails.
func (i *invocation) suffered(operation string, fate Fate) {
	i.tell("    %s of %s: %s is %s", i.function, i.run, operation, fate)
	switch {
	case fate == LastEvent:
		i.cut(i.execution, (*asl.Execution).RunOutOfEvents)
	case i.function == audit:
		i.find(i.run).unheard++
	}
}

// dynamo is DynamoDB for one function.
type dynamo struct{ *invocation }

func (d dynamo) throttled() error {
	return refusal("ProvisionedThroughputExceededException", "Rate exceeded")
}
func (d dynamo) failed() error  { return refusal("InternalServerError", "Internal server error") }
func (d dynamo) refused() error { return refusal("AccessDeniedException", "not authorized") }

func (d dynamo) GetItem(ctx context.Context, in *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return through(d.invocation, d, "GetItem", in, func(in *dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error) {
		return d.db.GetItem(ctx, in)
	})
}

func (d dynamo) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	return through(d.invocation, d, "BatchGetItem", in, func(in *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
		return d.db.BatchGetItem(ctx, in)
	})
}

func (d dynamo) PutItem(ctx context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return through(d.invocation, d, "PutItem", in, func(in *dynamodb.PutItemInput) (*dynamodb.PutItemOutput, error) {
		return d.db.PutItem(ctx, in)
	})
}

func (d dynamo) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return through(d.invocation, d, "UpdateItem", in, func(in *dynamodb.UpdateItemInput) (*dynamodb.UpdateItemOutput, error) {
		return d.updateItem(ctx, in)
	})
}

func (d dynamo) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	return through(d.invocation, d, "DeleteItem", in, func(in *dynamodb.DeleteItemInput) (*dynamodb.DeleteItemOutput, error) {
		return d.db.DeleteItem(ctx, in)
	})
}

func (d dynamo) TransactWriteItems(
	ctx context.Context, in *dynamodb.TransactWriteItemsInput, _ ...func(*dynamodb.Options),
) (*dynamodb.TransactWriteItemsOutput, error) {
	return through(d.invocation, d, "TransactWriteItems", in, func(in *dynamodb.TransactWriteItemsInput) (*dynamodb.TransactWriteItemsOutput, error) {
		return d.db.TransactWriteItems(ctx, in)
	})
}

func (d dynamo) Query(ctx context.Context, in *dynamodb.QueryInput, _ ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return through(d.invocation, d, "Query", in, func(in *dynamodb.QueryInput) (*dynamodb.QueryOutput, error) {
		return d.db.Query(ctx, in)
	})
}

// kubernetes is EKS for one function.
type kubernetes struct{ *invocation }

func (k kubernetes) throttled() error {
	if k.Rand().IntN(2) == 0 {
		return refusal("InvalidRequestException", "Request limit exceeded.")
	}
	return refusal("TooManyRequestsException", "Too Many Requests")
}
func (k kubernetes) failed() error  { return refusal("ServerException", "Internal failure") }
func (k kubernetes) refused() error { return refusal("AccessDeniedException", "not authorized") }

// The model's calls do not use the function's context: a call that was given up reaches EKS anyway.

func (k kubernetes) DescribeNodegroup(_ context.Context, in *eks.DescribeNodegroupInput, _ ...func(*eks.Options)) (*eks.DescribeNodegroupOutput, error) {
	return through(k.invocation, k, "DescribeNodegroup", in, k.describe)
}

func (k kubernetes) UpdateNodegroupConfig(
	_ context.Context, in *eks.UpdateNodegroupConfigInput, _ ...func(*eks.Options),
) (*eks.UpdateNodegroupConfigOutput, error) {
	k.checkSending()
	if k.place.autoscaled == *in.NodegroupName && k.one(150) {
		k.autoscale(*in.NodegroupName)
	}
	return through(k.invocation, k, "UpdateNodegroupConfig", in, k.update)
}

func (k kubernetes) DescribeUpdate(_ context.Context, in *eks.DescribeUpdateInput, _ ...func(*eks.Options)) (*eks.DescribeUpdateOutput, error) {
	return through(k.invocation, k, "DescribeUpdate", in, func(in *eks.DescribeUpdateInput) (*eks.DescribeUpdateOutput, error) {
		return k.eks.DescribeUpdate(context.Background(), in)
	})
}

func (k kubernetes) ListUpdates(_ context.Context, in *eks.ListUpdatesInput, _ ...func(*eks.Options)) (*eks.ListUpdatesOutput, error) {
	return through(k.invocation, k, "ListUpdates", in, func(in *eks.ListUpdatesInput) (*eks.ListUpdatesOutput, error) {
		return k.eks.ListUpdates(context.Background(), in)
	})
}
