package memdb

import (
	"cmp"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// projected parses a projection; nil means all attributes.
func projected(expression *string, names map[string]string) ([]path, error) {
	p, err := newPlaceholders(names, nil)
	if err != nil {
		return nil, err
	}
	paths, err := p.projection(expression)
	if err != nil {
		return nil, err
	}
	return paths, p.checkUsed()
}

// projection parses the projection of a request; nil means all attributes.
func (p *placeholders) projection(expression *string) ([]path, error) {
	if expression == nil {
		return nil, nil
	}
	return parse("ProjectionExpression", *expression, p, (*parser).projection)
}

// projection reads the paths of a projection.
func (r *parser) projection() ([]path, error) {
	paths, err := list(r, r.path)
	if err != nil {
		return nil, err
	}
	return paths, checkDistinctPaths(paths)
}

// project copies the parts of an item to which paths lead. Of a list it keeps the chosen members, in their order.
func project(from item, paths []path) item {
	tree := &branch{}
	for _, p := range paths {
		if p.value(from) != nil {
			tree.add(p)
		}
	}
	to := item{}
	for e, b := range tree.children {
		to[e.name] = b.copy(from[e.name])
	}
	return to
}

// branch is a part of a document of which the children are wanted; all of it if there are none.
type branch struct{ children map[element]*branch }

func (b *branch) add(p path) {
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
		return copyValue(v)
	}
	if _, isMap := v.(*types.AttributeValueMemberM); isMap {
		m := item{}
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
