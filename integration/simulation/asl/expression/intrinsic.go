package expression

import (
	"encoding/json"
	"fmt"
	"strings"
)

// call is a call of an intrinsic function.
type call struct {
	text      string
	function  function
	arguments []Expression
}

func (c call) Value(s Scope) (any, *Failure) {
	values := make([]any, len(c.arguments))
	for i, a := range c.arguments {
		v, fail := a.Value(s)
		if fail != nil {
			return nil, fail
		}
		values[i] = v
	}
	v, err := c.function.call(values)
	if err != nil {
		return nil, RuntimeFailure("The function '%s' had the following error: %v", c.text, err)
	}
	return v, nil
}

// parseIntrinsic takes a call such as States.Format('{} of {}', $.a, States.MathAdd($.b, 1)).
func (at Place) parseIntrinsic(text string) (Expression, error) {
	p := intrinsicParser{text: text, rest: text, at: at}
	e, err := p.call()
	if err == nil && p.rest != "" {
		err = fmt.Errorf("%q is left over", p.rest)
	}
	if err != nil {
		return nil, fmt.Errorf("%q: %w", text, err)
	}
	return e, nil
}

type intrinsicParser struct {
	text, rest string
	at         Place
}

// call parses a call at the beginning of the rest.
func (p *intrinsicParser) call() (Expression, error) {
	begin := p.rest
	name, after, ok := strings.Cut(p.rest, "(")
	f, known := functions[name]
	if !ok || !known {
		return nil, fmt.Errorf("the function %q is not implemented here", name)
	}
	p.rest = after
	var arguments []Expression
	for !p.takes(")") {
		if len(arguments) > 0 && !p.takes(",") {
			return nil, fmt.Errorf("a comma or ) is missing before %q", p.rest)
		}
		a, err := p.argument()
		if err != nil {
			return nil, err
		}
		arguments = append(arguments, a)
	}
	if err := f.check(arguments); err != nil {
		return nil, fmt.Errorf("%s %w", name, err)
	}
	return call{begin[:len(begin)-len(p.rest)], f, arguments}, nil
}

// takes takes a sign, with the spaces around it, if it comes next.
func (p *intrinsicParser) takes(sign string) bool {
	after, ok := strings.CutPrefix(strings.TrimLeft(p.rest, " "), sign)
	if ok {
		p.rest = after
	}
	return ok
}

func (p *intrinsicParser) argument() (Expression, error) {
	p.rest = strings.TrimLeft(p.rest, " ")
	switch {
	case strings.HasPrefix(p.rest, "'"):
		return p.quoted()
	case strings.HasPrefix(p.rest, "States."):
		return p.call()
	}
	end := strings.IndexAny(p.rest, ", )")
	if end < 0 {
		end = len(p.rest)
	}
	word := p.rest[:end]
	p.rest = p.rest[end:]
	if strings.HasPrefix(word, "$") {
		return p.at.AllowedPath(word)
	}
	v, err := Decode([]byte(word))
	switch v.(type) {
	case nil, bool, json.Number:
		if err == nil {
			return Literal{v}, nil
		}
	}
	return nil, fmt.Errorf("the argument %q is not implemented here", word)
}

// quoted takes a string, in which a backslash stands before a quote or another backslash.
func (p *intrinsicParser) quoted() (Expression, error) {
	var b strings.Builder
	text := p.rest[1:]
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\'':
			p.rest = text[i+1:]
			return Literal{b.String()}, nil
		case c != '\\':
			b.WriteByte(c)
		case i+1 < len(text) && (text[i+1] == '\'' || text[i+1] == '\\'):
			i++
			b.WriteByte(text[i])
		default:
			return nil, fmt.Errorf("the backslash before %q is not implemented here", text[i+1:])
		}
	}
	return nil, fmt.Errorf("the string %q does not end", p.rest)
}
