package expression

import (
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

// Project copies the parts of an item to which paths lead.
func Project(from attribute.Item, paths []Path) attribute.Item {
	to := attribute.Item{}
	for _, p := range paths {
		v := p.value(from)
		if v == nil {
			continue
		}
		members := to
		for _, name := range p[:len(p)-1] {
			m, known := members[name].(*types.AttributeValueMemberM)
			if !known {
				m = &types.AttributeValueMemberM{Value: attribute.Item{}}
				members[name] = m
			}
			members = m.Value
		}
		members[p.last()] = attribute.Copy(v)
	}
	return to
}
