package config

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/signal"
)

// Signal is a value from outside that conditions of periods depend on. It has one source: HTTP, Alarm, Parameter or Calendar.
type Signal struct {
	HTTP *HTTPSource `json:"http,omitempty"`
	// Value is a gjson path in the answer of HTTP.
	Value string `json:"value,omitempty"`
	// Alarm names a metric alarm of CloudWatch, or a composite one. Without Composite, the deployment permits reading a metric alarm
	// only.
	Alarm     string `json:"alarm,omitempty"`
	Composite bool   `json:"composite,omitempty"`
	// Parameter names a parameter of SSM.
	Parameter string `json:"parameter,omitempty"`
	// Calendar is the name or the ARN of an SSM Change Calendar.
	Calendar string `json:"calendar,omitempty"`
	// MaxAge limits how long a value counts after it was read. Then Otherwise holds.
	MaxAge    Duration         `json:"maxAge"`
	Otherwise signal.Otherwise `json:"otherwise"`
}

// The defaults and the limits of signals.
const (
	defaultMaxAge = Duration(time.Hour)
	maxMaxAge     = 7 * 24 * time.Hour
	maxSignals    = 50
)

// Source is the kind of a signal's source. It is the name of the field.
type Source string

// The sources.
const (
	FromHTTP      Source = "http"
	FromAlarm     Source = "alarm"
	FromParameter Source = "parameter"
	FromCalendar  Source = "calendar"
)

// Source returns the signal's source. It is empty in an invalid signal without any.
func (s Signal) Source() Source {
	switch {
	case s.HTTP != nil:
		return FromHTTP
	case s.Alarm != "":
		return FromAlarm
	case s.Parameter != "":
		return FromParameter
	case s.Calendar != "":
		return FromCalendar
	default:
		return ""
	}
}

// States lists the only values of a source; nil if it has others.
func (s Source) States() []string {
	switch s {
	case FromAlarm:
		return []string{"OK", "ALARM", "INSUFFICIENT_DATA"}
	case FromCalendar:
		return []string{"OPEN", "CLOSED"}
	case FromHTTP, FromParameter:
	}
	return nil
}

// Fallback returns what holds without a fresh value.
func (s Signal) Fallback() signal.Fallback {
	return signal.Fallback{MaxAge: time.Duration(s.MaxAge), Otherwise: s.Otherwise}
}

// HTTPSource is a request to a service. The deployment lists the hosts that it may go to.
type HTTPSource struct {
	URL    string                 `json:"url"`
	Header map[string]HeaderValue `json:"header,omitempty"`
}

// Secrets returns the names of the secrets in the headers.
func (s HTTPSource) Secrets() (names []string) {
	for _, header := range slices.Sorted(maps.Keys(s.Header)) {
		if name := s.Header[header].Secret; name != "" {
			names = append(names, name)
		}
	}
	return names
}

// Host returns the host of the URL, in lower case. It is empty in an invalid URL.
func (s HTTPSource) Host() string {
	address, err := url.Parse(s.URL)
	if err != nil {
		return ""
	}
	return strings.ToLower(address.Hostname())
}

// UnlistedHosts returns the names of the signals whose host is not listed, in order.
func UnlistedHosts(signals map[string]Signal, listed []string) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(signals)) {
		if source := signals[name].HTTP; source != nil && !slices.Contains(listed, source.Host()) {
			names = append(names, name)
		}
	}
	return names
}

// Hosts returns the hosts of signals, in order.
func Hosts(signals map[string]Signal) (hosts []string) {
	for _, s := range signals {
		if s.HTTP != nil {
			hosts = append(hosts, s.HTTP.Host())
		}
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// HeaderValue is the value of a header: a text, or the name of a secret in Secrets Manager that holds it.
type HeaderValue struct {
	Text   string `json:"-"`
	Secret string `json:"secret"`
}

// MarshalJSON returns the text, or an object with the secret's name.
func (h HeaderValue) MarshalJSON() ([]byte, error) {
	if h.Secret == "" {
		return json.Marshal(h.Text)
	}
	type object HeaderValue // without this method
	return json.Marshal(object(h))
}
