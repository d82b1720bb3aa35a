package savings

// Part is the node time of one cause, compared with the baseline.
type Part struct {
	Baseline NodeTime `json:"baselineHours"`
	Ran      NodeTime `json:"ranHours"`
	// Below is what ran less than the baseline, Above what ran more: a profile for peak hours costs.
	Below NodeTime `json:"belowHours"`
	Above NodeTime `json:"aboveHours"`
	// Value is the saved time at list price; nil without prices.
	Value *Range `json:"usd,omitempty"`
}

// Saved returns the saved node time: the baseline without what ran. It is negative if more ran.
func (p Part) Saved() NodeTime { return p.Below - p.Above }

// Plus returns the sum of two parts. A value is known only if both are, unless one is empty.
func (p Part) Plus(other Part) Part {
	sum := Part{
		Baseline: p.Baseline + other.Baseline, Ran: p.Ran + other.Ran, Below: p.Below + other.Below, Above: p.Above + other.Above,
	}
	switch {
	case p.Value != nil && other.Value != nil:
		sum.Value = new(p.Value.Plus(*other.Value))
	case p.Value != nil:
		sum.Value = p.Value
	default:
		sum.Value = other.Value
	}
	return sum
}

// Hours is the node time of an interval, by cause.
type Hours struct {
	By map[Cause]Part `json:"causes,omitempty"`
	// Unknown is the baseline's node time without a record: it counts neither as run nor as saved.
	Unknown NodeTime `json:"unknownHours"`
}

// add adds a segment of a node group.
func (h *Hours) add(n Nodegroup, s Segment) {
	baseline := int32(0)
	if n.Baseline != nil {
		baseline = n.Baseline.Nodes
	}
	if s.Cause == Unknown {
		h.Unknown += Of(baseline, s.From, s.Until)
		return
	}
	p := Part{
		Baseline: Of(baseline, s.From, s.Until), Ran: Of(s.Nodes, s.From, s.Until),
		Below: Of(max(baseline-s.Nodes, 0), s.From, s.Until), Above: Of(max(s.Nodes-baseline, 0), s.From, s.Until),
	}
	p.Value = n.Rate.Value(p.Saved())
	h.addPart(s.Cause, p)
}

func (h *Hours) addPart(c Cause, p Part) {
	if h.By == nil {
		h.By = map[Cause]Part{}
	}
	h.By[c] = h.By[c].Plus(p)
}

// Plus returns the sum.
func (h Hours) Plus(other Hours) Hours {
	sum := Hours{Unknown: h.Unknown + other.Unknown}
	for _, each := range []Hours{h, other} {
		for cause, p := range each.By {
			sum.addPart(cause, p)
		}
	}
	return sum
}

// Total returns the sum of all causes.
func (h Hours) Total() (sum Part) {
	for _, cause := range Causes() {
		sum = sum.Plus(h.By[cause])
	}
	return sum
}

// Ours returns the part that eks-scaling caused.
func (h Hours) Ours() Part { return h.By[Ours] }
