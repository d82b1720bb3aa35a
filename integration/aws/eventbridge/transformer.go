package eventbridge

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Transformer makes the input of a target from parts of an event.
type Transformer struct {
	InputPathsMap map[string]string
	InputTemplate string
}

// The limits of a transformer.
const (
	maxPaths    = 100
	maxTemplate = 8192
)

var (
	validVariable = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	validPath     = regexp.MustCompile(`^\$(\.[A-Za-z0-9_-]+(\[[0-9]+\])?)*$`)
	reference     = regexp.MustCompile(`<[A-Za-z0-9_.-]+>`)
)

func (t *Transformer) check() error {
	switch {
	case t.InputTemplate == "":
		return errors.New("InputTemplate is required")
	case len(t.InputTemplate) > maxTemplate:
		return fmt.Errorf("InputTemplate has %d characters; at most %d are allowed", len(t.InputTemplate), maxTemplate)
	case len(t.InputPathsMap) > maxPaths:
		return fmt.Errorf("InputPathsMap has %d entries; at most %d are allowed", len(t.InputPathsMap), maxPaths)
	}
	for name, path := range t.InputPathsMap {
		if !validVariable.MatchString(name) || strings.HasPrefix(strings.ToUpper(name), "AWS") {
			return fmt.Errorf("InputPathsMap: invalid name %q", name)
		}
		if !validPath.MatchString(path) {
			return fmt.Errorf("InputPathsMap: %s: invalid path %q", name, path)
		}
	}
	for _, found := range reference.FindAllString(t.InputTemplate, -1) {
		name := strings.Trim(found, "<>")
		if _, known := t.InputPathsMap[name]; !known && !strings.HasPrefix(name, "aws.events.") {
			return fmt.Errorf("InputTemplate: %s is not in InputPathsMap", found)
		}
	}
	return nil
}

// transform fills in the template. A value that is missing in the event is empty. In a JSON template, a variable outside of a text is
// replaced by its JSON, and inside of one by its escaped text.
func (t *Transformer) transform(r Rule, e Event) (string, error) {
	var event any
	if err := json.Unmarshal(e.JSON(), &event); err != nil {
		return "", err
	}
	inText, last := false, 0
	var out strings.Builder
	for _, at := range reference.FindAllStringIndex(t.InputTemplate, -1) {
		before := t.InputTemplate[last:at[0]]
		out.WriteString(before)
		inText = inText != (quotes(before)%2 == 1)
		out.WriteString(t.valueOf(t.InputTemplate[at[0]+1:at[1]-1], event, r, e).in(inText))
		last = at[1]
	}
	out.WriteString(t.InputTemplate[last:])
	if text := out.String(); json.Valid([]byte(text)) {
		return text, nil
	}
	return "", fmt.Errorf("the filled in template is no JSON, and AWS drops the event: %s", out.String())
}

// quotes counts the quotation marks that begin or end a text.
func quotes(text string) int {
	return strings.Count(strings.ReplaceAll(strings.ReplaceAll(text, `\\`, ""), `\"`, ""), `"`)
}

type value struct {
	value   any
	present bool
}

func (v value) in(text bool) string {
	if !v.present {
		if text {
			return ""
		}
		return `""`
	}
	_, isText := v.value.(string)
	data, err := json.Marshal(v.value)
	if err != nil {
		panic(err) // it comes from JSON
	}
	if !text {
		return string(data)
	}
	if isText {
		return string(data[1 : len(data)-1])
	}
	escaped, _ := json.Marshal(string(data)) // a text has a JSON form
	return string(escaped[1 : len(escaped)-1])
}

func (t *Transformer) valueOf(name string, event any, r Rule, e Event) value {
	switch name {
	case "aws.events.rule-name":
		return value{r.Name, true}
	case "aws.events.rule-arn":
		return value{r.ARN, true}
	case "aws.events.event.ingestion-time":
		return value{e.Time.UTC().Format("2006-01-02T15:04:05Z"), true}
	case "aws.events.event", "aws.events.event.json":
		return value{event, true}
	}
	return follow(t.InputPathsMap[name], event)
}

// follow finds the value at a path such as $.detail.failures[0].cause.
func follow(path string, at any) value {
	for _, part := range strings.Split(path, ".")[1:] {
		name, index, indexed := strings.Cut(strings.TrimSuffix(part, "]"), "[")
		object, _ := at.(map[string]any)
		next, found := object[name]
		if !found {
			return value{}
		}
		at = next
		if indexed {
			list, _ := at.([]any)
			n := 0
			if _, err := fmt.Sscan(index, &n); err != nil || n >= len(list) {
				return value{}
			}
			at = list[n]
		}
	}
	return value{at, true}
}
