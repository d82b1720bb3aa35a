package memdb_test

import (
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"
)

// expression collects the placeholders of drawn expressions.
type expression struct {
	names  map[string]string
	values map[string]types.AttributeValue
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int) types.AttributeValue { return &types.AttributeValueMemberN{Value: strconv.Itoa(n)} }

func (e *expression) value(v types.AttributeValue) string {
	if e.values == nil {
		e.values = map[string]types.AttributeValue{}
	}
	name := fmt.Sprintf(":v%d", len(e.values))
	e.values[name] = v
	return name
}

// path writes a path, sometimes with placeholders for its names.
func (e *expression) path(t *rapid.T, p string) string {
	if !rapid.Bool().Draw(t, "with placeholders") {
		return p
	}
	names := strings.Split(p, ".")
	for i, name := range names {
		if e.names == nil {
			e.names = map[string]string{}
		}
		e.names["#"+name] = name
		names[i] = "#" + name
	}
	return strings.Join(names, ".")
}

var (
	// The leaves are the paths that hold scalars, if anything.
	leaves = []string{"num", "str", "flag", "map1.num", "map1.str", "map1.deep.num", "map2.num", "gone.num", "tally"}
	all    = append([]string{"map1", "map2", "map1.deep", "lst", "map1.lst", "gone"}, leaves...)
)

func drawScalar(t *rapid.T) types.AttributeValue {
	switch rapid.IntRange(0, 5).Draw(t, "type") {
	case 0, 1:
		return number(rapid.IntRange(-2, 3).Draw(t, "number"))
	case 2:
		return &types.AttributeValueMemberN{Value: rapid.SampledFrom([]string{"1.50", "1e3", "0.001", "-0", "007"}).Draw(t, "number")}
	case 3, 4:
		return text(rapid.SampledFrom([]string{"a", "ab", "abc", "b"}).Draw(t, "text"))
	}
	return &types.AttributeValueMemberBOOL{Value: true}
}

func drawList(t *rapid.T) types.AttributeValue {
	l := &types.AttributeValueMemberL{Value: []types.AttributeValue{}}
	for range rapid.IntRange(0, 3).Draw(t, "length") {
		l.Value = append(l.Value, drawScalar(t))
	}
	return l
}

func drawMap(t *rapid.T) types.AttributeValue {
	m := map[string]types.AttributeValue{"num": drawScalar(t)}
	if rapid.Bool().Draw(t, "deep") {
		m["deep"] = &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"num": number(1)}}
		m["lst"] = drawList(t)
	}
	return &types.AttributeValueMemberM{Value: m}
}

// drawItem fills an item beside its key.
func drawItem(t *rapid.T, key map[string]types.AttributeValue) map[string]types.AttributeValue {
	i := maps.Clone(key)
	for _, part := range []struct {
		name string
		draw func(*rapid.T) types.AttributeValue
	}{{"num", drawScalar}, {"str", drawScalar}, {"lst", drawList}, {"map1", drawMap}, {"map2", drawMap}} {
		if rapid.Bool().Draw(t, "has "+part.name) {
			i[part.name] = part.draw(t)
		}
	}
	return i
}

// condition draws a condition of some depth.
func (e *expression) condition(t *rapid.T, depth int) string {
	kinds := []func(*rapid.T) string{e.question, e.comparison}
	if depth > 0 {
		deeper := func(t *rapid.T) string { return e.condition(t, depth-1) }
		kinds = append(kinds,
			func(t *rapid.T) string { return fmt.Sprintf("%s AND (%s OR %s)", deeper(t), deeper(t), deeper(t)) },
			func(t *rapid.T) string { return fmt.Sprintf("%s or %s AND %s", deeper(t), deeper(t), deeper(t)) },
		)
	}
	return rapid.SampledFrom(kinds).Draw(t, "condition")(t)
}

func (e *expression) leaf(t *rapid.T) string {
	return e.path(t, rapid.SampledFrom(leaves).Draw(t, "leaf"))
}

func (e *expression) anything(t *rapid.T) string {
	return e.path(t, rapid.SampledFrom(all).Draw(t, "path"))
}

func (e *expression) scalar(t *rapid.T) string { return e.value(drawScalar(t)) }

// question asks about a path alone.
func (e *expression) question(t *rapid.T) string {
	function := rapid.SampledFrom([]string{"attribute_exists", "attribute_not_exists"}).Draw(t, "question")
	return fmt.Sprintf("%s(%s)", function, e.anything(t))
}

func (e *expression) comparison(t *rapid.T) string {
	if rapid.Bool().Draw(t, "of a map") {
		return fmt.Sprintf("%s = %s", e.anything(t), e.value(drawMap(t)))
	}
	if rapid.Bool().Draw(t, "of numbers") {
		operator := rapid.SampledFrom([]string{"<", "<=", ">="}).Draw(t, "operator")
		return fmt.Sprintf("%s %s %s", e.leaf(t), operator, e.value(number(rapid.IntRange(-2, 3).Draw(t, "number"))))
	}
	return fmt.Sprintf("%s = %s", e.leaf(t), e.scalar(t))
}

// update draws an update with at least one SET, because dynalite creates an item where DynamoDB only removes.
func (e *expression) update(t *rapid.T) string {
	free := rapid.Permutation([]string{"num", "str", "map1.num", "map1.str", "map2.num", "map1.deep.num", "map2", "gone", "gone.num", "lst"}).Draw(t, "paths")
	var sets []string
	for _, p := range free[:rapid.IntRange(1, 3).Draw(t, "sets")] {
		sets = append(sets, e.path(t, p)+" = "+e.computed(t, p))
	}
	text := "SET " + strings.Join(sets, ", ")
	if rapid.Bool().Draw(t, "adds") { // to numbers alone, as dynalite adds to texts too
		text += " ADD tally " + e.value(number(rapid.IntRange(-2, 3).Draw(t, "number")))
	}
	removes := rapid.SampledFrom([]string{"", "flag", "map1.lst", "map1.deep", "map2.str"}).Draw(t, "remove")
	if removes != "" {
		text += " REMOVE " + e.path(t, removes)
	}
	return text
}

func (e *expression) computed(t *rapid.T, to string) string {
	switch to {
	case "lst":
		return e.value(drawList(t))
	case "map2", "gone":
		return e.value(drawMap(t))
	}
	switch rapid.IntRange(0, 2).Draw(t, "computed") {
	case 0:
		return e.leaf(t)
	case 1:
		return fmt.Sprintf("if_not_exists(%s, %s)", e.leaf(t), e.scalar(t))
	}
	return e.scalar(t)
}
