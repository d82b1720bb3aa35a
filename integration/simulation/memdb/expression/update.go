package expression

import (
	"maps"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// computed is the right side of an assignment: an operand, or the path that if_not_exists tries before it.
type computed struct {
	try Path // nil: none
	operand
}

// of computes the value for the item before the update.
func (c computed) of(before attribute.Item) (types.AttributeValue, error) {
	if c.try != nil {
		if v := c.try.value(before); v != nil {
			return v, nil
		}
	}
	v := c.value(before)
	if v == nil {
		return nil, attribute.Invalid("The provided expression refers to an attribute that does not exist in the item")
	}
	return v, nil
}

// Apply returns the item after the update. It shares unchanged parts with the original. All values are computed before the first
// change. Removals come last.
func (u *Update) Apply(before attribute.Item) (attribute.Item, error) {
	after := maps.Clone(before)
	for _, s := range u.sets {
		v, err := s.be.of(before)
		if err != nil {
			return nil, err
		}
		members, err := parent(after, s.to)
		if err != nil {
			return nil, err
		}
		members[s.to.last()] = v
	}
	for _, a := range u.adds {
		v, err := attribute.Sum(a.to.value(before), a.be.value(before))
		if err != nil {
			return nil, err
		}
		members, err := parent(after, a.to)
		if err != nil {
			return nil, err
		}
		members[a.to.last()] = v
	}
	for _, p := range u.removes {
		members, err := parent(after, p)
		if err != nil {
			return nil, err
		}
		delete(members, p.last())
	}
	return after, nil
}

// parent returns the map with the last name of a path. It replaces the maps on the way with copies.
func parent(members attribute.Item, p Path) (attribute.Item, error) {
	for _, name := range p[:len(p)-1] {
		m, isMap := members[name].(*types.AttributeValueMemberM)
		if !isMap {
			return nil, attribute.Invalid("The document path provided in the update expression is invalid for update")
		}
		inner := maps.Clone(m.Value)
		members[name] = &types.AttributeValueMemberM{Value: inner}
		members = inner
	}
	return members, nil
}
