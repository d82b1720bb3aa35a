package expression

import (
	"strings"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// Update is a parsed update expression.
type Update struct {
	sets    []assignment
	adds    []addition
	removes []Path
}

// assignment is an action of SET.
type assignment struct {
	to Path
	be computed
}

// addition is an action of ADD.
type addition struct {
	to Path
	be operand
}

// Paths returns all paths that the update changes, in the order of the expression's sections.
func (u *Update) Paths() []Path {
	var all []Path
	for _, s := range u.sets {
		all = append(all, s.to)
	}
	for _, a := range u.adds {
		all = append(all, a.to)
	}
	return append(all, u.removes...)
}

// OnlyRemoves reports whether the update sets nothing, so that it creates no item.
func (u *Update) OnlyRemoves() bool { return len(u.sets)+len(u.adds) == 0 && len(u.removes) > 0 }

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
		case "ADD":
			u.adds, err = list(r, r.addition)
		case "DELETE":
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

// addition reads a path and the number to add to it.
func (r *parser) addition() (addition, error) {
	to, err := r.path()
	if err != nil {
		return addition{}, err
	}
	be, err := r.operand()
	if l, ok := be.(literal); err == nil && (!ok || attribute.KindOf(l.AttributeValue) != "N") {
		err = attribute.Unsupported("ADD of anything but a number")
	}
	return addition{to, be}, err
}

func (r *parser) assignment() (assignment, error) {
	to, err := r.path()
	if err != nil {
		return assignment{}, err
	}
	if err := r.expect("="); err != nil {
		return assignment{}, err
	}
	be, err := r.computed()
	return assignment{to, be}, err
}

// computed reads a path, a value, or if_not_exists with one of each.
func (r *parser) computed() (computed, error) {
	if !r.beginsCall() {
		o, err := r.operand()
		return r.alone(computed{operand: o}, err)
	}
	name := r.next()
	if name != "if_not_exists" {
		return computed{}, attribute.Unsupported("function " + string(name))
	}
	args, err := r.arguments(name, 2)
	if err != nil {
		return computed{}, err
	}
	try, ok := args[0].(Path)
	if !ok {
		return computed{}, attribute.Invalid("Operator or function requires a document path; operator or function: %s", name)
	}
	return r.alone(computed{try, args[1]}, nil)
}

// alone refuses arithmetic with what was read.
func (r *parser) alone(c computed, err error) (computed, error) {
	if operator := r.peek(); err == nil && (operator == "+" || operator == "-") {
		err = attribute.Unsupported("arithmetic")
	}
	return c, err
}
