// Package savings computes from the records of runs how long the nodes of node groups ran, compared with a declared baseline, who set
// their sizes, and what that is worth at a price.
//
// All arithmetic is exact: instants are whole seconds, node hours are sums of whole seconds, and money is a sum of whole units. Intervals
// include their start and exclude their end. The package is pure: it never reads the clock and never calls AWS.
package savings

import (
	"strconv"
	"strings"
	"time"
)

// NodeTime is a duration multiplied by a number of nodes, in whole node seconds. It may be negative.
type NodeTime int64

// NodeHour is one node for an hour.
const NodeHour NodeTime = 3600

// Of returns the time of some nodes in an interval. Parts of a second do not count: both ends are cut to whole seconds, so that
// the times of adjacent intervals add up.
func Of(nodes int32, from, until time.Time) NodeTime {
	return NodeTime(int64(nodes) * (until.Unix() - from.Unix()))
}

// String returns the time in hours with one decimal and separators, such as "1,204.5".
func (t NodeTime) String() string { return grouped(decimal(int64(t), int64(NodeHour), 1)) }

// MarshalJSON returns the hours as a number with up to four decimals: enough to tell the seconds.
func (t NodeTime) MarshalJSON() ([]byte, error) {
	return []byte(plain(decimal(int64(t), int64(NodeHour), 4))), nil
}

// UnmarshalJSON reads hours.
func (t *NodeTime) UnmarshalJSON(text []byte) error {
	hours, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return err
	}
	*t = NodeTime(roundHalfAway(hours * float64(NodeHour)))
	return nil
}

func roundHalfAway(f float64) int64 {
	if f < 0 {
		return -int64(-f + 0.5)
	}
	return int64(f + 0.5)
}

// decimal returns n/unit with a number of decimals, rounded half away from zero.
func decimal(n, unit int64, places int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	scale := int64(1)
	for range places {
		scale *= 10
	}
	whole, rest := n/unit, n%unit
	fraction := (rest*scale*2 + unit) / (unit * 2)
	if fraction == scale {
		whole, fraction = whole+1, 0
	}
	text := strconv.FormatInt(fraction, 10)
	text = strconv.FormatInt(whole, 10) + "." + strings.Repeat("0", places-len(text)) + text
	if strings.Trim(text, "0.") == "" {
		sign = ""
	}
	return sign + text
}

// plain cuts the zeros at the end of a decimal.
func plain(text string) string { return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") }

// grouped separates thousands.
func grouped(text string) string {
	sign, digits := "", text
	if strings.HasPrefix(text, "-") {
		sign, digits = "-", text[1:]
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return sign + whole + "." + fraction
}
