package attribute

import (
	"strconv"
	"strings"
)

// The range and precision of DynamoDB's numbers: 38 significant digits, from 1E-130 to below 1E126.
const (
	maxDigits   = 38
	maxExponent = 125
	minExponent = -130
)

// fastDigits is how many characters of a whole number surely fit into an int64.
const fastDigits = 17

// normalNumber normalizes a number as DynamoDB does: without exponent and needless zeros.
func normalNumber(text string) (string, error) {
	if n, ok := small(text); ok {
		return strconv.FormatInt(n, 10), nil
	}
	negative, digits, exponent, ok := scanNumber(text)
	if !ok {
		return "", Invalid("The parameter cannot be converted to a numeric value: %s", text)
	}
	if digits == "" {
		return "0", nil
	}
	// exponent counts from the last digit; leading is the one of the first.
	leading := exponent + len(digits) - 1
	switch {
	case len(digits) > maxDigits:
		return "", Invalid("Attempting to store more than %d significant digits in a Number", maxDigits)
	case leading > maxExponent:
		return "", Invalid("Number overflow. Attempting to store a number with magnitude larger than supported range")
	case leading < minExponent:
		return "", Invalid("Number underflow. Attempting to store a number with magnitude smaller than supported range")
	}
	text = plain(digits, exponent)
	if negative {
		text = "-" + text
	}
	return text, nil
}

// small reads a short whole number.
func small(text string) (int64, bool) {
	if text == "" || len(text) > fastDigits || text[0] == '+' {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}

// scanNumber splits a number into its significant digits, without zeros at either end, and the power of ten of the last.
func scanNumber(text string) (negative bool, digits string, exponent int, ok bool) {
	if text != "" && (text[0] == '-' || text[0] == '+') {
		negative, text = text[0] == '-', text[1:]
	}
	if at := strings.IndexAny(text, "eE"); at >= 0 {
		var err error
		if exponent, err = strconv.Atoi(text[at+1:]); err != nil {
			return false, "", 0, false
		}
		text = text[:at]
	}
	whole, fraction, _ := strings.Cut(text, ".")
	digits = whole + fraction
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return false, "", 0, false
	}
	exponent -= len(fraction)
	digits = strings.TrimLeft(digits, "0")
	short := strings.TrimRight(digits, "0")
	return negative, short, exponent + len(digits) - len(short), true
}

// plain writes digits times a power of ten without an exponent.
func plain(digits string, exponent int) string {
	switch point := len(digits) + exponent; {
	case exponent >= 0:
		return digits + strings.Repeat("0", exponent)
	case point > 0:
		return digits[:point] + "." + digits[point:]
	default:
		return "0." + strings.Repeat("0", -point) + digits
	}
}
