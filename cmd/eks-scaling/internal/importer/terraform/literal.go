package terraform

import (
	"fmt"
	"math"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
)

// setting is a value in a Terraform file, under its name.
type setting struct {
	name  string
	expr  hcl.Expression
	in    *scope
	depth int // how many references led to it
}

func place(r hcl.Range) string {
	return fmt.Sprintf("%s:%d", r.Filename, r.Start.Line)
}

func (s setting) place() string {
	return place(s.expr.Range())
}

// found quotes the value from the file.
func (s setting) found() string {
	return importer.Shortened(s.expr.Range().SliceBytes(s.in.sources[s.expr.Range().Filename]))
}

// wrong returns an error that quotes the setting and describes the problem.
func (s setting) wrong(what string) error {
	return fmt.Errorf("%s = %s: %s", s.name, s.found(), what)
}

// literal returns the value, unless only Terraform can evaluate it.
func (s setting) literal(kind cty.Type, what string) (cty.Value, error) {
	v, err := s.value()
	if err != nil {
		return v, err
	}
	v, err = convert.Convert(v, kind)
	if err != nil || v.IsNull() || !v.IsWhollyKnown() {
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

// set adds a setting, or replaces the one with its name.
func (all *settings) set(s setting) {
	if _, known := all.byName[s.name]; !known {
		all.names = append(all.names, s.name)
	}
	all.byName[s.name] = s
}

// object returns the settings of an object: a literal, a reference to one in these files, or a merge of such objects.
func (s setting) object() (settings, error) {
	at, err := s.followed()
	if err != nil {
		return settings{}, err
	}
	if call, ok := at.expr.(*hclsyntax.FunctionCallExpr); ok && call.Name == "merge" && !call.ExpandFinal {
		return at.merged(call.Args)
	}
	pairs, diags := hcl.ExprMap(at.expr)
	if diags.HasErrors() {
		return settings{}, s.wrong(at.unread("a literal object"))
	}
	all := settings{byName: map[string]setting{}}
	for _, pair := range pairs {
		key, err := at.to("a name in "+s.name, pair.Key).text()
		if err != nil {
			return settings{}, err
		}
		if _, twice := all.byName[key]; twice {
			return settings{}, fmt.Errorf("%q is defined twice in %s", key, s.name)
		}
		all.set(at.to(key, pair.Value))
	}
	return all, nil
}

// merged returns the settings of several objects. Later ones take precedence.
func (s setting) merged(objects []hclsyntax.Expression) (settings, error) {
	all := settings{byName: map[string]setting{}}
	for _, expr := range objects {
		part := s.to(s.name, expr)
		if part.isNull() {
			continue
		}
		more, err := part.object()
		if err != nil {
			return settings{}, err
		}
		for _, name := range more.names {
			all.set(more.byName[name])
		}
	}
	return all, nil
}

// to returns another setting next to this one.
func (s setting) to(name string, expr hcl.Expression) setting {
	return setting{name, expr, s.in, s.depth}
}

func (s setting) isNull() bool {
	if hasHugeNumber(s.expr) {
		return false
	}
	v, diags := s.expr.Value(nil)
	return !diags.HasErrors() && v.IsNull()
}
