package statemachine_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the diagram in docs/how-it-works.md")

// TestDiagram compares the diagram in docs/how-it-works.md with the definition; -update redraws it.
func TestDiagram(t *testing.T) {
	t.Parallel()
	file := filepath.Join("..", "docs", "how-it-works.md")
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```mermaid\n.*?```")
	want := "```mermaid\n" + load(t).diagram() + "```"
	if *update {
		if err := os.WriteFile(file, block.ReplaceAllLiteral(page, []byte(want)), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(block.Find(page))); diff != "" {
		t.Errorf("the diagram in docs/how-it-works.md is out of date; run: make diagram (-want +got)\n%s", diff)
	}
}

// diagram draws the machine in Mermaid's language.
func (m machine) diagram() string {
	var text strings.Builder
	text.WriteString("flowchart TD\n")
	m.draw(&text, "  ")
	return text.String()
}

// shapes are the brackets around a node, by the state's type.
var shapes = map[string][2]string{
	"Choice": {"{", "}"}, "Succeed": {"([", "])"}, "Fail": {"([", "])"}, "Wait": {"[/", "/]"}, "Pass": {"(", ")"},
}

func (m machine) draw(text *strings.Builder, indent string) {
	order := m.order()
	for _, name := range order {
		s := m.States[name]
		if s.ItemProcessor != nil {
			fmt.Fprintf(text, "%ssubgraph %s[\"%s\"]\n", indent, id(name), name)
			s.ItemProcessor.draw(text, indent+"  ")
			fmt.Fprintf(text, "%send\n", indent)
			continue
		}
		shape, ok := shapes[s.Type]
		if !ok {
			shape = [2]string{"[", "]"}
		}
		fmt.Fprintf(text, "%s%s%s\"%s\"%s\n", indent, id(name), shape[0], name, shape[1])
	}
	for _, name := range order {
		m.arrows(text, indent, name)
	}
}

func (m machine) arrows(text *strings.Builder, indent, name string) {
	s := m.States[name]
	plain := slices.DeleteFunc([]string{s.Next, s.Default}, func(n string) bool { return n == "" })
	for _, c := range s.Choices {
		plain = append(plain, fmt.Sprint(c["Next"]))
	}
	slices.Sort(plain)
	for _, next := range slices.Compact(plain) {
		fmt.Fprintf(text, "%s%s --> %s\n", indent, id(name), id(next))
	}
	for _, c := range s.Catch {
		if !slices.Contains(plain, c.Next) {
			fmt.Fprintf(text, "%s%s -. error .-> %s\n", indent, id(name), id(c.Next))
		}
	}
}

// order lists the states as one meets them, breadth first.
func (m machine) order() []string {
	order := []string{m.StartAt}
	for i := 0; i < len(order); i++ {
		for _, next := range m.States[order[i]].next() {
			if !slices.Contains(order, next) {
				order = append(order, next)
			}
		}
	}
	return order
}

func id(name string) string {
	return strings.TrimSuffix(name, "?")
}
