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

// sources are the files being read, by name: for messages that show what was found.
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

// found is the value as it is written.
func (s setting) found() string {
	return importer.Shortened(s.expr.Range().SliceBytes(s.in[s.expr.Range().Filename]))
}

func (s setting) want(what string) error {
	return fmt.Errorf("%s = %s; want %s", s.name, s.found(), what)
}

// literal is the value, unless it depends on anything that only Terraform knows.
func (s setting) literal(kind cty.Type, what string) (cty.Value, error) {
	v, diags := s.expr.Value(nil)
	if diags.HasErrors() {
		return v, s.want("a literal, as nothing is evaluated")
	}
	v, err := convert.Convert(v, kind)
	if err != nil || v.IsNull() || !v.IsKnown() {
		return v, s.want(what)
	}
	return v, nil
}

func (s setting) text() (string, error) {
	v, err := s.literal(cty.String, "a text")
	if err != nil {
		return "", err
	}
	return v.AsString(), nil
}

func (s setting) boolean() (bool, error) {
	v, err := s.literal(cty.Bool, "true or false")
	return err == nil && v.True(), err
}

// size is a number of nodes, or [unchanged]. The module takes it as a text too.
func (s setting) size() (int32, error) {
	const want = "a number of nodes, or -1 for no change"
	v, err := s.literal(cty.String, want)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(v.AsString(), 10, 32)
	if err != nil || n < importer.Unchanged || n > math.MaxInt32 {
		return 0, s.want(want)
	}
	return int32(n), nil
}

// settings are those of an object, in their order.
type settings struct {
	names  []string
	byName map[string]setting
}

// object is the value as an object that is written out.
func (s setting) object() (settings, error) {
	pairs, diags := hcl.ExprMap(s.expr)
	if diags.HasErrors() {
		return settings{}, s.want("an object that is written out, as nothing is evaluated")
	}
	all := settings{byName: map[string]setting{}}
	for _, pair := range pairs {
		key, err := setting{"a name in " + s.name, pair.Key, s.in}.text()
		if err != nil {
			return settings{}, err
		}
		if _, twice := all.byName[key]; twice {
			return settings{}, fmt.Errorf("%q is there twice in %s; want it once", key, s.name)
		}
		all.names = append(all.names, key)
		all.byName[key] = setting{key, pair.Value, s.in}
	}
	return all, nil
}
