package expression

import (
	"errors"

	"github.com/aws/smithy-go"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// parser reads one expression.
type parser struct {
	*Placeholders
	tokens []token
	at     int
	keys   bool // it is a key condition
}

// parse reads an expression with the grammar of its field, and names the field in an error.
func parse[T any](field, text string, p *Placeholders, grammar func(*parser) (T, error)) (T, error) {
	result, err := parseAll(text, p, grammar, field == "UpdateExpression")
	if refusal, ok := errors.AsType[*smithy.GenericAPIError](err); ok {
		return result, attribute.Invalid("Invalid %s: %s", field, refusal.Message)
	}
	return result, err
}

// DynamoDB's limits for one expression: its length in bytes, and its operators and functions.
const (
	maxLength    = 4096
	maxOperators = 300
)

func parseAll[T any](text string, p *Placeholders, grammar func(*parser) (T, error), assigns bool) (T, error) {
	var none T
	if len(text) > maxLength {
		return none, attribute.Invalid("Expression size has exceeded the maximum allowed size; expression size: %d", len(text))
	}
	tokens, bad := tokenize(text)
	if bad != "" {
		return none, attribute.Invalid("Syntax error; token: %q", bad)
	}
	if len(tokens) == 0 {
		return none, attribute.Invalid("The expression can not be empty;")
	}
	if n := operators(tokens, assigns); n > maxOperators {
		return none, attribute.Invalid("The expression contains too many operators or functions; operators: %d, maximum: %d", n, maxOperators)
	}
	r := &parser{Placeholders: p, tokens: tokens}
	result, err := grammar(r)
	if err == nil && r.at < len(tokens) {
		err = r.syntaxError()
	}
	return result, err
}

// operators counts the operators and functions. In an expression that assigns, "=" is no operator.
func operators(tokens []token, assigns bool) (n int) {
	for i, t := range tokens {
		isCall := t.isName() && i+1 < len(tokens) && tokens[i+1] == "(" && !t.is("AND") && !t.is("OR")
		if isCall || t.is("AND") || t.is("OR") || t == "=" && !assigns {
			n++
		}
	}
	return n
}

func (r *parser) peek() token {
	if r.at < len(r.tokens) {
		return r.tokens[r.at]
	}
	return ""
}

// beginsCall reports whether a function comes next.
func (r *parser) beginsCall() bool {
	return r.peek().isName() && r.at+1 < len(r.tokens) && r.tokens[r.at+1] == "("
}

func (r *parser) next() token {
	t := r.peek()
	r.at++
	return t
}

// accept takes a token if it is the next one.
func (r *parser) accept(t token) bool {
	if r.peek() != t {
		return false
	}
	r.at++
	return true
}

// acceptWord takes a keyword, in any case, if it is the next token.
func (r *parser) acceptWord(keyword string) bool {
	if !r.peek().is(keyword) {
		return false
	}
	r.at++
	return true
}

func (r *parser) expect(t token) error {
	if !r.accept(t) {
		return r.syntaxError()
	}
	return nil
}

func (r *parser) syntaxError() error {
	found := string(r.peek())
	if found == "" {
		found = "<EOF>"
	}
	return attribute.Invalid("Syntax error; token: %q", found)
}

// path reads a document path.
func (r *parser) path() (Path, error) {
	var p Path
	for {
		name, err := r.name()
		if err != nil {
			return nil, err
		}
		p = append(p, name)
		if r.peek() == "[" {
			return nil, attribute.Unsupported("an index of a list")
		}
		if !r.accept(".") {
			return p, nil
		}
	}
}

func (r *parser) name() (string, error) {
	switch t := r.peek(); {
	case t.isName():
		r.at++
		return string(t), nil
	case t != "" && t[0] == '#':
		r.at++
		return r.Placeholders.name(t)
	}
	return "", r.syntaxError()
}

// list reads parts with commas between them.
func list[T any](r *parser, part func() (T, error)) ([]T, error) {
	var all []T
	for {
		one, err := part()
		if err != nil {
			return nil, err
		}
		all = append(all, one)
		if !r.accept(",") {
			return all, nil
		}
	}
}
