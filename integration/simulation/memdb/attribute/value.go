package attribute

import (
	"bytes"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Item is a set of attributes by name.
type Item = map[string]types.AttributeValue

// KindOf names the type of a value as DynamoDB does, such as "S"; empty for no value.
func KindOf(v types.AttributeValue) string {
	switch v.(type) {
	case *types.AttributeValueMemberS:
		return "S"
	case *types.AttributeValueMemberN:
		return "N"
	case *types.AttributeValueMemberB:
		return "B"
	case *types.AttributeValueMemberBOOL:
		return "BOOL"
	case *types.AttributeValueMemberNULL:
		return "NULL"
	case *types.AttributeValueMemberM:
		return "M"
	case *types.AttributeValueMemberL:
		return "L"
	}
	return ""
}

// CopyItem copies an item with all its values; nil stays nil.
func CopyItem(i Item) Item {
	if i == nil {
		return nil
	}
	c := make(Item, len(i))
	for name, v := range i {
		c[name] = Copy(v)
	}
	return c
}

// Copy copies a value with all that it contains.
func Copy(v types.AttributeValue) types.AttributeValue {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return &types.AttributeValueMemberS{Value: v.Value}
	case *types.AttributeValueMemberN:
		return &types.AttributeValueMemberN{Value: v.Value}
	case *types.AttributeValueMemberB:
		return &types.AttributeValueMemberB{Value: bytes.Clone(v.Value)}
	case *types.AttributeValueMemberBOOL:
		return &types.AttributeValueMemberBOOL{Value: v.Value}
	case *types.AttributeValueMemberM:
		return &types.AttributeValueMemberM{Value: CopyItem(v.Value)}
	case *types.AttributeValueMemberL:
		c := make([]types.AttributeValue, len(v.Value))
		for i, each := range v.Value {
			c[i] = Copy(each)
		}
		return &types.AttributeValueMemberL{Value: c}
	}
	return &types.AttributeValueMemberNULL{Value: true}
}

// Equal compares two values that were admitted. A missing value equals nothing.
func Equal(a, b types.AttributeValue) bool {
	if a == nil || b == nil {
		return false
	}
	if x, ok := a.(*types.AttributeValueMemberS); ok {
		y, ok := b.(*types.AttributeValueMemberS)
		return ok && x.Value == y.Value
	}
	return bytes.Equal(appendValue(nil, a), appendValue(nil, b))
}
