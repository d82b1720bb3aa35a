package attribute

import (
	"bytes"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxDepth is how deep DynamoDB nests maps and lists.
const maxDepth = 32

// AdmitItem copies attributes that a caller gave, checks them, and brings numbers and sets into one form.
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

// admit copies a value that a caller gave, checks it, and brings numbers and sets into one form.
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
		return admitSet(Copy(v))
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

// admitSet sorts a set, which it takes over, and refuses an empty one and duplicates.
func admitSet(v types.AttributeValue) (types.AttributeValue, error) {
	switch v := v.(type) {
	case *types.AttributeValueMemberSS:
		slices.Sort(v.Value)
	case *types.AttributeValueMemberNS:
		for i, each := range v.Value {
			n, err := normalNumber(each)
			if err != nil {
				return nil, err
			}
			v.Value[i] = n
		}
		slices.SortFunc(v.Value, compareNumbers)
	case *types.AttributeValueMemberBS:
		slices.SortFunc(v.Value, bytes.Compare)
	}
	members, _ := SetOf(v)
	if len(members) == 0 {
		return nil, Invalid("One or more parameter values were invalid: An %s set may not be empty", strings.ToLower(KindOf(v)))
	}
	for i := 1; i < len(members); i++ {
		if members[i] == members[i-1] {
			return nil, Invalid("One or more parameter values were invalid: Input collection contains duplicates")
		}
	}
	return v, nil
}
