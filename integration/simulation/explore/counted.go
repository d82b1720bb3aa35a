package explore

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/eks"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/shared/blastradius"
	"eks-scaling-automation/shared/deployment"
)

// checkCounted refuses an update that takes nodes down which its run has not reserved, or a counter beyond the blast radius.
func (x *exploration) checkCounted(w world, number int, in *eks.UpdateNodegroupConfigInput) *Broken {
	if x.limit.IsZero() || x.cast[number].BeyondBlastRadius || in.ScalingConfig.DesiredSize == nil {
		return nil
	}
	state, _ := x.models.all[w.eks].State(eksmodel.Ref{Cluster: *in.ClusterName, Nodegroup: *in.NodegroupName})
	lowered := int(state.Sizes.Desired - *in.ScalingConfig.DesiredSize)
	if lowered <= 0 {
		return nil
	}
	taken, own := x.counter(w, number)
	switch {
	case own < lowered:
		return x.broken(Counted, "%s takes down %d nodes of %s, and has reserved %d", x.name(number), lowered, *in.NodegroupName, own)
	case !x.limit.Allows(taken):
		return x.broken(Counted, "%s has reserved %s of its blast radius", x.name(number), x.limit.Of(taken))
	}
	return nil
}

// counter returns what a run has reserved, and the part of its unit.
func (x *exploration) counter(w world, number int) (taken blastradius.Taken, own int) {
	out, err := x.dbs.all[w.db].db.GetItem(context.Background(), &dynamodb.GetItemInput{
		TableName: aws.String(deployment.LogsTable), Key: map[string]types.AttributeValue{
			"subject": &types.AttributeValueMemberS{Value: "run#" + x.cast[number].Execution.Name + "#blast-radius"},
			"at":      &types.AttributeValueMemberS{Value: "counter"},
		},
	})
	if err == nil {
		err = attributevalue.UnmarshalMap(out.Item, &taken)
	}
	if part, ok := out.Item["unit:"+x.under[number]]; err == nil && ok {
		err = attributevalue.Unmarshal(part, &own)
	}
	if err != nil {
		panic("explore: the counter cannot be read: " + err.Error())
	}
	return taken, own
}
