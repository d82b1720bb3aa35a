package attribute

import (
	"encoding/binary"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// AppendItem writes the attributes by name, with their number before them.
func AppendItem(b []byte, i Item) []byte {
	b = binary.AppendUvarint(b, uint64(len(i)))
	for _, name := range slices.Sorted(maps.Keys(i)) {
		b = appendValue(AppendText(b, name), i[name])
	}
	return b
}

// appendValue writes a value with its type before it and lengths before texts and collections, so that no two values
// have the same encoding. It relies on [admit] for the one form of numbers.
func appendValue(b []byte, v types.AttributeValue) []byte {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return AppendText(append(b, 'S'), v.Value)
	case *types.AttributeValueMemberN:
		return AppendText(append(b, 'N'), v.Value)
	case *types.AttributeValueMemberB:
		return AppendText(append(b, 'B'), string(v.Value))
	case *types.AttributeValueMemberBOOL:
		if v.Value {
			return append(b, 'T')
		}
		return append(b, 'F')
	case *types.AttributeValueMemberM:
		return AppendItem(append(b, 'M'), v.Value)
	case *types.AttributeValueMemberL:
		b = binary.AppendUvarint(append(b, 'L'), uint64(len(v.Value)))
		for _, each := range v.Value {
			b = appendValue(b, each)
		}
		return b
	}
	return append(b, '0') // NULL
}

// AppendText writes a text with its length before it.
func AppendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}
