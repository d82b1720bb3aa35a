// Package eventbridge fakes EventBridge: event buses that take events by PutEvents, and rules with patterns, input transformers and
// targets. It keeps all events and serves the unmodified AWS SDK behind an endpoint.
//
// It must never be more lenient than AWS: it refuses what AWS refuses, and every pattern that it does not know. Unlike AWS it
// delivers only when it is told to, so that tests decide when a target is called.
package eventbridge

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"eks-scaling-automation/integration/aws/wire"
)

// Event is an event on a bus.
type Event struct {
	Bus        string
	ID         string
	Source     string
	DetailType string
	Account    string
	Region     string
	Time       time.Time
	Resources  []string
	Detail     json.RawMessage
}

// JSON returns the event as rules match it and targets receive it.
func (e Event) JSON() json.RawMessage {
	data, err := json.Marshal(struct {
		Version    string          `json:"version"`
		ID         string          `json:"id"`
		DetailType string          `json:"detail-type"`
		Source     string          `json:"source"`
		Account    string          `json:"account"`
		Time       string          `json:"time"`
		Region     string          `json:"region"`
		Resources  []string        `json:"resources"`
		Detail     json.RawMessage `json:"detail"`
	}{
		"0", e.ID, e.DetailType, e.Source, e.Account, e.Time.UTC().Format("2006-01-02T15:04:05Z"), e.Region,
		append([]string{}, e.Resources...), e.Detail,
	})
	if err != nil {
		panic(err) // the detail was checked when the event was put
	}
	return data
}

// Server is EventBridge in one region of an account. See [New].
type Server struct {
	region, account string
	now             func() time.Time

	mu        sync.Mutex
	buses     []string
	rules     []compiled
	events    []Event
	delivered int // how many events the rules have seen
	authorize wire.Authorize
	faults    wire.Faults[string]
}

// New returns the EventBridge of an account in a region, with its default bus.
func New(region, account string, now func() time.Time) *Server {
	return &Server{region: region, account: account, now: now, buses: []string{"default"}}
}

// CreateBus adds a bus.
func (s *Server) CreateBus(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buses = append(s.buses, name)
}

// SetAuthorize sets a hook that is asked before every call. Nil permits all.
func (s *Server) SetAuthorize(authorize wire.Authorize) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.authorize = authorize
}

// Fail makes the next calls of PutEvents fail.
func (s *Server) Fail(times int, failure wire.Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.Fail(times, failure, func(string) bool { return true })
}

// Events returns all events so far, in order.
func (s *Server) Events() []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.events)
}

// Send puts an event of AWS itself on a bus: of Step Functions on the default one, or of EventBridge Scheduler.
func (s *Server) Send(bus string, e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e.Bus = bus[strings.LastIndex(bus, "/")+1:]
	s.keep(e)
}

// keep adds an event. The caller has the lock.
func (s *Server) keep(e Event) (id string) {
	e.ID = fmt.Sprintf("00000000-0000-4000-8000-%012d", len(s.events)+1)
	e.Account, e.Region = s.account, s.region
	if e.Time.IsZero() {
		e.Time = s.now()
	}
	s.events = append(s.events, e)
	return e.ID
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	wire.Operations{"PutEvents": wire.On(s.putEvents)}.ServeHTTP(w, r)
}

type entry struct {
	Detail, DetailType, EventBusName, Source, TraceHeader string

	Resources []string
	Time      float64 // in seconds since 1970
}

type putEvents struct{ Entries []entry }

type entryResult struct {
	EventID      string `json:"EventId,omitempty"`
	ErrorCode    string `json:",omitempty"`
	ErrorMessage string `json:",omitempty"`
}

type putEventsAnswer struct {
	FailedEntryCount int
	Entries          []entryResult
}

// The limits of PutEvents.
const (
	maxEntries = 10
	maxBytes   = 256 * 1024
)

func (s *Server) putEvents(c wire.Caller, in putEvents) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if failure := s.faults.Failure("PutEvents"); failure != nil {
		return nil, *failure
	}
	if n := len(in.Entries); n < 1 || n > maxEntries {
		return nil, wire.Refuse("ValidationException", fmt.Sprintf("found %d entries; want 1 to %d", n, maxEntries))
	}
	var answer putEventsAnswer
	size := 0
	for _, e := range in.Entries {
		size += e.size()
	}
	if size > maxBytes {
		return nil, wire.NewFailure(http.StatusRequestEntityTooLarge, "ValidationException", "Total size of the entries in the request is over the limit.")
	}
	for _, e := range in.Entries {
		result, err := s.put(c, e)
		if err != nil {
			return nil, err
		}
		if result.ErrorCode != "" {
			answer.FailedEntryCount++
		}
		answer.Entries = append(answer.Entries, result)
	}
	return answer, nil
}

func (e entry) size() (bytes int) {
	if e.Time != 0 {
		bytes += 14
	}
	for _, r := range e.Resources {
		bytes += len(r)
	}
	return bytes + len(e.Source) + len(e.DetailType) + len(e.Detail)
}

// put keeps an entry, or says what is wrong with it alone.
func (s *Server) put(c wire.Caller, e entry) (entryResult, error) {
	bus := e.EventBusName
	if bus == "" {
		bus = "default"
	}
	bus = bus[strings.LastIndex(bus, "/")+1:]
	if err := s.authorize.Check(c, "events:PutEvents", "arn:aws:events:"+s.region+":"+s.account+":event-bus/"+bus); err != nil {
		return entryResult{}, err
	}
	var detail map[string]json.RawMessage
	switch {
	case e.Source == "" || e.DetailType == "" || e.Detail == "":
		return entryResult{ErrorCode: "InvalidArgument", ErrorMessage: "Parameter Source, DetailType and Detail are required."}, nil
	case strings.HasPrefix(e.Source, "aws."):
		return entryResult{ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source."}, nil
	case len(e.DetailType) > 128:
		return entryResult{ErrorCode: "InvalidArgument", ErrorMessage: "Parameter DetailType is too long."}, nil
	case json.Unmarshal([]byte(e.Detail), &detail) != nil:
		return entryResult{ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed."}, nil //nolint:nilerr // the answer has an error for each entry
	case !slices.Contains(s.buses, bus): // AWS accepts the entry and drops it
		return entryResult{}, wire.Refuse("ResourceNotFoundException", "Event bus "+bus+" does not exist.")
	}
	at := time.Time{}
	if e.Time != 0 {
		at = time.UnixMilli(int64(e.Time * 1000)).UTC()
	}
	id := s.keep(Event{Bus: bus, Source: e.Source, DetailType: e.DetailType, Time: at, Resources: e.Resources, Detail: json.RawMessage(e.Detail)})
	return entryResult{EventID: id}, nil
}
