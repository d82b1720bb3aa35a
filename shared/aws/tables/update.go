package tables

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// update collects what one UpdateItem changes: fields at any depth, so that calls that change different fields of an item
// at the same time do not disturb each other.
type update struct {
	sets, removes, adds, conditions []string
	names                           map[string]string
	values                          item
	err                             error
}

func newUpdate() *update {
	return &update{names: map[string]string{}, values: item{}}
}

// path returns a document path with a placeholder for each name.
func (u *update) path(names ...string) string {
	parts := make([]string, len(names))
	for i, name := range names {
		placeholder := ""
		for known, of := range u.names {
			if of == name {
				placeholder = known
			}
		}
		if placeholder == "" {
			placeholder = fmt.Sprintf("#n%d", len(u.names))
			u.names[placeholder] = name
		}
		parts[i] = placeholder
	}
	return strings.Join(parts, ".")
}

// value returns a placeholder for a value, which is stored in its JSON form.
func (u *update) value(v any) string {
	values, err := marshal(map[string]any{"v": v})
	if err != nil {
		u.err = err
		return ""
	}
	placeholder := fmt.Sprintf(":v%d", len(u.values))
	u.values[placeholder] = values["v"]
	return placeholder
}

func (u *update) set(v any, names ...string) {
	u.sets = append(u.sets, u.path(names...)+" = "+u.value(v))
}

// restore sets a field that does not exist.
func (u *update) restore(v any, names ...string) {
	path := u.path(names...)
	u.sets = append(u.sets, fmt.Sprintf("%s = if_not_exists(%s, %s)", path, path, u.value(v)))
}

// ensure creates a field as an empty map if it does not exist.
func (u *update) ensure(name string) { u.restore(map[string]any{}, name) }

func (u *update) remove(names ...string) {
	u.removes = append(u.removes, u.path(names...))
}

// add adds to a number; a missing one counts as 0.
func (u *update) add(n int, name string) {
	u.adds = append(u.adds, u.path(name)+" "+u.value(n))
}

// atMost adds the condition that a number, if it exists, is not greater.
func (u *update) atMost(n int, name string) {
	path := u.path(name)
	u.conditions = append(u.conditions, fmt.Sprintf("(attribute_not_exists(%s) OR %s <= %s)", path, path, u.value(n)))
}

// between adds the condition that a number is at least low and less than high.
func (u *update) between(low, high int64, name string) {
	path := u.path(name)
	u.conditions = append(u.conditions, fmt.Sprintf("%s >= %s", path, u.value(low)), fmt.Sprintf("%s < %s", path, u.value(high)))
}

// outside adds the condition that a number, if it exists, is less than low or greater than high.
func (u *update) outside(low, high int64, name string) {
	path := u.path(name)
	u.conditions = append(u.conditions, fmt.Sprintf("(attribute_not_exists(%s) OR %s < %s OR %s < %s)", path, path, u.value(low), u.value(high), path))
}

// equals adds the condition that a field has a value.
func (u *update) equals(v any, names ...string) {
	u.conditions = append(u.conditions, u.path(names...)+" = "+u.value(v))
}

// oneOf adds the condition that a field has one of several values.
func (u *update) oneOf(values []any, names ...string) {
	var allowed []string
	for _, v := range values {
		allowed = append(allowed, u.path(names...)+" = "+u.value(v))
	}
	u.conditions = append(u.conditions, "("+strings.Join(allowed, " OR ")+")")
}

// absent adds the condition that a field does not exist.
func (u *update) absent(names ...string) {
	u.conditions = append(u.conditions, "attribute_not_exists("+u.path(names...)+")")
}

// expression returns the update expression and the condition, which is nil if there is none.
func (u *update) expression() (text, condition *string) {
	var parts []string
	if len(u.sets) > 0 {
		parts = append(parts, "SET "+strings.Join(u.sets, ", "))
	}
	if len(u.removes) > 0 {
		parts = append(parts, "REMOVE "+strings.Join(u.removes, ", "))
	}
	if len(u.adds) > 0 {
		parts = append(parts, "ADD "+strings.Join(u.adds, ", "))
	}
	joined := strings.Join(parts, " ")
	if len(u.conditions) > 0 {
		all := strings.Join(u.conditions, " AND ")
		condition = &all
	}
	return &joined, condition
}

// attributes returns the values of the placeholders; nil if there are none, as DynamoDB requires.
func (u *update) attributes() map[string]types.AttributeValue {
	if len(u.values) == 0 {
		return nil
	}
	return u.values
}
