package expression

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// Placeholders holds the names and values that a request's expressions refer to.
type Placeholders struct {
	names  map[string]string
	values attribute.Item
	unused map[string]bool // names and values that no expression has used yet
}

// NewPlaceholders checks the names and values of a request.
func NewPlaceholders(names map[string]string, values attribute.Item) (*Placeholders, error) {
	if names != nil && len(names) == 0 {
		return nil, attribute.Invalid("ExpressionAttributeNames must not be empty")
	}
	if values != nil && len(values) == 0 {
		return nil, attribute.Invalid("ExpressionAttributeValues must not be empty")
	}
	p := &Placeholders{names: names, unused: make(map[string]bool, len(names)+len(values))}
	for name := range names {
		if err := p.declare("ExpressionAttributeNames", '#', name); err != nil {
			return nil, err
		}
	}
	for name := range values {
		if err := p.declare("ExpressionAttributeValues", ':', name); err != nil {
			return nil, err
		}
	}
	var err error
	p.values, err = attribute.AdmitItem(values, 0)
	return p, err
}

// declare notes a placeholder, which no expression has used yet.
func (p *Placeholders) declare(field string, mark byte, name string) error {
	if len(name) < 2 || name[0] != mark || wordSize(name[1:]) < len(name)-1 {
		return attribute.Invalid(`%s contains invalid key: Syntax error; key: "%s"`, field, name)
	}
	p.unused[name] = true
	return nil
}

func (p *Placeholders) name(placeholder token) (string, error) {
	name, ok := p.names[string(placeholder)]
	if !ok {
		return "", attribute.Invalid("An expression attribute name used in the document path is not defined; attribute name: %s", placeholder)
	}
	delete(p.unused, string(placeholder))
	return name, nil
}

func (p *Placeholders) literal(placeholder token) (types.AttributeValue, error) {
	v := p.values[string(placeholder)]
	if v == nil {
		return nil, attribute.Invalid("An expression attribute value used in expression is not defined; attribute value: %s", placeholder)
	}
	delete(p.unused, string(placeholder))
	return v, nil
}

// CheckUsed refuses names and values that no expression has used. Call it after parsing all expressions.
func (p *Placeholders) CheckUsed() error {
	if len(p.unused) == 0 {
		return nil
	}
	all := slices.Sorted(maps.Keys(p.unused))
	field := "ExpressionAttributeNames"
	if all[0][0] == ':' {
		field = "ExpressionAttributeValues"
	}
	return attribute.Invalid("Value provided in %s unused in expressions: keys: {%s}", field, strings.Join(all, ", "))
}
