package expression

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// Path leads to a value in an item through maps, by names.
type Path []string

// Head is the attribute in which the path begins.
func (p Path) Head() string { return p[0] }

func (p Path) last() string { return p[len(p)-1] }

// value resolves the path in an item; nil if it leads nowhere.
func (p Path) value(in attribute.Item) types.AttributeValue {
	v := in[p[0]]
	for _, name := range p[1:] {
		m, isMap := v.(*types.AttributeValueMemberM)
		if !isMap {
			return nil
		}
		v = m.Value[name]
	}
	return v
}

// overlaps reports whether one path leads through the other.
func (p Path) overlaps(other Path) bool {
	n := min(len(p), len(other))
	return slices.Equal(p[:n], other[:n])
}

// String writes a path as DynamoDB does in its messages.
func (p Path) String() string { return "[" + strings.Join(p, ", ") + "]" }

// checkDistinctPaths refuses overlapping paths.
func checkDistinctPaths(paths []Path) error {
	for i, p := range paths {
		for _, earlier := range paths[:i] {
			if earlier.overlaps(p) {
				return attribute.Invalid("Two document paths overlap with each other; must remove or rewrite one of these paths; path one: %s, path two: %s",
					earlier, p)
			}
		}
	}
	return nil
}
