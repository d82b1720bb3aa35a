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
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/printable"
)

// PrintJSON prints a value as JSON.
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

// escaped escapes the control characters that the encoder leaves alone: DEL, C1 and those that reorder text. They only occur inside
// strings, so the value stays the same.
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

// The output formats.
const (
	TableOutput = "table"
	JSONOutput  = "json"
	YAMLOutput  = "yaml"
	SVGOutput   = "svg"
)

// Output is the output format of a verb; tables are the default.
type Output struct {
	Form  string
	Also  []string // forms beside tables, JSON and YAML
	Forms []string // all forms, the default first, of a verb without tables
}

func (p *Output) known() []string {
	if p.Forms != nil {
		return p.Forms
	}
	return append([]string{TableOutput, JSONOutput, YAMLOutput}, p.Also...)
}

// AddFlag adds the flag --output.
func (p *Output) AddFlag(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&p.Form, "output", "o", p.known()[0], "output format: "+strings.Join(p.known(), ", "))
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
	if closest := english.DidYouMean(p.Form, p.known()); closest != "" {
		return Usage(cmd, fmt.Errorf("invalid --output %q%s", p.Form, closest))
	}
	return Usage(cmd, fmt.Errorf("invalid --output %q: use %s", p.Form, strings.Join(p.known(), ", ")))
}

// Document is an answer that [Output.Print] prints as a document.
type Document struct{ Value any }

// Print prints an answer for machines in its [Envelope], or for people what inWords writes.
func (p *Output) Print(out io.Writer, value any, inWords func(io.Writer) error) error {
	if d, isDocument := value.(Document); isDocument {
		return p.PrintDocument(out, d.Value, inWords)
	}
	if p.Form != JSONOutput && p.Form != YAMLOutput {
		return inWords(out)
	}
	answer, err := Envelope(value)
	if err != nil {
		return err
	}
	return p.PrintDocument(out, answer, inWords)
}

// PrintDocument is Print for a document that other tools read, such as a configuration: it has no envelope.
func (p *Output) PrintDocument(out io.Writer, value any, inWords func(io.Writer) error) error {
	switch p.Form {
	case JSONOutput:
		return PrintJSON(out, value)
	case YAMLOutput:
		text, err := ToYAML(value)
		if err == nil {
			_, err = out.Write(text)
		}
		return err
	default:
		return inWords(out)
	}
}

// SplitStreams returns the writer of the answer, and the environment of everything else. If the answer is for machines, everything else
// goes to stderr. Questions are then asked only if stderr is a terminal.
func (p *Output) SplitStreams(cmd *cobra.Command, env Environment) (io.Writer, Environment) {
	env.Told = cmd.OutOrStdout()
	if p.Form != TableOutput {
		env.Told = cmd.ErrOrStderr()
		env.Interactive = env.StdinIsTerminal && env.StderrIsTerminal
	}
	return cmd.OutOrStdout(), env
}

// AnsweredError is an error beside which machines get an answer, such as what was done before it.
type AnsweredError struct {
	Answer any
	Err    error
}

func (e AnsweredError) Error() string { return e.Err.Error() }

// Unwrap returns the error.
func (e AnsweredError) Unwrap() error { return e.Err }

// Run runs a verb that tells people what it does, and prints its result for machines.
func (p *Output) Run(cmd *cobra.Command, env Environment, do func(Environment) (any, error)) error {
	if err := p.Check(cmd); err != nil {
		return err
	}
	out, env := p.SplitStreams(cmd, env)
	value, err := do(env)
	if answered, ok := errors.AsType[AnsweredError](err); ok && p.Form != TableOutput {
		err = errors.Join(err, p.Print(out, answered.Answer, nil))
	}
	if err != nil {
		return WithRemedy(err)
	}
	return p.Print(out, value, func(io.Writer) error { return nil }) // people have read it
}

// RunWithStack is Run for a verb that works on the deployed stack.
func (p *Output) RunWithStack(cmd *cobra.Command, env Environment, do func(Environment, Session) (any, error)) error {
	return p.Run(cmd, env, func(env Environment) (any, error) {
		s, err := env.Open(cmd)
		if err != nil {
			return nil, err
		}
		return do(env, s)
	})
}

// ToYAML returns a value as YAML, with the fields in the order of its JSON. Short objects and lists of plain values take one line.
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

// longestLine limits a line of YAML that holds an object, without its indentation.
const longestLine = 110

// layOut styles a node and all below it. It returns the length in one line, or more than longestLine if it takes several.
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
