package icalendar

import (
	"bytes"
	"encoding/binary"
	"iter"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// line is an unfolded content line, with the number of its first line in the file.
type line struct {
	number int
	text   string
}

// lines unfolds the file's lines and skips empty ones. A line ends in CRLF, LF or CR.
func lines(data []byte) iter.Seq[line] {
	data = plainText(data)
	return func(yield func(line) bool) {
		var text []byte
		number, begin := 0, 0
		for raw := range bytes.Lines(data) {
			number++
			raw = bytes.TrimRight(raw, "\r\n")
			if number > 1 && len(raw) > 0 && (raw[0] == ' ' || raw[0] == '\t') {
				text = append(text, raw[1:]...)
				continue
			}
			if len(text) > 0 && !yield(line{begin, decoded(text)}) {
				return
			}
			text, begin = append(text[:0], raw...), number
		}
		if len(text) > 0 {
			yield(line{begin, decoded(text)})
		}
	}
}

// plainText removes a byte order mark, decodes UTF-16, and turns lone CRs into line ends.
func plainText(data []byte) []byte {
	for _, order := range []struct {
		mark string
		binary.ByteOrder
	}{{"\xff\xfe", binary.LittleEndian}, {"\xfe\xff", binary.BigEndian}} {
		if rest, found := bytes.CutPrefix(data, []byte(order.mark)); found {
			units := make([]uint16, len(rest)/2)
			for i := range units {
				units[i] = order.Uint16(rest[2*i:])
			}
			data = []byte(string(utf16.Decode(units)))
		}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !bytes.Contains(data, []byte("\n")) {
		data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	}
	return data
}

// decoded reads a whole line, because a fold may split a character. A line that is not UTF-8 is Latin-1.
func decoded(text []byte) string {
	if utf8.Valid(text) {
		return string(text)
	}
	runes := make([]rune, len(text))
	for i, b := range text {
		runes[i] = rune(b)
	}
	return string(runes)
}

// name returns the property's name in capitals: the text before the parameters or the value.
func (l line) name() string {
	if i := strings.IndexAny(l.text, ";:"); i >= 0 {
		return strings.ToUpper(strings.TrimSpace(l.text[:i]))
	}
	return ""
}

// component returns the name of the component that a BEGIN or END line names, in capitals.
func (l line) component() string {
	_, name, _ := strings.Cut(l.text, ":")
	return strings.ToUpper(strings.TrimSpace(name))
}

// property is a parsed line. The names of its parameters are in capitals.
type property struct {
	line   int
	params map[string]string
	value  string
}

// property parses the line. A colon or semicolon in quotes belongs to a parameter.
func (l line) property() property {
	p := property{line: l.number, params: map[string]string{}}
	head, value, found := cutUnquoted(l.text, ':')
	if !found {
		head, value, _ = strings.Cut(l.text, ":") // a quotation mark is missing
	}
	p.value = strings.TrimSpace(value)
	_, rest, more := cutUnquoted(head, ';')
	for more {
		var param string
		param, rest, more = cutUnquoted(rest, ';')
		key, value, _ := strings.Cut(param, "=")
		p.params[strings.ToUpper(strings.TrimSpace(key))] = strings.Trim(value, `" `)
	}
	return p
}

// cutUnquoted cuts a text around the first separator that is not in quotes.
func cutUnquoted(text string, separator byte) (before, after string, found bool) {
	quoted := false
	for i := range len(text) {
		switch {
		case text[i] == '"':
			quoted = !quoted
		case text[i] == separator && !quoted:
			return text[:i], text[i+1:], true
		}
	}
	return text, "", false
}
