package expression

import (
	"cmp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// computed is the right side of an assignment.
type computed interface {
	// of computes the value for an item as it was before the update.
	of(attribute.Item) (types.AttributeValue, error)
}

type (
	plainOperand struct{ operand }
	ifNotExists  struct {
		Path
		otherwise computed
	}
	listAppend struct{ first, second computed }
	sum        struct {
		left, right computed
		sign        int64
	}
)

func (c plainOperand) of(before attribute.Item) (types.AttributeValue, error) {
	v := c.value(before)
	if v == nil {
		return nil, attribute.InvalidForItem("The provided expression refers to an attribute that does not exist in the item")
	}
	return v, nil
}

func (c ifNotExists) of(before attribute.Item) (types.AttributeValue, error) {
	if v := c.value(before); v != nil {
		return v, nil
	}
	return c.otherwise.of(before)
}

func (c listAppend) of(before attribute.Item) (types.AttributeValue, error) {
	first, second, err := both[*types.AttributeValueMemberL](before, c.first, c.second)
	if err != nil {
		return nil, err
	}
	return &types.AttributeValueMemberL{Value: slices.Concat(first.Value, second.Value)}, nil
}

func (c sum) of(before attribute.Item) (types.AttributeValue, error) {
	left, right, err := both[*types.AttributeValueMemberN](before, c.left, c.right)
	if err != nil {
		return nil, err
	}
	n, err := attribute.AddNumbers(left.Value, right.Value, c.sign)
	return &types.AttributeValueMemberN{Value: n}, err
}

// both computes two operands that must have one type.
func both[T types.AttributeValue](before attribute.Item, a, b computed) (first, second T, err error) {
	for _, each := range []struct {
		computed
		into *T
	}{{a, &first}, {b, &second}} {
		v, err := each.of(before)
		if err != nil {
			return first, second, err
		}
		typed, ok := v.(T)
		if !ok {
			return first, second, attribute.InvalidForItem("An operand in the update expression has an incorrect data type")
		}
		*each.into = typed
	}
	return first, second, nil
}

// Apply changes an item. All values are computed before the first change. Removals come last, the deepest and the highest
// index first, so that every index means the list before the update.
func (u *Update) Apply(i attribute.Item) error {
	values := make([]types.AttributeValue, len(u.sets))
	for n, s := range u.sets {
		v, err := s.be.of(i)
		if err != nil {
			return err
		}
		values[n] = attribute.Copy(v)
	}
	order := make([]int, len(u.sets))
	for n := range order {
		order[n] = n
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(u.sets[a].to.last().index, u.sets[b].to.last().index) })
	for _, n := range order {
		if err := set(i, u.sets[n].to, values[n]); err != nil {
			return err
		}
	}
	removes := slices.Clone(u.removes)
	slices.SortStableFunc(removes, func(a, b Path) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(b.last().index, a.last().index))
	})
	for _, p := range removes {
		if err := remove(i, p); err != nil {
			return err
		}
	}
	return nil
}

func (p Path) last() element { return p[len(p)-1] }

// parent finds the map or list that has the last element of a path.
func parent(i attribute.Item, p Path) (members attribute.Item, list *types.AttributeValueMemberL, err error) {
	last := p.last()
	if len(p) == 1 {
		return i, nil, nil
	}
	switch v := p[:len(p)-1].value(i).(type) {
	case *types.AttributeValueMemberM:
		if last.index < 0 {
			return v.Value, nil, nil
		}
	case *types.AttributeValueMemberL:
		if last.index >= 0 {
			return nil, v, nil
		}
	}
	return nil, nil, attribute.InvalidForItem("The document path provided in the update expression is invalid for update")
}

// set puts a value where a path leads. An index beyond the end of a list appends.
func set(i attribute.Item, p Path, v types.AttributeValue) error {
	members, list, err := parent(i, p)
	switch index := p.last().index; {
	case err != nil:
		return err
	case list == nil:
		members[p.last().name] = v
	case index < len(list.Value):
		list.Value[index] = v
	default:
		list.Value = append(list.Value, v)
	}
	return nil
}

// remove takes away what a path leads to. It does nothing if only the last element is missing.
func remove(i attribute.Item, p Path) error {
	members, list, err := parent(i, p)
	switch index := p.last().index; {
	case err != nil:
		return err
	case list == nil:
		delete(members, p.last().name)
	case index < len(list.Value):
		list.Value = slices.Delete(list.Value, index, index+1)
	}
	return nil
}
