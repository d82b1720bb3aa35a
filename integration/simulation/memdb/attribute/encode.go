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
// have the same encoding. It relies on [admit] for the one form of numbers and sets.
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
	return appendSet(b, v)
}

// appendSet writes a set, or NULL.
func appendSet(b []byte, v types.AttributeValue) []byte {
	members, kind := SetOf(v)
	if kind == 0 {
		return append(b, '0')
	}
	b = binary.AppendUvarint(append(b, kind), uint64(len(members)))
	for _, each := range members {
		b = AppendText(b, each)
	}
	return b
}

// SetOf returns the members of a set as texts and a letter for its type; 0 if the value is no set.
func SetOf(v types.AttributeValue) (members []string, kind byte) {
	switch v := v.(type) {
	case *types.AttributeValueMemberSS:
		return v.Value, 's'
	case *types.AttributeValueMemberNS:
		return v.Value, 'n'
	case *types.AttributeValueMemberBS:
		for _, each := range v.Value {
			members = append(members, string(each))
		}
		return members, 'b'
	}
	return nil, 0
}

// AppendText writes a text with its length before it.
func AppendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}
