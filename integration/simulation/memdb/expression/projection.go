package expression

import (
	"cmp"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// Projected parses a projection; nil means all attributes.
func Projected(expression *string, names map[string]string) ([]Path, error) {
	p, err := NewPlaceholders(names, nil)
	if err != nil {
		return nil, err
	}
	paths, err := p.Projection(expression)
	if err != nil {
		return nil, err
	}
	return paths, p.CheckUsed()
}

// Projection parses the projection of a request; nil means all attributes.
func (p *Placeholders) Projection(expression *string) ([]Path, error) {
	if expression == nil {
		return nil, nil
	}
	return parse("ProjectionExpression", *expression, p, (*parser).projection)
}

// projection reads the paths of a projection.
func (r *parser) projection() ([]Path, error) {
	paths, err := list(r, r.path)
	if err != nil {
		return nil, err
	}
	return paths, checkDistinctPaths(paths)
}

// Project copies the parts of an item to which paths lead. Of a list it keeps the chosen members, in their order.
func Project(from attribute.Item, paths []Path) attribute.Item {
	tree := &branch{}
	for _, p := range paths {
		if p.value(from) != nil {
			tree.add(p)
		}
	}
	to := attribute.Item{}
	for e, b := range tree.children {
		to[e.name] = b.copy(from[e.name])
	}
	return to
}

// branch is a part of a document of which the children are wanted; all of it if there are none.
type branch struct{ children map[element]*branch }

func (b *branch) add(p Path) {
	for _, e := range p {
		if b.children == nil {
			b.children = map[element]*branch{}
		}
		if b.children[e] == nil {
			b.children[e] = &branch{}
		}
		b = b.children[e]
	}
}

func (b *branch) copy(v types.AttributeValue) types.AttributeValue {
	if b.children == nil {
		return attribute.Copy(v)
	}
	if _, isMap := v.(*types.AttributeValueMemberM); isMap {
		m := attribute.Item{}
		for e, c := range b.children {
			m[e.name] = c.copy(child(v, e))
		}
		return &types.AttributeValueMemberM{Value: m}
	}
	l := &types.AttributeValueMemberL{}
	byIndex := func(a, b element) int { return cmp.Compare(a.index, b.index) }
	for _, e := range slices.SortedFunc(maps.Keys(b.children), byIndex) {
		l.Value = append(l.Value, b.children[e].copy(child(v, e)))
	}
	return l
}
