package writeplan

import "slices"

// ordering is Tarjan's algorithm: parts that require each other form one step, and a step comes after all steps it requires.
// Otherwise steps keep the order of the changes.
type ordering struct {
	*graph
	steps   []Step
	visited map[int]int // when a part was visited, from 1
	stack   []int
	isOpen  map[int]bool // on the stack
}

// order returns the steps.
func (g *graph) order() []Step {
	o := &ordering{graph: g, visited: map[int]int{}, isOpen: map[int]bool{}}
	for at := range g.parts {
		if o.visited[at] == 0 {
			o.visit(at)
		}
	}
	return o.steps
}

// visit returns the lowest visit number known in the part's step.
func (o *ordering) visit(at int) (first int) {
	now := len(o.visited) + 1
	first = now
	o.visited[at] = now
	o.stack = append(o.stack, at)
	o.isOpen[at] = true
	for _, other := range o.parts[at].requires {
		switch {
		case o.visited[other] == 0:
			first = min(first, o.visit(other))
		case o.isOpen[other]:
			first = min(first, o.visited[other])
		}
	}
	if first == now {
		o.close(at)
	}
	return first
}

// close makes a step of a part and all parts visited since.
func (o *ordering) close(at int) {
	from := slices.Index(o.stack, at)
	var changes []int
	for _, each := range o.stack[from:] {
		o.isOpen[each] = false
		changes = append(changes, o.parts[each].changes...)
	}
	o.stack = o.stack[:from]
	slices.Sort(changes)
	var step Step
	for _, i := range changes {
		step.Changes = append(step.Changes, o.due[i])
	}
	o.steps = append(o.steps, step)
}
