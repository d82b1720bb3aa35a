package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"eks-scaling-automation/shared/signal"
)

// readSignals reads the signals by name; nil if they cannot be read at all.
func readSignals(v value) map[string]Signal {
	signals := map[string]Signal{}
	isObject := v.entries(func(name string, v value) {
		if !isEntityName(name) {
			v.fail("invalid signal name %q: use %s", name, nameForm)
		}
		signals[name] = readSignal(v)
	})
	switch {
	case !isObject:
		return nil
	case len(signals) > maxSignals:
		v.fail("has %d signals: use at most %d", len(signals), maxSignals)
	case len(signals) == 0:
		return nil
	}
	return signals
}

func readSignal(v value) Signal {
	s := Signal{MaxAge: defaultMaxAge}
	sources, path, composite := map[Source]bool{}, value{}, value{}
	from := func(source Source, read func(value)) func(value) {
		return func(v value) { sources[source] = true; read(v) }
	}
	isObject := v.object(fields{
		"http":      from(FromHTTP, func(v value) { s.HTTP = readHTTP(v) }),
		"value":     func(v value) { path = v; s.Value = v.shortText(maxPath) },
		"alarm":     from(FromAlarm, func(v value) { s.Alarm = v.alarm() }),
		"composite": func(v value) { composite = v; s.Composite = v.boolean() },
		"parameter": from(FromParameter, func(v value) { s.Parameter = v.matching(isParameter, "parameter name", parameterForm) }),
		"calendar":  from(FromCalendar, func(v value) { s.Calendar = v.matching(isChangeCalendar, "change calendar", changeCalendarForm) }),
		"maxAge":    func(v value) { s.MaxAge = Duration(v.duration(time.Minute, maxMaxAge)) },
		"otherwise": func(v value) { s.Otherwise = v.otherwise() },
	}, "otherwise")
	switch {
	case !isObject:
	case len(sources) > 1:
		names := make([]string, 0, len(sources))
		for _, source := range slices.Sorted(maps.Keys(sources)) {
			names = append(names, string(source))
		}
		v.fail("has %s: keep one", strings.Join(names, " and "))
	case len(sources) == 0:
		v.fail("http, alarm, parameter or calendar is required")
	case path.node == nil && sources[FromHTTP]:
		v.fail("value is required with http: use a gjson path, for example hourly.precipitation.0")
	case path.node != nil && !sources[FromHTTP]:
		path.fail("requires http: remove it")
	case composite.node != nil && !sources[FromAlarm]:
		composite.fail("requires alarm: remove it")
	}
	return s
}

// The longest texts of signals, in characters. AWS sets those of names.
const (
	maxPath      = 200
	maxAlarm     = 255
	maxParameter = 1011
	maxSecret    = 512
)

const (
	parameterForm      = `at most 1011 letters, digits, ., -, _ and /, for example "/scaling/event"`
	changeCalendarForm = `a name of 3 to 128 letters, digits, ., - and _, or the ARN of an SSM document`
	secretForm         = `the name of a secret in Secrets Manager: at most 512 letters, digits and /_+=.@-`
)

func (v value) alarm() string {
	name := v.shortText(maxAlarm)
	if strings.HasPrefix(name, "arn:") {
		v.fail("must be the alarm's name, not its ARN")
	}
	return name
}

func isParameter(text string) bool {
	return len(text) <= maxParameter && consistsOf(text, "_.-/")
}

func isSecretName(text string) bool {
	return len(text) <= maxSecret && consistsOf(text, "/_+=.@-")
}

func isChangeCalendar(text string) bool {
	return len(text) >= 3 && len(text) <= 128 && consistsOf(text, "_.-") || calendarARN().MatchString(text)
}

var calendarARN = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^arn:aws[a-z-]*:ssm:[a-z0-9-]+:[0-9]{12}:document/[0-9A-Za-z_.-]+$`)
})

// consistsOf reports whether a text consists of letters, digits and the given marks.
func consistsOf(text, marks string) bool {
	return all(text, func(c byte) bool { return isLetterOrDigit(c) || strings.IndexByte(marks, c) >= 0 })
}

// otherwise reads a boolean or "last".
func (v value) otherwise() signal.Otherwise {
	switch {
	case v.node.ShortTag() == "!!bool":
		if v.boolean() {
			return signal.OtherwiseTrue
		}
		return signal.OtherwiseFalse
	case v.node.ShortTag() == "!!str" && v.node.Value == string(signal.OtherwiseLast):
		return signal.OtherwiseLast
	case v.node.ShortTag() == "!!str" && (v.node.Value == "false" || v.node.Value == "true"):
		v.fail("must be false, true or last: remove the quotes")
		return ""
	default:
		v.must("false, true or last")
		return ""
	}
}

// findUnused warns about signals that no period uses.
func (c *Config) findUnused(signals value) {
	used := map[string]bool{}
	for _, u := range c.Units() {
		for _, p := range u.Schedule.Periods {
			if p.When != nil {
				used[p.When.Signal] = true
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Signals)) {
		if !used[name] {
			signals.entry(name).find(Warning, "no period uses signal %q: remove it, or name it under when", name)
		}
	}
}

// findShortLived warns about values that a run can outlive. It reads each signal once: while it waits for nodes that a condition asked
// for, the condition would end as its fallback, and the next look would turn it on again.
func (c *Config) findShortLived(signals value) {
	longest := map[string]Unit{}
	for _, u := range c.Units() {
		for _, p := range u.Schedule.Periods {
			if p.When == nil {
				continue
			}
			name := p.When.Signal
			s := c.Signals[name]
			isHeld := s.Otherwise == signal.OtherwiseFalse && p.When.Hold >= u.WaitTimeout
			if s.Otherwise != signal.OtherwiseLast && !isHeld && s.MaxAge < u.WaitTimeout && u.WaitTimeout > longest[name].WaitTimeout {
				longest[name] = u
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(longest)) {
		u := longest[name]
		signals.entry(name).entry("maxAge").find(Warning, "%s is shorter than waitTimeout %s of %s: a run that waits for nodes outlives the value, and may take them "+
			"away again; use %[2]s or more, or otherwise: last", c.Signals[name].MaxAge, u.WaitTimeout, u.Name)
	}
}
