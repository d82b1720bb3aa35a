package attribute

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxDepth is DynamoDB's limit for nested maps and lists.
const maxDepth = 32

// AdmitItem copies and checks a caller's attributes, and normalizes numbers.
func AdmitItem(given Item, depth int) (Item, error) {
	if depth > maxDepth {
		return nil, Invalid("Nesting Levels have exceeded supported limits")
	}
	i := make(Item, len(given))
	for name, v := range given {
		admitted, err := admit(v, depth)
		if err != nil {
			return nil, err
		}
		i[name] = admitted
	}
	return i, nil
}

// admit copies and checks a caller's value, and normalizes numbers.
func admit(v types.AttributeValue, depth int) (types.AttributeValue, error) {
	switch v := v.(type) {
	case *types.AttributeValueMemberN:
		n, err := normalNumber(v.Value)
		return &types.AttributeValueMemberN{Value: n}, err
	case *types.AttributeValueMemberNULL:
		if !v.Value {
			return nil, Invalid("One or more parameter values were invalid: Null attribute value types must have the value of true")
		}
	case *types.AttributeValueMemberM:
		m, err := AdmitItem(v.Value, depth+1)
		return &types.AttributeValueMemberM{Value: m}, err
	case *types.AttributeValueMemberL:
		return admitList(v.Value, depth+1)
	case *types.AttributeValueMemberSS, *types.AttributeValueMemberNS, *types.AttributeValueMemberBS:
		return nil, Unsupported("a set")
	case *types.AttributeValueMemberS, *types.AttributeValueMemberB, *types.AttributeValueMemberBOOL:
	default:
		return nil, Invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
	}
	return Copy(v), nil
}

func admitList(given []types.AttributeValue, depth int) (types.AttributeValue, error) {
	if depth > maxDepth {
		return nil, Invalid("Nesting Levels have exceeded supported limits")
	}
	l := make([]types.AttributeValue, len(given))
	for i, each := range given {
		admitted, err := admit(each, depth)
		if err != nil {
			return nil, err
		}
		l[i] = admitted
	}
	return &types.AttributeValueMemberL{Value: l}, nil
}
