package expression

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// Projection is the attributes that a reader asks for; nil is all of them.
type Projection []Path

// Projection parses the projection of a request.
func (p *Placeholders) Projection(text *string) (Projection, error) {
	if text == nil {
		return nil, nil
	}
	return parse("ProjectionExpression", *text, p, func(r *parser) (Projection, error) {
		paths, err := list(r, r.path)
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			if len(path) > 1 {
				return nil, attribute.Unsupported("a part of an attribute in a projection")
			}
		}
		return paths, checkDistinctPaths(paths)
	})
}

// Of copies the attributes out of an item.
func (p Projection) Of(from attribute.Item) attribute.Item {
	if p == nil {
		return attribute.CopyItem(from)
	}
	to := map[string]types.AttributeValue{}
	for _, path := range p {
		if v := from[path.Head()]; v != nil {
			to[path.Head()] = attribute.Copy(v)
		}
	}
	return to
}
