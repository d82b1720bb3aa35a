package expression

import (
	"slices"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// functions are the functions of conditions with the number of their operands.
var functions = map[token]int{
	"attribute_exists": 1, "attribute_not_exists": 1, "begins_with": 2,
}

// comparators are the operators that compare two operands.
var comparators = []token{"=", "<>", "<", "<=", ">", ">="}

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
	if slices.Contains(comparators, r.peek()) {
		return r.comparison(left, r.next())
	}
	for _, keyword := range []string{"BETWEEN", "IN"} {
		if r.acceptWord(keyword) {
			return nil, attribute.Unsupported(keyword)
		}
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

func (r *parser) call() (Condition, error) {
	name := r.next()
	if functions[name] == 0 {
		return nil, attribute.Unsupported("function " + string(name))
	}
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
	}
	return nil
}
