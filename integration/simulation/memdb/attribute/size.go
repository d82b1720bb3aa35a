package attribute

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// ItemSize counts the bytes of an item by the rules that AWS documents: names, values, 3 bytes for a map or list and 1
// for each of its members.
func ItemSize(i Item) int {
	size := 0
	for name, v := range i {
		size += len(name) + valueSize(v)
	}
	return size
}

func valueSize(v types.AttributeValue) int {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return numberSize(v.Value)
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberM:
		return 3 + len(v.Value) + ItemSize(v.Value)
	case *types.AttributeValueMemberL:
		size := 3
		for _, each := range v.Value {
			size += 1 + valueSize(each)
		}
		return size
	}
	return 1 // NULL or BOOL
}

// numberSize is 1 byte for every two significant digits and 1 more. Zeros at either end do not count.
func numberSize(text string) int {
	digits, significant := 0, 0
	for _, c := range []byte(text) {
		switch {
		case c == '-' || c == '.':
			continue
		case c != '0' || digits > 0:
			digits++
		}
		if c != '0' {
			significant = digits
		}
	}
	return 1 + (significant+1)/2
}
