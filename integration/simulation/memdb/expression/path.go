package expression

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// element is a step of a document path: an attribute's name, or an index of a list.
type element struct {
	name  string
	index int // -1 for a name
}

// Path leads to a value in an item. It begins with a name.
type Path []element

// Head is the attribute in which the path begins.
func (p Path) Head() string { return p[0].name }

// value resolves the path in an item; nil if it leads nowhere.
func (p Path) value(in attribute.Item) types.AttributeValue {
	v := in[p[0].name]
	for _, e := range p[1:] {
		v = child(v, e)
	}
	return v
}

// child returns a member of a map or a list; nil if there is none.
func child(of types.AttributeValue, e element) types.AttributeValue {
	switch of := of.(type) {
	case *types.AttributeValueMemberM:
		if e.index < 0 {
			return of.Value[e.name]
		}
	case *types.AttributeValueMemberL:
		if e.index >= 0 && e.index < len(of.Value) {
			return of.Value[e.index]
		}
	}
	return nil
}

// kind of a path's value is not known before there is an item.
func (p Path) kind() string { return "" }

func (p Path) equal(other Path) bool { return slices.Equal(p, other) }

// overlap compares two paths: whether one leads through the other, and whether they take one value for both a map and a
// list.
func (p Path) overlap(other Path) (overlaps, conflicts bool) {
	for i := range min(len(p), len(other)) {
		if (p[i].index < 0) != (other[i].index < 0) {
			return false, true
		}
		if p[i] != other[i] {
			return false, false
		}
	}
	return true, false
}

// String writes a path as DynamoDB does in its messages.
func (p Path) String() string {
	parts := make([]string, len(p))
	for i, e := range p {
		parts[i] = e.name
		if e.index >= 0 {
			parts[i] = "[" + strconv.Itoa(e.index) + "]"
		}
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// checkDistinctPaths refuses paths of which two overlap or conflict.
func checkDistinctPaths(paths []Path) error {
	for i, p := range paths {
		for _, earlier := range paths[:i] {
			overlaps, conflicts := earlier.overlap(p)
			what := ""
			switch {
			case overlaps:
				what = "overlap"
			case conflicts:
				what = "conflict"
			default:
				continue
			}
			return attribute.Invalid("Two document paths %s with each other; must remove or rewrite one of these paths; path one: %s, path two: %s",
				what, earlier, p)
		}
	}
	return nil
}
