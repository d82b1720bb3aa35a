package savings

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Price is a price in USD per hour, in units of 0.0000000001 USD: the price list has ten decimals.
type Price int64

const (
	priceDecimals = 10
	priceUnit     = 10_000_000_000
	// MaxPrice is far above any instance's price, in USD per hour.
	MaxPrice = 10_000
)

// ParsePrice reads a price such as "0.0416". Zero is refused: a missing price must not look like one.
func ParsePrice(text string) (Price, error) {
	wrong := fmt.Errorf("invalid price %q: use USD per hour above 0 and up to %d, for example 0.0416", text, MaxPrice)
	whole, fraction, _ := strings.Cut(text, ".")
	if len(fraction) > priceDecimals || whole == "" || strings.Trim(whole+fraction, "0123456789") != "" || strings.HasSuffix(text, ".") {
		return 0, wrong
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", priceDecimals-len(fraction)), 10, 64)
	if err != nil || n <= 0 || n > MaxPrice*priceUnit {
		return 0, wrong
	}
	return Price(n), nil
}

// String returns the price with at least two decimals, such as "0.0416".
func (p Price) String() string {
	text := plain(placed(big.NewInt(int64(p)), priceDecimals))
	whole, fraction, _ := strings.Cut(text, ".")
	if len(fraction) < 2 {
		fraction += strings.Repeat("0", 2-len(fraction))
	}
	return whole + "." + fraction
}

// MarshalJSON returns a number.
func (p Price) MarshalJSON() ([]byte, error) {
	return []byte(plain(placed(big.NewInt(int64(p)), priceDecimals))), nil
}

// UnmarshalJSON reads a number, exactly.
func (p *Price) UnmarshalJSON(text []byte) (err error) {
	*p, err = ParsePrice(string(text))
	return err
}

// For returns the price of node time.
func (p Price) For(t NodeTime) USD {
	return USD{new(big.Int).Mul(big.NewInt(int64(p)), big.NewInt(int64(t)))}
}

// USD is an amount of money, exact: the product of prices and whole seconds. It may be negative. The zero value is no money.
type USD struct {
	n *big.Int // in 1/(3600 * priceUnit) USD; nil is 0
}

// Dollars returns an amount of whole units of 10^-decimals USD.
func Dollars(n int64, decimals int) USD {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(priceDecimals-decimals)), nil)
	return USD{scale.Mul(scale, big.NewInt(n*int64(NodeHour)))}
}

func (u USD) int() *big.Int {
	if u.n == nil {
		return new(big.Int)
	}
	return u.n
}

// Plus returns the sum.
func (u USD) Plus(other USD) USD { return USD{new(big.Int).Add(u.int(), other.int())} }

// Minus returns the difference.
func (u USD) Minus(other USD) USD { return USD{new(big.Int).Sub(u.int(), other.int())} }

// Sign returns -1, 0 or 1.
func (u USD) Sign() int { return u.int().Sign() }

// Cmp compares two amounts.
func (u USD) Cmp(other USD) int { return u.int().Cmp(other.int()) }

// Equal reports whether two amounts are the same.
func (u USD) Equal(other USD) bool { return u.Cmp(other) == 0 }

// rounded returns the amount in units of 10^-decimals USD, rounded half away from zero.
func (u USD) rounded(decimals int) *big.Int {
	unit := big.NewInt(int64(NodeHour))
	unit.Mul(unit, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(priceDecimals-decimals)), nil))
	twice := new(big.Int).Abs(u.int())
	twice.Mul(twice, big.NewInt(2)).Add(twice, unit)
	twice.Quo(twice, unit.Mul(unit, big.NewInt(2)))
	if u.Sign() < 0 {
		twice.Neg(twice)
	}
	return twice
}

// String returns the amount in cents with separators, such as "1,204.50".
func (u USD) String() string { return grouped(placed(u.rounded(2), 2)) }

// MarshalJSON returns a number with up to four decimals.
func (u USD) MarshalJSON() ([]byte, error) { return []byte(plain(placed(u.rounded(4), 4))), nil }

// UnmarshalJSON reads a number.
func (u *USD) UnmarshalJSON(text []byte) error {
	r, ok := new(big.Rat).SetString(string(text))
	if !ok {
		return fmt.Errorf("invalid amount %q", text)
	}
	unit := new(big.Rat).SetInt(new(big.Int).Mul(big.NewInt(int64(NodeHour)), big.NewInt(priceUnit)))
	r.Mul(r, unit)
	u.n = new(big.Int).Quo(r.Num(), r.Denom())
	return nil
}

// placed puts the point before the last digits of a number.
func placed(n *big.Int, places int) string {
	sign, digits := "", new(big.Int).Abs(n).String()
	if n.Sign() < 0 {
		sign = "-"
	}
	if short := places + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	return sign + digits[:len(digits)-places] + "." + digits[len(digits)-places:]
}

// Range is an amount at the cheapest and at the dearest of several prices. Both are sums of their own, so that parts add up.
type Range struct {
	Cheapest USD `json:"cheapest"`
	Dearest  USD `json:"dearest"`
}

// Plus returns the sum.
func (r Range) Plus(other Range) Range {
	return Range{Cheapest: r.Cheapest.Plus(other.Cheapest), Dearest: r.Dearest.Plus(other.Dearest)}
}

// Less returns the range less another one.
func (r Range) Less(other Range) Range {
	return Range{Cheapest: r.Cheapest.Minus(other.Cheapest), Dearest: r.Dearest.Minus(other.Dearest)}
}

// Minus returns the range less an amount.
func (r Range) Minus(cost USD) Range {
	return Range{Cheapest: r.Cheapest.Minus(cost), Dearest: r.Dearest.Minus(cost)}
}

// Equal reports whether two ranges are the same.
func (r Range) Equal(other Range) bool {
	return r.Cheapest.Equal(other.Cheapest) && r.Dearest.Equal(other.Dearest)
}

// String returns one amount, or "10.00 to 12.50", the smaller one first.
func (r Range) String() string {
	low, high := r.Cheapest, r.Dearest
	if high.Cmp(low) < 0 {
		low, high = high, low
	}
	if low.String() == high.String() {
		return low.String()
	}
	return low.String() + " to " + high.String()
}
