package expression

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// Projection lists the requested attributes; nil means all.
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
		if v := path.value(from); v != nil {
			path.put(attribute.Copy(v), to)
		}
	}
	return to
}

// put sets a value at a path, with the maps around it.
func (p Path) put(v types.AttributeValue, into map[string]types.AttributeValue) {
	for _, name := range p[:len(p)-1] {
		inner, isMap := into[name].(*types.AttributeValueMemberM)
		if !isMap {
			inner = &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{}}
			into[name] = inner
		}
		into = inner.Value
	}
	into[p.last()] = v
}
