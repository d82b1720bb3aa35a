package explore

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// inWords describes a call and its answer.
func (x *exploration) inWords(unit string, c *call, a *answer) string {
	result := "done"
	if a.err != nil {
		result = a.err.Error()
	}
	switch in := c.in.(type) {
	case *dynamodb.GetItemInput:
		out, _ := a.out.(*dynamodb.GetItemOutput)
		return "reads the unit: " + unitInWords(unit, out.Item)
	case *dynamodb.UpdateItemInput:
		return written(in) + ": " + result
	case *eks.DescribeNodegroupInput:
		if out, ok := a.out.(*eks.DescribeNodegroupOutput); ok && a.err == nil {
			result = fmt.Sprintf("%s, %s", out.Nodegroup.Status, sizesInWords(out.Nodegroup.ScalingConfig))
		}
		return "reads " + *in.NodegroupName + ": " + result
	case *eks.UpdateNodegroupConfigInput:
		return fmt.Sprintf("asks for %s of %s: %s", sizesInWords(in.ScalingConfig), *in.NodegroupName, result)
	case *eks.DescribeUpdateInput:
		if out, ok := a.out.(*eks.DescribeUpdateOutput); ok && a.err == nil {
			result = string(out.Update.Status)
		}
		return "reads the update of " + *in.NodegroupName + ": " + result
	default:
		return c.operation + ": " + result
	}
}

func sizesInWords(c *ekstypes.NodegroupScalingConfig) string {
	if c.DesiredSize == nil {
		return fmt.Sprintf("(%d..%d)", *c.MinSize, *c.MaxSize)
	}
	return fmt.Sprintf("%d (%d..%d)", *c.DesiredSize, *c.MinSize, *c.MaxSize)
}

// unitInWords describes the relevant parts of a unit's item.
func unitInWords(unit string, item map[string]types.AttributeValue) string {
	text := "no claim"
	if order := claimOrder(item, unit); order != "" {
		text = "claimed by " + order.Run()
	}
	intents, _ := item["intents"].(*types.AttributeValueMemberM)
	if intents == nil || len(intents.Value) == 0 {
		return text + ", no intent"
	}
	var ids []string
	for id := range intents.Value {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return text + ", intents " + strings.Join(ids, " ")
}

// written describes a write of the unit's item by the fields that it sets and removes.
func written(in *dynamodb.UpdateItemInput) string {
	text := spelledOut(*in.UpdateExpression, in.ExpressionAttributeNames)
	has := func(part string) bool { return strings.Contains(text, part) }
	switch {
	case has("orders = "):
		return "creates the record"
	case has(".unfinished = ") && has(".endedAt = "):
		return "records its decision and ends its claim"
	case has(".unfinished = "):
		return "records its decision"
	case has("orders."):
		return "claims the unit"
	case has("took."):
		return "records the arrival"
	case has("REMOVE intents."):
		return "clears the intent"
	case has("intents."):
		return "announces the call"
	default:
		return "renews the claim"
	}
}

// spelledOut returns an expression with its placeholders replaced by names.
func spelledOut(expression string, names map[string]string) string {
	var pairs []string
	for _, placeholder := range slices.Backward(slices.Sorted(maps.Keys(names))) { // #n10 before #n1
		pairs = append(pairs, placeholder, names[placeholder])
	}
	return strings.NewReplacer(pairs...).Replace(expression)
}
