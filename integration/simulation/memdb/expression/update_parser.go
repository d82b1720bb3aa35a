package expression

import (
	"strings"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// Update is a parsed update expression.
type Update struct {
	sets    []assignment
	removes []Path
}

// assignment is an action of SET.
type assignment struct {
	to Path
	be computed
}

// Paths are all paths that the update changes, in the order of the expression's sections.
func (u *Update) Paths() []Path {
	var all []Path
	for _, s := range u.sets {
		all = append(all, s.to)
	}
	return append(all, u.removes...)
}

// OnlyRemoves says whether the update sets nothing, so that it creates no item.
func (u *Update) OnlyRemoves() bool { return len(u.sets) == 0 && len(u.removes) > 0 }

// Update parses the update expression of a request; nil changes nothing.
func (p *Placeholders) Update(text *string) (*Update, error) {
	if text == nil {
		return &Update{}, nil
	}
	return parse("UpdateExpression", *text, p, (*parser).update)
}

// update reads an update expression.
func (r *parser) update() (*Update, error) {
	u := &Update{}
	seen := map[string]bool{}
	for r.at < len(r.tokens) {
		section := strings.ToUpper(string(r.next()))
		if seen[section] {
			return nil, attribute.Invalid(`The "%s" section can only be used once in an update expression;`, section)
		}
		seen[section] = true
		var err error
		switch section {
		case "SET":
			u.sets, err = list(r, r.assignment)
		case "REMOVE":
			u.removes, err = list(r, r.path)
		case "ADD", "DELETE":
			return nil, attribute.Unsupported(section + " in an update expression")
		default:
			r.at--
			return nil, r.syntaxError()
		}
		if err != nil {
			return nil, err
		}
	}
	return u, checkDistinctPaths(u.Paths())
}

func (r *parser) assignment() (assignment, error) {
	to, err := r.path()
	if err != nil {
		return assignment{}, err
	}
	if err := r.expect("="); err != nil {
		return assignment{}, err
	}
	be, err := r.sum()
	return assignment{to, be}, err
}

// sum reads a value, or two with + or - between them.
func (r *parser) sum() (computed, error) {
	left, err := r.term()
	if err != nil {
		return nil, err
	}
	operator := r.peek()
	if operator != "+" && operator != "-" {
		return left, nil
	}
	r.at++
	right, err := r.term()
	if err != nil {
		return nil, err
	}
	s := sum{left: left, right: right, sign: 1}
	if operator == "-" {
		s.sign = -1
	}
	return s, checkLiterals(operator, "N", left, right)
}

// term reads a path, a value, a function, or a sum in parentheses.
func (r *parser) term() (computed, error) {
	if r.accept("(") {
		c, err := r.sum()
		if err != nil {
			return nil, err
		}
		return c, r.expect(")")
	}
	if r.beginsCall() {
		return r.function()
	}
	o, err := r.operand()
	return plainOperand{o}, err
}

// function reads if_not_exists or list_append with its operands.
func (r *parser) function() (computed, error) {
	name := r.next()
	if name != "if_not_exists" && name != "list_append" {
		return nil, attribute.Invalid("Invalid function name; function: %s", name)
	}
	r.at++ // the parenthesis that makes it a function
	args, err := list(r, r.sum)
	if err != nil {
		return nil, err
	}
	if err := r.expect(")"); err != nil {
		return nil, err
	}
	if len(args) != 2 {
		return nil, wrongNumber(name, len(args))
	}
	if name == "list_append" {
		return listAppend{args[0], args[1]}, checkLiterals(name, "L", args...)
	}
	o, _ := args[0].(plainOperand)
	p, ok := o.operand.(Path)
	if !ok {
		return nil, attribute.Invalid("Operator or function requires a document path; operator or function: %s", name)
	}
	return ifNotExists{p, args[1]}, nil
}

// checkLiterals refuses values of the request that have another type than an operator takes.
func checkLiterals(name token, kind string, args ...computed) error {
	for _, a := range args {
		o, _ := a.(plainOperand)
		if l, ok := o.operand.(literal); ok && l.kind() != kind {
			return wrongOperand(name, l.kind())
		}
	}
	return nil
}
