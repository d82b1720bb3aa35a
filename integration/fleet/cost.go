package main

import (
	"fmt"
	"math"
	"strings"

	"eks-scaling-automation/integration/aws/template"
)

// List prices in USD of us-east-1, on demand, without free tiers: aws.amazon.com/step-functions/pricing, /lambda/pricing (arm64),
// /dynamodb/pricing/on-demand, /cloudwatch/pricing and /kms/pricing.
const (
	perTransition = 0.025 / 1000
	perRequest    = 0.20 / 1e6
	perGBSecond   = 0.0000133334
	perReadUnit   = 0.125 / 1e6
	perWriteUnit  = 0.625 / 1e6
	perAlarm      = 0.10
	perMetric     = 0.30
	perKey        = 1.00
)

// The assumed duration and memory of an invocation, which cannot be measured here.
const (
	assumedSeconds = 0.1
	assumedGB      = 0.25
	perInvocation  = perRequest + assumedSeconds*assumedGB*perGBSecond
)

// A month has 365/12 days.
const (
	reconciles = 730 // an hourly run
	scheduled  = 61  // two a day: every node group changes
)

// fixed lists the parts of the stack with a fixed cost.
type fixed struct{ alarms, metrics, keys int }

func fixedOf(t *template.Template) fixed {
	f := fixed{alarms: len(t.Of("AWS::CloudWatch::Alarm")), keys: len(t.Of("AWS::KMS::Key"))}
	own := map[any]bool{}
	for _, r := range t.Of("AWS::CloudWatch::Alarm") {
		p, err := template.Properties[struct{ Namespace, MetricName string }](r)
		if err == nil && !strings.HasPrefix(p.Namespace, "AWS/") {
			own[p] = true
		}
	}
	f.metrics = len(own)
	return f
}

func (f fixed) cost() float64 {
	return float64(f.alarms)*perAlarm + float64(f.metrics)*perMetric + float64(f.keys)*perKey
}

// line is a run's usage: a fixed part, and a part for each unit.
type line struct{ once, perUnit float64 }

func (l line) of(units int) float64 { return l.once + l.perUnit*float64(units) }

// lineOf returns the line through the smallest and the largest run. Off is the largest relative deviation of another run, and at
// is that run's number of units.
func lineOf(points []pair, value func(pair) float64) (l line, off float64, at int) {
	first, last := points[0], points[len(points)-1]
	if len(points) > 1 {
		l.perUnit = (value(last) - value(first)) / float64(last.changing.units-first.changing.units)
	}
	l.once = value(first) - l.perUnit*float64(first.changing.units)
	for _, p := range points {
		if d := math.Abs(value(p) - l.of(p.changing.units)); d > 0 && d/value(p) > off {
			off, at = d/value(p), p.changing.units
		}
	}
	return l, off, at
}

// lines holds a quantity's lines: for a transition's run of all units, for a run of one unit with its own hours, and for a
// reconcile run with nothing to do.
type lines struct{ changing, own, idle line }

// lines returns the lines, measured with updates of usual duration, which does not affect idle runs.
func (r report) lines(value func(counts) float64) (l lines) {
	l.changing, _, _ = lineOf(r.monthly, func(p pair) float64 { return value(p.changing.counts) })
	l.own, _, _ = lineOf(r.own, func(p pair) float64 { return value(p.changing.counts) / float64(p.changing.units) })
	l.idle, _, _ = lineOf(r.growth, func(p pair) float64 { return value(p.idle.counts) })
	return l
}

// month returns the usage in a month. With its own hours, each unit has its own scheduled runs.
func (l lines) month(units int, own bool) float64 {
	if own {
		return reconciles*l.idle.of(units) + float64(scheduled*units)*l.own.of(units)
	}
	return reconciles*l.idle.of(units) + scheduled*l.changing.of(units)
}

// used is a billed quantity.
type used struct {
	name  string
	of    func(counts) float64
	price float64
}

var billed = []used{
	{"transitions", func(c counts) float64 { return float64(c.transitions) }, perTransition},
	{"invocations", func(c counts) float64 { return float64(c.invocations) }, perInvocation},
	{"read units", func(c counts) float64 { return c.readUnits }, perReadUnit},
	{"write units", func(c counts) float64 { return c.writeUnits }, perWriteUnit},
}

// bill is the cost of a month.
type bill struct {
	nodegroups, units int
	own               bool
	amounts           []float64 // by billed
	fixed             float64
}

func (b bill) costOf(i int) float64 { return b.amounts[i] * billed[i].price }

func (b bill) total() float64 {
	sum := b.fixed
	for i := range billed {
		sum += b.costOf(i)
	}
	return sum
}

// bills returns the months of 1 to 10,000 node groups: of one unit with one node group, and of 1 to 1,000 units. One unit has the
// same cost with shared and with its own hours.
func (r report) bills() (all []bill) {
	single, size := r.single[0], r.o.nodegroups
	one := bill{nodegroups: 1, units: 1, fixed: single.fixed.cost()}
	for _, u := range billed {
		one.amounts = append(one.amounts, reconciles*u.of(single.idle.counts)+scheduled*u.of(single.changing.counts))
	}
	all = append(all, one)
	for _, own := range []bool{false, true} {
		for units := 1; units <= 1000; units *= 10 {
			b := bill{nodegroups: units * size, units: units, own: own, fixed: single.fixed.cost()}
			for _, u := range billed {
				b.amounts = append(b.amounts, r.lines(u.of).month(units, own))
			}
			all = append(all, b)
		}
	}
	return all
}

// arithmetic explains the amounts of a month.
func (r report) arithmetic() string {
	var text []string
	for _, u := range billed {
		l := r.lines(u.of)
		idle := fmt.Sprintf("%d x (%.1f + %.3f x units)", reconciles, l.idle.once, l.idle.perUnit)
		text = append(text,
			fmt.Sprintf("%-22s = %s + %d x (%.1f + %.3f x units)", u.name, idle, scheduled, l.changing.once, l.changing.perUnit),
			fmt.Sprintf("%22s = %s + %d x units x (%.1f + %.3f x units)", "hours of their own", idle, scheduled, l.own.once, l.own.perUnit))
	}
	f := r.single[0].fixed
	text = append(text, fmt.Sprintf("fixed                  = %d alarms x %.2f + %d metrics x %.2f + %d keys x %.2f", f.alarms, perAlarm, f.metrics, perMetric, f.keys, perKey))
	return strings.Join(text, "\n")
}
