package frame

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/printable"
)

// PrintJSON writes a value for machines.
func PrintJSON(out io.Writer, value any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	_, err := io.WriteString(out, escaped(text.String()))
	return err
}

// escaped writes the control characters as JSON may, which the encoder leaves as they are: DEL, C1 and those that turn a text around.
// They can only be inside of texts, so that the value is the same.
func escaped(text string) string {
	var out strings.Builder
	for _, r := range text {
		if r != '\n' && printable.Check(string(r)) != nil {
			term.Say(&out, `\u%04x`, r)
		} else {
			out.WriteRune(r)
		}
	}
	return out.String()
}

// The forms in which a verb answers.
const (
	TableOutput = "table"
	JSONOutput  = "json"
	yamlOutput  = "yaml"
	SVGOutput   = "svg"
)

// Output is how such a verb answers: in one of the forms that it knows, of which tables are the default.
type Output struct {
	Form string
	Also []string // forms beside tables, JSON and YAML
}

func (p *Output) known() []string {
	return append([]string{TableOutput, JSONOutput, yamlOutput}, p.Also...)
}

// AddFlag adds the flag --output.
func (p *Output) AddFlag(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&p.Form, "output", "o", TableOutput, "how to answer: "+strings.Join(p.known(), ", "))
	known := cobra.FixedCompletions(p.known(), cobra.ShellCompDirectiveNoFileComp)
	if err := cmd.RegisterFlagCompletionFunc("output", known); err != nil {
		panic(err) // only a flag that is not there, or has a completion already
	}
}

// Args checks the form after the arguments.
func (p *Output) Args(args cobra.PositionalArgs) cobra.PositionalArgs {
	return cobra.MatchAll(args, p.checkArgs)
}

func (p *Output) checkArgs(cmd *cobra.Command, _ []string) error { return p.Check(cmd) }

// Check refuses an unknown form.
func (p *Output) Check(cmd *cobra.Command) error {
	if slices.Contains(p.known(), p.Form) {
		return nil
	}
	return Usage(cmd, fmt.Errorf("--output: found %q; want one of: %s", p.Form, strings.Join(p.known(), ", ")))
}

// Print answers with a value for machines, or for people with what the given function writes.
func (p *Output) Print(out io.Writer, value any, inWords func(io.Writer) error) error {
	switch p.Form {
	case JSONOutput:
		return PrintJSON(out, value)
	case yamlOutput:
		text, err := ToYAML(value)
		if err == nil {
			_, err = out.Write(text)
		}
		return err
	default:
		return inWords(out)
	}
}

// SplitStreams returns where the answer goes, and the environment of all else. If the answer is for machines, everything else that the
// verb says goes to stderr from then on, questions included, which are asked only if somebody reads that.
func (p *Output) SplitStreams(cmd *cobra.Command, env Environment) (io.Writer, Environment) {
	out := cmd.OutOrStdout()
	if p.Form != TableOutput {
		cmd.SetOut(cmd.ErrOrStderr())
		env.Interactive = env.StdinIsTerminal && env.StderrIsTerminal
	}
	return out, env
}

// Run has a verb do its work, which tells people what it does as it goes on, and answers with what has come of it, for
// machines.
func (p *Output) Run(cmd *cobra.Command, env Environment, do func(Environment) (any, error)) error {
	if err := p.Check(cmd); err != nil {
		return err
	}
	out, env := p.SplitStreams(cmd, env)
	value, err := do(env)
	if err != nil {
		return WithRemedy(err)
	}
	return p.Print(out, value, func(io.Writer) error { return nil }) // people have read it
}

// RunWithStack is answer for a verb that works on the deployed stack.
func (p *Output) RunWithStack(cmd *cobra.Command, env Environment, do func(Environment, Session) (any, error)) error {
	return p.Run(cmd, env, func(env Environment) (any, error) {
		s, err := env.Open(cmd)
		if err != nil {
			return nil, err
		}
		return do(env, s)
	})
}

// ToYAML is a value as YAML, with the fields in the order of its JSON form. An object stands in one line, if that is a short
// one, and so does a list of plain values.
func ToYAML(value any) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil { // JSON is YAML
		return nil, fmt.Errorf("turning JSON into YAML: %w", err)
	}
	layOut(&doc)
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	err = errors.Join(encoder.Encode(&doc), encoder.Close())
	return out.Bytes(), err
}

// longestLine is how long a line of YAML may be with an object in it, its indentation aside.
const longestLine = 110

// layOut gives a node and all below it their style, and returns how long it is in one line, or more than longestLine if it
// takes several.
func layOut(n *yaml.Node) int {
	length := 0
	for _, inner := range n.Content {
		if n.Kind == yaml.SequenceNode && inner.Kind == yaml.MappingNode {
			length = longestLine + 1
		}
		length += layOut(inner) + len(", ")
	}
	switch {
	case n.Kind == yaml.ScalarNode:
		n.Style = 0
		if config.NeedsQuotes(n.Value) {
			n.Style = yaml.DoubleQuotedStyle
		}
		return len(n.Value)
	case n.Kind == yaml.DocumentNode, length > longestLine:
		n.Style = 0
		return longestLine + 1
	default:
		n.Style = yaml.FlowStyle
		return length
	}
}
