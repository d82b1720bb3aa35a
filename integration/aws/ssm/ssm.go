// Package ssm fakes the part of AWS Systems Manager that signals read: GetParameter, and GetCalendarState of Change Calendar. It
// keeps its state in memory and serves the unmodified AWS SDK and AWS CLI behind an endpoint. PutParameter or the world's builder
// fills it.
//
// It must never be more lenient than AWS: it refuses what AWS refuses, with the same error type, and everything unknown.
package ssm

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"eks-scaling-automation/integration/aws/wire"
)

// Parameter is a parameter of Parameter Store.
type Parameter struct {
	Region   string
	Name     string // such as /scaling/event
	Type     string // String, StringList or SecureString
	Value    string
	Modified time.Time
	version  int
}

// The states of a calendar.
const (
	Open   = "OPEN"
	Closed = "CLOSED"
)

// Server is Systems Manager in all regions of an account. See [New].
type Server struct {
	account string
	now     func() time.Time

	mu         sync.Mutex
	parameters map[string]Parameter // by ARN
	calendars  map[string]string    // the states, by ARN
	authorize  wire.Authorize
}

// New returns the Systems Manager of an account, without parameters and calendars.
func New(account string, now func() time.Time) *Server {
	return &Server{account: account, now: now, parameters: map[string]Parameter{}, calendars: map[string]string{}}
}

// arn returns the ARN of a parameter. A name without a slash gets one.
func (s *Server) arn(region, name string) string {
	return "arn:aws:ssm:" + region + ":" + s.account + ":parameter/" + strings.TrimPrefix(name, "/")
}

// Put creates a parameter, or replaces it with its next version. It panics if AWS would refuse the parameter.
func (s *Server) Put(p Parameter) {
	if !validName.MatchString(p.Name) || p.Value == "" || !validType.MatchString(p.Type) {
		panic(fmt.Sprintf("ssm: found the parameter %+v; want a name such as /scaling/event, a type and a value", p))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	arn := s.arn(p.Region, p.Name)
	p.version = s.parameters[arn].version + 1
	s.parameters[arn] = p
}

// SetCalendar creates a calendar by its ARN, or sets its state.
func (s *Server) SetCalendar(arn, state string) error {
	if !calendarARN.MatchString(arn) || state != Open && state != Closed {
		return fmt.Errorf("ssm: found the calendar %q with the state %q; want the ARN of a document, and OPEN or CLOSED", arn, state)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calendars[arn] = state
	return nil
}

// SetAuthorize sets a hook that is asked before every call. Nil permits all.
func (s *Server) SetAuthorize(authorize wire.Authorize) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.authorize = authorize
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	wire.Operations{
		"GetParameter":     wire.On(s.getParameter),
		"GetCalendarState": wire.On(s.getCalendarState),
		"PutParameter":     wire.On(s.putParameter),
	}.ServeHTTP(w, r)
}

var (
	validName   = regexp.MustCompile(`^/?[a-zA-Z0-9_.-]+(/[a-zA-Z0-9_.-]+)*$`)
	validType   = regexp.MustCompile(`^(String|StringList|SecureString)$`)
	calendarARN = regexp.MustCompile(`^arn:aws:ssm:[a-z0-9-]+:[0-9]{12}:document/[a-zA-Z0-9_.-]{3,128}$`)
)

type getParameter struct {
	Name           string
	WithDecryption bool
}

type parameterAnswer struct {
	ARN              string
	DataType         string
	LastModifiedDate time.Time
	Name             string
	Type             string
	Value            string
	Version          int
}

// getParameter finds a parameter by its name or ARN. Versions and labels, as in "name:3", are not supported.
func (s *Server) getParameter(c wire.Caller, in getParameter) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	arn := in.Name
	if !strings.HasPrefix(arn, "arn:") {
		if !validName.MatchString(in.Name) {
			return nil, wire.Refuse("ValidationException", "Parameter name must be a fully qualified name or an ARN, not "+in.Name)
		}
		arn = s.arn(c.Region, in.Name)
	}
	if err := s.authorize.Check(c, "ssm:GetParameter", arn); err != nil {
		return nil, err
	}
	p, found := s.parameters[arn]
	if !found || p.Region != c.Region {
		return nil, wire.Refuse("ParameterNotFound", "Parameter "+in.Name+" not found.")
	}
	answer := parameterAnswer{arn, "text", p.Modified, p.Name, p.Type, p.Value, p.version}
	if p.Type == "SecureString" {
		if in.WithDecryption { // the key's ARN is unknown here, so nobody can be permitted
			return nil, wire.Refuse("AccessDeniedException", "User: "+c.Principal+" is not authorized to perform: kms:Decrypt")
		}
		answer.Value = "AQICAHencrypted"
	}
	return struct{ Parameter parameterAnswer }{answer}, nil
}

type putParameter struct {
	Name, Value, Type, Description string
	Overwrite                      bool
}

// putParameter creates a parameter, or replaces it if that is asked for. A replaced parameter keeps its type.
func (s *Server) putParameter(c wire.Caller, in putParameter) (any, error) {
	before, exists := s.parameter(c.Region, in.Name)
	if in.Type == "" {
		in.Type = before.Type
	}
	switch {
	case !validName.MatchString(in.Name):
		return nil, wire.Refuse("ValidationException", "Parameter name must be a fully qualified name, not "+in.Name)
	case in.Value == "" || len(in.Value) > 4096:
		return nil, wire.Refuse("ValidationException", "Value: want 1 to 4096 characters")
	case !validType.MatchString(in.Type):
		return nil, wire.Refuse("ValidationException", "A parameter type is required when you create a parameter.")
	case exists && !in.Overwrite:
		return nil, wire.Refuse("ParameterAlreadyExists", "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.")
	case exists && before.Type != in.Type:
		return nil, wire.Refuse("ValidationException", "The parameter has the type "+before.Type+", which cannot change")
	}
	s.Put(Parameter{Region: c.Region, Name: in.Name, Type: in.Type, Value: in.Value, Modified: s.now()})
	after, _ := s.parameter(c.Region, in.Name)
	return struct {
		Version int
		Tier    string
	}{after.version, "Standard"}, nil
}

func (s *Server) parameter(region, name string) (p Parameter, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, found = s.parameters[s.arn(region, name)]
	return p, found
}

type getCalendarState struct{ CalendarNames []string }

type calendarAnswer struct{ State, AtTime string }

// getCalendarState returns OPEN only if all calendars are open. Calendars have names or ARNs. It knows only the present.
func (s *Server) getCalendarState(c wire.Caller, in getCalendarState) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(in.CalendarNames) == 0 {
		return nil, wire.Refuse("ValidationException", "CalendarNames: required")
	}
	answer := calendarAnswer{Open, s.now().UTC().Format(time.RFC3339)}
	for _, arn := range in.CalendarNames {
		if !strings.HasPrefix(arn, "arn:") {
			arn = "arn:aws:ssm:" + c.Region + ":" + s.account + ":document/" + arn
		}
		if err := s.authorize.Check(c, "ssm:GetCalendarState", arn); err != nil {
			return nil, err
		}
		state, found := s.calendars[arn]
		if !found || strings.Split(arn, ":")[3] != c.Region {
			return nil, wire.Refuse("InvalidDocument", "Document "+arn+" does not exist.")
		}
		if state == Closed {
			answer.State = Closed
		}
	}
	return answer, nil
}
