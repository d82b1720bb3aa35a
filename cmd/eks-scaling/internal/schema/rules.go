package schema

import (
	"encoding/json"
	"math"
	"strconv"

	"github.com/invopop/jsonschema"
)

// rule adds to a schema what its type does not say.
type rule func(*jsonschema.Schema)

// sizes are the numbers of nodes that AWS takes.
func sizes(low int) rule { return between(low, math.MaxInt32) }

// between holds a number within low and high, both included.
func between(low, high int) rule {
	return func(s *jsonschema.Schema) {
		s.Minimum, s.Maximum = json.Number(strconv.Itoa(low)), json.Number(strconv.Itoa(high))
	}
}

// matching holds a text to a pattern.
func matching(pattern string) rule {
	return func(s *jsonschema.Schema) { s.Pattern = pattern }
}

// upTo is how many characters a text may have.
func upTo(characters uint64) rule {
	return func(s *jsonschema.Schema) { s.MaxLength = &characters }
}

// suggesting gives examples, which editors offer.
func suggesting(examples ...any) rule {
	return func(s *jsonschema.Schema) { s.Examples = examples }
}

// absent is what the parser takes when the field is left out.
func absent(value any) rule {
	return func(s *jsonschema.Schema) { s.Default = value }
}

// zone holds a text to the name of a time zone. The machine's own zone has a name too, which the parser refuses.
func zone(s *jsonschema.Schema) {
	s.Pattern, s.Not = zoneName, &jsonschema.Schema{Const: "Local"}
	s.Examples = []any{"America/Sao_Paulo", "UTC"}
}

// notEmpty wants an entry in a list or an object.
func notEmpty(s *jsonschema.Schema) {
	if s.Type == "array" {
		s.MinItems = new(uint64(1))
	} else {
		s.MinProperties = new(uint64(1))
	}
}

func atMost(items uint64) rule {
	return func(s *jsonschema.Schema) { s.MaxItems = &items }
}

// keys holds the names in an object to a pattern.
func keys(pattern string) rule {
	return func(s *jsonschema.Schema) { s.PropertyNames = &jsonschema.Schema{Pattern: pattern} }
}

// each applies to the values of an object whose names are free, or to the items of a list.
func each(rules ...rule) rule {
	return func(s *jsonschema.Schema) {
		inner := s.AdditionalProperties
		if s.Type == "array" {
			inner = s.Items
		}
		apply(rules, inner)
	}
}

// named holds a text in a list to a pattern. YAML takes a name such as 2026 for a number, and the parser for a name.
func named(pattern string) rule {
	return func(s *jsonschema.Schema) {
		*s = jsonschema.Schema{AnyOf: []*jsonschema.Schema{text(pattern), {Type: "integer", Minimum: "0"}}}
	}
}

// exactlyOne of the fields is to be given.
func exactlyOne(fields ...string) rule {
	return func(s *jsonschema.Schema) {
		for _, field := range fields {
			s.OneOf = append(s.OneOf, &jsonschema.Schema{Required: []string{field}})
		}
	}
}

// orShort lets the object be written in a short form too.
func orShort(short func() *jsonschema.Schema) rule {
	return func(s *jsonschema.Schema) {
		object := *s
		object.Description = ""
		*s = jsonschema.Schema{Description: s.Description, AnyOf: []*jsonschema.Schema{short(), &object}}
	}
}

// weekdaysInBoth wants a weekday in both ends of a period's window or in none, and then no other weekdays.
func weekdaysInBoth(s *jsonschema.Schema) {
	s.If = withProperty("from", &jsonschema.Schema{Pattern: onWeekday})
	s.If.Required = []string{"from"}
	s.Then = withProperty("to", &jsonschema.Schema{Pattern: onWeekday})
	s.Then.Required = []string{"to"}
	s.Then.Properties.Set("days", jsonschema.FalseSchema)
	s.Else = withProperty("to", &jsonschema.Schema{Not: &jsonschema.Schema{Pattern: onWeekday}})
}

func withProperty(name string, of *jsonschema.Schema) *jsonschema.Schema {
	s := &jsonschema.Schema{Properties: jsonschema.NewProperties()}
	s.Properties.Set(name, of)
	return s
}

func apply(rules []rule, s *jsonschema.Schema) {
	for _, add := range rules {
		add(s)
	}
}
