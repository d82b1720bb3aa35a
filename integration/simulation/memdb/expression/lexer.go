package expression

import "strings"

// token is a part of an expression. The empty token is the end.
type token string

// isName reports whether a token is an attribute name, a keyword or a function.
func (t token) isName() bool {
	return t != "" && nameStart(t[0])
}

// is compares a token with a keyword in capitals.
func (t token) is(keyword string) bool { return strings.EqualFold(string(t), keyword) }

func nameStart(c byte) bool {
	return c == '_' || (c|0x20 >= 'a' && c|0x20 <= 'z')
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// tokenize splits an expression; bad is the text at which it cannot.
func tokenize(text string) (tokens []token, bad string) {
	tokens = make([]token, 0, 16)
	for at := 0; at < len(text); {
		size := tokenSize(text[at:])
		switch {
		case size == 0:
			return nil, text[at:]
		case size > 0:
			tokens = append(tokens, token(text[at:at+size]))
			at += size
		default:
			at++ // a space
		}
	}
	return tokens, ""
}

// tokenSize is the length of the first token; -1 for a space, 0 if there is none.
func tokenSize(text string) int {
	switch c := text[0]; {
	case strings.IndexByte(" \t\r\n", c) >= 0:
		return -1
	case strings.HasPrefix(text, "<>"), strings.HasPrefix(text, "<="), strings.HasPrefix(text, ">="):
		return 2
	case strings.IndexByte("()[],.=<>+-", c) >= 0:
		return 1
	case c == '#' || c == ':':
		if size := 1 + wordSize(text[1:]); size > 1 {
			return size
		}
		return 0
	case nameStart(c) || digit(c):
		return wordSize(text)
	}
	return 0
}

func wordSize(text string) int {
	size := 0
	for size < len(text) && (nameStart(text[size]) || digit(text[size])) {
		size++
	}
	return size
}
