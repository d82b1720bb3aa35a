package terraform

import (
	"fmt"
	"math"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
)

// sources holds the files by name, so that messages can quote them.
type sources map[string][]byte

// setting is a value in a Terraform file, under its name.
type setting struct {
	name string
	expr hcl.Expression
	in   sources
}

func place(r hcl.Range) string {
	return fmt.Sprintf("%s:%d", r.Filename, r.Start.Line)
}

func (s setting) place() string {
	return place(s.expr.Range())
}

// found quotes the value from the file.
func (s setting) found() string {
	return importer.Shortened(s.expr.Range().SliceBytes(s.in[s.expr.Range().Filename]))
}

// wrong returns an error that quotes the setting and describes the problem.
func (s setting) wrong(what string) error {
	return fmt.Errorf("%s = %s: %s", s.name, s.found(), what)
}

// literal returns the value, unless only Terraform can evaluate it.
func (s setting) literal(kind cty.Type, what string) (cty.Value, error) {
	v, diags := s.expr.Value(nil)
	if diags.HasErrors() {
		return v, s.wrong("must be a literal; expressions are not evaluated")
	}
	v, err := convert.Convert(v, kind)
	if err != nil || v.IsNull() || !v.IsKnown() {
		return v, s.wrong(what)
	}
	return v, nil
}

func (s setting) text() (string, error) {
	v, err := s.literal(cty.String, "must be a string")
	if err != nil {
		return "", err
	}
	return v.AsString(), nil
}

func (s setting) boolean() (bool, error) {
	v, err := s.literal(cty.Bool, "must be true or false")
	return err == nil && v.True(), err
}

// size reads a number of nodes, or [importer.Unchanged]. The module also accepts strings.
func (s setting) size() (int32, error) {
	const what = "must be a number of nodes, or -1 for no change"
	v, err := s.literal(cty.String, what)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(v.AsString(), 10, 32)
	if err != nil || n < importer.Unchanged || n > math.MaxInt32 {
		return 0, s.wrong(what)
	}
	return int32(n), nil
}

// settings holds the settings of an object, in order.
type settings struct {
	names  []string
	byName map[string]setting
}

// object returns the value as a literal object.
func (s setting) object() (settings, error) {
	pairs, diags := hcl.ExprMap(s.expr)
	if diags.HasErrors() {
		return settings{}, s.wrong("must be a literal object; expressions are not evaluated")
	}
	all := settings{byName: map[string]setting{}}
	for _, pair := range pairs {
		key, err := setting{"a name in " + s.name, pair.Key, s.in}.text()
		if err != nil {
			return settings{}, err
		}
		if _, twice := all.byName[key]; twice {
			return settings{}, fmt.Errorf("%q is defined twice in %s", key, s.name)
		}
		all.names = append(all.names, key)
		all.byName[key] = setting{key, pair.Value, s.in}
	}
	return all, nil
}
