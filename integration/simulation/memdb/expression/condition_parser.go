package expression

import (
	"slices"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// Condition parses the condition of a write.
func (p *Placeholders) Condition(text string) (Condition, error) {
	return parse("ConditionExpression", text, p, (*parser).condition)
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
	left, err := r.group()
	for err == nil && r.acceptWord("AND") {
		var right Condition
		right, err = r.group()
		left = and{left, right}
	}
	return left, err
}

// group reads a condition in parentheses, or one without logical operators.
func (r *parser) group() (Condition, error) {
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
	if r.beginsCall() {
		return r.call()
	}
	left, err := r.operand()
	if err != nil {
		return nil, err
	}
	operator := r.next()
	switch {
	case operator == "=", operator == ">=", !r.keys && (operator == "<" || operator == "<="):
	case slices.Contains([]token{"<>", "<", "<=", ">"}, operator), operator.is("BETWEEN"), operator.is("IN"):
		return nil, attribute.Unsupported(string(operator))
	default:
		r.at--
		return nil, r.syntaxError()
	}
	right, err := r.operand()
	if err != nil {
		return nil, err
	}
	return r.comparison(operator, left, right)
}

// comparison returns the condition that compares two operands.
func (r *parser) comparison(operator token, left, right operand) (Condition, error) {
	p, ok := left.(Path)
	if q, also := right.(Path); ok && also && slices.Equal(p, q) {
		return nil, attribute.Invalid("The first operand must be distinct from the remaining operands for this operator or function; operator: %s, first operand: %s",
			operator, p)
	}
	switch {
	case operator == "=":
		return equality{left, right}, nil
	case r.keys:
		return keyTest{operator, left, right}, nil
	}
	for _, o := range []operand{left, right} {
		if l, ok := o.(literal); ok && attribute.KindOf(l.AttributeValue) != "N" {
			return nil, attribute.Unsupported(string(operator) + " of another type than a number")
		}
	}
	return ordering{operator, left, right}, nil
}

func (r *parser) call() (Condition, error) {
	name := r.next()
	exists := name == "attribute_exists"
	switch {
	case exists, name == "attribute_not_exists":
		args, err := r.arguments(name, 1)
		if err != nil {
			return nil, err
		}
		path, ok := args[0].(Path)
		if !ok {
			return nil, attribute.Invalid("Operator or function requires a document path; operator or function: %s", name)
		}
		return existence{path, exists}, nil
	case name == "begins_with" && r.keys:
		args, err := r.arguments(name, 2)
		if err != nil {
			return nil, err
		}
		return keyTest{name, args[0], args[1]}, nil
	}
	return nil, attribute.Unsupported("function " + string(name))
}
