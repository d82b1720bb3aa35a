package expression

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// functions are the functions of conditions with the number of their operands.
var functions = map[token]int{
	"attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2, "contains": 2, "size": 1,
}

// comparators are the operators that compare two operands.
var comparators = []token{"=", "<>", "<", "<=", ">", ">="}

// maxAmong is how many values IN takes.
const maxAmong = 100

// Condition parses a condition of a request; the field names it in an error.
func (p *Placeholders) Condition(field, text string) (Condition, error) {
	return parse(field, text, p, (*parser).condition)
}

// condition reads conditions that OR connects, the weakest operator.
func (r *parser) condition() (Condition, error) {
	left, err := r.conjunction()
	for err == nil && r.acceptWord("OR") {
		var right Condition
		right, err = r.conjunction()
		left = or{left, right}
	}
	return left, err
}

func (r *parser) conjunction() (Condition, error) {
	left, err := r.negation()
	for err == nil && r.acceptWord("AND") {
		var right Condition
		right, err = r.negation()
		left = and{left, right}
	}
	return left, err
}

func (r *parser) negation() (Condition, error) {
	if r.acceptWord("NOT") {
		c, err := r.negation()
		return not{c}, err
	}
	if !r.accept("(") {
		return r.simple()
	}
	c, err := r.condition()
	if err != nil {
		return nil, err
	}
	if _, twice := c.(grouped); twice {
		return nil, attribute.Invalid("The expression has redundant parentheses;")
	}
	return grouped{c}, r.expect(")")
}

// simple reads a condition without logical operators.
func (r *parser) simple() (Condition, error) {
	if name := r.peek(); r.beginsCall() && name != "size" && functions[name] > 0 {
		return r.call()
	}
	left, err := r.operand()
	if err != nil {
		return nil, err
	}
	switch {
	case slices.Contains(comparators, r.peek()):
		return r.comparison(left, r.next())
	case r.acceptWord("BETWEEN"):
		return r.between(left)
	case r.acceptWord("IN"):
		return r.in(left)
	}
	return nil, r.syntaxError()
}

func (r *parser) comparison(left operand, operator token) (Condition, error) {
	right, err := r.operand()
	if err != nil {
		return nil, err
	}
	if err := checkDistinct(operator, left, right); err != nil {
		return nil, err
	}
	if operator != "=" && operator != "<>" {
		err = checkOrdered(operator, left, right)
	}
	return comparison{operator, left, right}, err
}

// checkOrdered refuses operands whose type has no order.
func checkOrdered(operator token, operands ...operand) error {
	for _, o := range operands {
		switch kind := o.kind(); kind {
		case "", "S", "N", "B":
		default:
			return wrongOperand(operator, kind)
		}
	}
	return nil
}

// checkDistinct refuses the same path on both sides.
func checkDistinct(operator token, left, right operand) error {
	p, ok := left.(Path)
	q, also := right.(Path)
	if ok && also && p.equal(q) {
		return attribute.Invalid("The first operand must be distinct from the remaining operands for this operator or function; operator: %s, first operand: %s",
			operator, p)
	}
	return nil
}

func (r *parser) between(value operand) (Condition, error) {
	low, err := r.operand()
	if err != nil {
		return nil, err
	}
	if !r.acceptWord("AND") {
		return nil, r.syntaxError()
	}
	high, err := r.operand()
	if err != nil {
		return nil, err
	}
	if err := checkOrdered("BETWEEN", value, low, high); err != nil {
		return nil, err
	}
	return between{value, low, high}, checkBounds(low, high)
}

// checkBounds refuses two values as bounds if they cannot contain anything.
func checkBounds(low, high operand) error {
	l, ok := low.(literal)
	h, also := high.(literal)
	if !ok || !also {
		return nil
	}
	by, ordered := attribute.Order(l.AttributeValue, h.AttributeValue)
	switch {
	case !ordered:
		return attribute.Invalid("The BETWEEN operator requires same data type for lower and upper bounds")
	case by > 0:
		return attribute.Invalid("The BETWEEN operator requires upper bound to be greater than or equal to lower bound")
	}
	return nil
}

func (r *parser) in(value operand) (Condition, error) {
	if err := r.expect("("); err != nil {
		return nil, err
	}
	among, err := list(r, r.operand)
	if err != nil {
		return nil, err
	}
	if len(among) > maxAmong {
		return nil, wrongNumber("IN", len(among))
	}
	return in{value, among}, r.expect(")")
}

func (r *parser) call() (Condition, error) {
	name := r.next()
	args, err := r.arguments(name, functions[name])
	if err != nil {
		return nil, err
	}
	if len(args) == 2 {
		if err := checkDistinct(name, args[0], args[1]); err != nil {
			return nil, err
		}
	}
	return call{name, args}, checkCall(name, args)
}

// checkCall refuses operands that a function can never take.
func checkCall(name token, args []operand) error {
	switch name {
	case "attribute_exists", "attribute_not_exists":
		if _, ok := args[0].(Path); !ok {
			return attribute.Invalid("Operator or function requires a document path; operator or function: %s", name)
		}
	case "begins_with":
		for _, a := range args {
			if kind := a.kind(); kind != "" && kind != "S" && kind != "B" {
				return wrongOperand(name, kind)
			}
		}
	case "attribute_type":
		l, _ := args[1].(literal)
		wanted, ok := l.AttributeValue.(*types.AttributeValueMemberS)
		if !ok {
			return wrongOperand(name, args[1].kind())
		}
		if !strings.Contains(" S N B NULL SS BOOL L BS NS M ", " "+wanted.Value+" ") {
			return attribute.Invalid("Invalid attribute type name found; type: %s, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}", wanted.Value)
		}
	}
	return nil
}
