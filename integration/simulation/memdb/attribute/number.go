package attribute

import (
	"cmp"
	"math/big"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
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

// CompareNumbers compares two values; ok is false unless both are numbers.
func CompareNumbers(a, b types.AttributeValue) (order int, ok bool) {
	x, xOK := a.(*types.AttributeValueMemberN)
	y, yOK := b.(*types.AttributeValueMemberN)
	if !xOK || !yOK {
		return 0, false
	}
	if n, short := small(x.Value); short {
		if m, short := small(y.Value); short {
			return cmp.Compare(n, m), true
		}
	}
	p, pOK := new(big.Rat).SetString(x.Value)
	q, qOK := new(big.Rat).SetString(y.Value)
	if !pOK || !qOK {
		panic("memdb: a stored number that is none: " + x.Value + ", " + y.Value)
	}
	return p.Cmp(q), true
}

// Sum adds a number to a value, or to nothing. Only short whole numbers are supported.
func Sum(a, b types.AttributeValue) (types.AttributeValue, error) {
	if a == nil {
		return b, nil
	}
	x, xOK := a.(*types.AttributeValueMemberN)
	y, yOK := b.(*types.AttributeValueMemberN)
	if !xOK || !yOK {
		return nil, Invalid("An operand in the update expression has an incorrect data type")
	}
	n, short := small(x.Value)
	m, also := small(y.Value)
	if !short || !also {
		return nil, Unsupported("ADD of " + x.Value + " and " + y.Value)
	}
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n+m, 10)}, nil
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
