package expression

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// operand is a value that an expression compares or computes with.
type operand interface {
	// value returns the operand's value for an item; nil if it has none.
	value(attribute.Item) types.AttributeValue
}

// literal is a value of the request.
type literal struct{ types.AttributeValue }

func (l literal) value(attribute.Item) types.AttributeValue { return l.AttributeValue }

// operand reads a path or a value.
func (r *parser) operand() (operand, error) {
	t := r.peek()
	if t != "" && t[0] == ':' {
		r.at++
		v, err := r.literal(t)
		return literal{v}, err
	}
	if r.beginsCall() {
		return nil, attribute.Unsupported("function " + string(t) + " as an operand")
	}
	return r.path()
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
		return nil, attribute.Invalid("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d", name, len(args))
	}
	return args, r.expect(")")
}
