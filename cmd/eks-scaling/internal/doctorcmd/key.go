package doctorcmd

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
)

// keyAPI is what doctor asks KMS.
type keyAPI interface {
	DescribeKey(context.Context, *kms.DescribeKeyInput, ...func(*kms.Options)) (*kms.DescribeKeyOutput, error)
	GetKeyPolicy(context.Context, *kms.GetKeyPolicyInput, ...func(*kms.Options)) (*kms.GetKeyPolicyOutput, error)
}

// noKey is the code of KMS for a key that does not exist.
const noKey = "NotFoundException"

// collectKey reads the state of the key that encrypts the stack's data, and its policy.
func (x *examination) collectKey(ctx context.Context) {
	key := x.Stack.DataKeyARN
	if key == "" {
		return
	}
	var both sync.WaitGroup
	both.Go(func() {
		var state checks.KeyState
		out, err := x.kms.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &key})
		switch {
		case err != nil:
		case out.KeyMetadata == nil:
			err = errEmptyAnswer
		default:
			state = checks.KeyState{State: string(out.KeyMetadata.KeyState), Spec: string(out.KeyMetadata.KeySpec)}
		}
		x.dataKey.State = collect.Fact(state, err, "looking at the key", "kms:DescribeKey on "+key, noKey)
	})
	both.Go(func() {
		policy := ""
		out, err := x.kms.GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: &key})
		if err == nil {
			policy = aws.ToString(out.Policy)
		}
		x.dataKey.Policy = collect.Fact(policy, err, "looking at the policy of the key", "kms:GetKeyPolicy on "+key, noKey)
	})
	both.Wait()
}
