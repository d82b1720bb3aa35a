package main

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

	"eks-scaling-automation/shared/config"
)

// The forms in which a verb answers.
const (
	tableOutput = "table"
	jsonOutput  = "json"
	yamlOutput  = "yaml"
	svgOutput   = "svg"
)

// presentation is how such a verb answers: in one of the forms that it knows, of which tables are the default.
type presentation struct {
	output string
	also   []string // forms beside tables, JSON and YAML
}

func (p *presentation) known() []string {
	return append([]string{tableOutput, jsonOutput, yamlOutput}, p.also...)
}

func (p *presentation) flag(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&p.output, "output", "o", tableOutput, "how to answer: "+strings.Join(p.known(), ", "))
	known := cobra.FixedCompletions(p.known(), cobra.ShellCompDirectiveNoFileComp)
	if err := cmd.RegisterFlagCompletionFunc("output", known); err != nil {
		panic(err) // only a flag that is not there, or has a completion already
	}
}

func (p *presentation) check(cmd *cobra.Command) error {
	if slices.Contains(p.known(), p.output) {
		return nil
	}
	return usage(cmd, fmt.Errorf("--output: found %q; want one of: %s", p.output, strings.Join(p.known(), ", ")))
}

// print answers with a value for machines, or for people with what the given function writes.
func (p *presentation) print(out io.Writer, value any, inWords func(io.Writer) error) error {
	switch p.output {
	case jsonOutput:
		return printJSON(out, value)
	case yamlOutput:
		text, err := toYAML(value)
		if err == nil {
			_, err = out.Write(text)
		}
		return err
	default:
		return inWords(out)
	}
}

// apart returns where the answer goes, and the environment of all else. If the answer is for machines, everything else that the
// verb says goes to stderr from then on, questions included, which are asked only if somebody reads that.
func (p *presentation) apart(cmd *cobra.Command, env environment) (io.Writer, environment) {
	out := cmd.OutOrStdout()
	if p.output != tableOutput {
		cmd.SetOut(cmd.ErrOrStderr())
		env.terminal = env.typing && env.watched
	}
	return out, env
}

// answer has a verb do its work, which tells people what it does as it goes on, and answers with what has come of it, for
// machines.
func (p *presentation) answer(cmd *cobra.Command, env environment, do func(environment) (any, error)) error {
	if err := p.check(cmd); err != nil {
		return err
	}
	out, env := p.apart(cmd, env)
	value, err := do(env)
	if err != nil {
		return withRemedy(err)
	}
	return p.print(out, value, func(io.Writer) error { return nil }) // people have read it
}

// answerFrom is answer for a verb that works on the deployed stack.
func (p *presentation) answerFrom(cmd *cobra.Command, env environment, do func(environment, session) (any, error)) error {
	return p.answer(cmd, env, func(env environment) (any, error) {
		s, err := env.open(cmd)
		if err != nil {
			return nil, err
		}
		return do(env, s)
	})
}

// toYAML is a value as YAML, with the fields in the order of its JSON form. An object stands in one line, if that is a short
// one, and so does a list of plain values.
func toYAML(value any) ([]byte, error) {
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
