package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"
)

// The forms in which a verb answers that shows what is in the tables.
const (
	tableOutput = "table"
	yamlOutput  = "yaml"
)

// presentation is how such a verb answers.
type presentation struct {
	output string
}

func (p *presentation) flag(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&p.output, "output", "o", tableOutput, "how to answer: table, json, yaml")
}

func (p *presentation) check(cmd *cobra.Command) error {
	return checkOutput(cmd, p.output, tableOutput, jsonOutput, yamlOutput)
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
		if clock.MatchString(n.Value) {
			n.Style = yaml.DoubleQuotedStyle // older YAML takes 22:00 for a number
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

var clock = regexp.MustCompile(`(^| )[0-9]{1,2}:[0-5][0-9]$`)
