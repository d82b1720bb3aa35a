package expression

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// computed is the right side of an assignment: an operand, or the path that if_not_exists tries before it.
type computed struct {
	try Path // nil: none
	operand
}

// of computes the value for an item as it was before the update.
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

// Apply changes an item. All values are computed before the first change. Removals come last.
func (u *Update) Apply(i attribute.Item) error {
	values := make([]types.AttributeValue, len(u.sets))
	for n, s := range u.sets {
		v, err := s.be.of(i)
		if err != nil {
			return err
		}
		values[n] = attribute.Copy(v)
	}
	for n, s := range u.sets {
		members, err := parent(i, s.to)
		if err != nil {
			return err
		}
		members[s.to.last()] = values[n]
	}
	for _, p := range u.removes {
		members, err := parent(i, p)
		if err != nil {
			return err
		}
		delete(members, p.last())
	}
	return nil
}

// parent finds the map that has the last name of a path.
func parent(i attribute.Item, p Path) (attribute.Item, error) {
	if len(p) == 1 {
		return i, nil
	}
	m, isMap := p[:len(p)-1].value(i).(*types.AttributeValueMemberM)
	if !isMap {
		return nil, attribute.Invalid("The document path provided in the update expression is invalid for update")
	}
	return m.Value, nil
}
