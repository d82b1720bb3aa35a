package savings

// Source says where a price comes from.
type Source string

// The sources.
const (
	FromSettings  Source = "prices"     // of the configuration
	FromPriceList Source = "price list" // of AWS
)

// Rate is the price of a node of a node group.
type Rate struct {
	// Low and High are the same unless the node group has several instance types. 0 is no price.
	Low  Price `json:"low,omitempty"`
	High Price `json:"high,omitempty"`
	// Types lists the instance types.
	Types  []string `json:"instanceTypes,omitempty"`
	Source Source   `json:"source,omitempty"`
	// Date is when the price list was published, such as "2026-11-20"; empty for a price of the configuration.
	Date string `json:"date,omitempty"`
	// Missing says why there is no price, and what to do; empty if there is one.
	Missing string `json:"missing,omitempty"`
	// Unlisted means that there is no list price, as for SPOT: that is no error.
	Unlisted bool `json:"unlisted,omitempty"`
}

// Known reports whether there is a price.
func (r Rate) Known() bool { return r.Low > 0 && r.High > 0 }

// Value returns the price of node time; nil without a price.
func (r Rate) Value(t NodeTime) *Range {
	if !r.Known() {
		return nil
	}
	return &Range{Cheapest: r.Low.For(t), Dearest: r.High.For(t)}
}

// Widen returns the range of two rates, for several instance types.
func (r Rate) Widen(other Rate) Rate {
	r.Low, r.High = min(r.Low, other.Low), max(r.High, other.High)
	if other.Source == FromPriceList { // its date is of more use
		r.Source = FromPriceList
	}
	r.Date = max(r.Date, other.Date)
	return r
}
