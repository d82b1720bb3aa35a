package states

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// required refuses a member that is missing or does not have 1 to most characters.
func required(member string, value *string, most int) error {
	if value == nil {
		return constraint("null", member, "Member must not be null")
	}
	return sized(member, value, 1, most)
}

// sized refuses a member that was sent with too few or too many characters.
func sized(member string, value *string, least, most int) error {
	if value == nil {
		return nil
	}
	switch n := utf8.RuneCountInString(*value); {
	case n < least:
		return constraint(quoted(*value), member, fmt.Sprintf("Member must have length greater than or equal to %d", least))
	case n > most:
		return constraint(quoted(*value), member, fmt.Sprintf("Member must have length less than or equal to %d", most))
	}
	return nil
}

func oneOf(member string, value *string, values []string) error {
	if value == nil || slices.Contains(values, *value) {
		return nil
	}
	return constraint(quoted(*value), member, "Member must satisfy enum value set: ["+strings.Join(values, ", ")+"]")
}

// firstError returns the first of several errors; AWS reports all at once.
func firstError(refusals ...error) error {
	for _, refusal := range refusals {
		if refusal != nil {
			return refusal
		}
	}
	return nil
}

func quoted(value string) string { return "'" + value + "'" }

func constraint(value, member, rule string) error {
	const format = "1 validation error detected: Value %s at '%s' failed to satisfy constraint: %s"
	return refused("ValidationException", format, value, member, rule)
}
