package expression

import (
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// operand is what an expression compares or computes with.
type operand interface {
	// value is the operand's value for an item; nil if it has none.
	value(attribute.Item) types.AttributeValue
	// kind names the type that the operand always has; empty if that depends on the item.
	kind() string
}

// literal is a value of the request.
type literal struct{ types.AttributeValue }

func (l literal) value(attribute.Item) types.AttributeValue { return l.AttributeValue }

func (l literal) kind() string { return attribute.KindOf(l.AttributeValue) }

// size is the function of that name.
type size struct{ of operand }

func (s size) kind() string { return "N" }

func (s size) value(in attribute.Item) types.AttributeValue {
	length := 0
	switch v := s.of.value(in).(type) {
	case *types.AttributeValueMemberS:
		length = len(v.Value)
	case *types.AttributeValueMemberB:
		length = len(v.Value)
	case *types.AttributeValueMemberM:
		length = len(v.Value)
	case *types.AttributeValueMemberL:
		length = len(v.Value)
	default:
		members, kind := attribute.SetOf(v)
		if kind == 0 {
			return nil
		}
		length = len(members)
	}
	return &types.AttributeValueMemberN{Value: strconv.Itoa(length)}
}

// operand reads a path, a value, or size of one.
func (r *parser) operand() (operand, error) {
	t := r.peek()
	switch {
	case t != "" && t[0] == ':':
		r.at++
		v, err := r.literal(t)
		return literal{v}, err
	case r.beginsCall():
		return r.size()
	}
	return r.path()
}

// size reads the only function that is an operand.
func (r *parser) size() (operand, error) {
	name := r.next()
	if name != "size" {
		if _, known := functions[name]; known {
			return nil, attribute.Invalid("The function is not allowed to be used this way in an expression; function: %s", name)
		}
		return nil, attribute.Invalid("Invalid function name; function: %s", name)
	}
	args, err := r.arguments(name, 1)
	if err != nil {
		return nil, err
	}
	switch kind := args[0].kind(); kind {
	case "N", "BOOL", "NULL":
		return nil, wrongOperand(name, kind)
	}
	return size{args[0]}, nil
}

// arguments reads a function's arguments in parentheses, and refuses another number of them.
func (r *parser) arguments(name token, want int) ([]operand, error) {
	if err := r.expect("("); err != nil {
		return nil, err
	}
	args, err := list(r, r.operand)
	if err != nil {
		return nil, err
	}
	if len(args) != want {
		return nil, wrongNumber(name, len(args))
	}
	return args, r.expect(")")
}

func wrongNumber(name token, found int) error {
	return attribute.Invalid("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d", name, found)
}

func wrongOperand(name token, kind string) error {
	return attribute.Invalid("Incorrect operand type for operator or function; operator or function: %s, operand type: %s", name, kind)
}
