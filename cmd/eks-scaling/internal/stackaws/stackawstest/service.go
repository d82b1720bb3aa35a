package stackawstest

import (
	"bytes"
	"context"
	"encoding/json"
	"hash/crc32"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Machine is the ARN of the service's state machine.
const Machine = "arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling"

// ARN returns the ARN of the execution with a name.
func ARN(name string) string {
	return strings.Replace(Machine, ":stateMachine:", ":execution:", 1) + ":" + name
}

// Execution is an execution in the service.
type Execution struct {
	Name, Status   string // as Step Functions has them
	Input          string
	Started, Ended time.Time
	Error, Cause   string
	Redriven       time.Time
	Redrives       int
	NotRedrivable  string // why; empty: it is redrivable
	Tape           *Tape
	// PerLook is how many more events each read of the history returns; 0 returns all at once.
	PerLook int
	// Late is how many reads of the history find no execution.
	Late   int
	looks  int
	mapRun string // the map run that started it for a unit; empty for a run
}

// ARN returns the ARN of the execution.
func (e *Execution) ARN() string {
	if e.mapRun == "" {
		return ARN(e.Name)
	}
	return UnitARN(e.Name)
}

// UnitARN returns the ARN of a unit's execution with a name.
func UnitARN(name string) string {
	return strings.Replace(Machine, ":stateMachine:", ":execution:", 1) + "/Unit:" + name
}

// Service answers calls of Step Functions from memory. It is the HTTP client of a configuration; see [Service.Config].
type Service struct {
	Executions []*Execution // those started last first
	// Calls lists the called operations, in order, with the relevant input.
	Calls []string
	// OnStart returns the execution that StartExecution starts.
	OnStart func(name, input string) *Execution
	// OnRedrive changes a redriven execution.
	OnRedrive func(*Execution)
	// Fail maps operations to their errors, such as "AccessDeniedException: no".
	Fail map[string]string
	// Lost counts, by operation, the answers that arrive too late; the operation takes effect anyway.
	Lost map[string]int
	// Attempts is how often clients try; 0 means once.
	Attempts int
	// Page limits the items in one answer; 0 means as many as requested.
	Page int

	mu sync.Mutex
}

// Config returns a configuration whose clients call the service.
func (s *Service) Config() aws.Config {
	return aws.Config{
		Region: "sa-east-1", HTTPClient: s, RetryMaxAttempts: max(s.Attempts, 1),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "x", SecretAccessKey: "y"}, nil
		}),
	}
}

// request is the input of any operation.
type request struct {
	StateMachineARN string `json:"stateMachineArn"`
	ExecutionARN    string `json:"executionArn"`
	MapRunARN       string `json:"mapRunArn"`
	Name            string `json:"name"`
	Input           string `json:"input"`
	StatusFilter    string `json:"statusFilter"`
	MaxResults      int    `json:"maxResults"`
	NextToken       string `json:"nextToken"`
}

// fault is an error of the service.
type fault struct{ code, message string }

// Do answers one call.
func (s *Service) Do(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var in request
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return nil, err
	}
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	answer, failed := s.answer(operation, in)
	if s.Lost[operation] > 0 {
		s.Lost[operation]--
		return nil, os.ErrDeadlineExceeded
	}
	status := http.StatusOK
	if failed != nil {
		status, answer = http.StatusBadRequest, map[string]any{"__type": failed.code, "message": failed.message}
	}
	body, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	header := http.Header{"Content-Type": {"application/x-amz-json-1.0"}}
	header.Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
}

func (s *Service) answer(operation string, in request) (any, *fault) {
	s.Calls = append(s.Calls, strings.TrimSpace(operation+" "+in.StatusFilter))
	if code, message, fails := strings.Cut(s.Fail[operation], ": "); fails {
		return nil, &fault{code, message}
	}
	switch operation {
	case "StartExecution":
		return s.start(in)
	case "ListExecutions":
		return s.list(in), nil
	case "DescribeMapRun":
		return countUnits(s.of(in.MapRunARN)), nil
	}
	all := s.all()
	i := slices.IndexFunc(all, func(e *Execution) bool { return e.ARN() == in.ExecutionARN })
	if i < 0 {
		return nil, &fault{"ExecutionDoesNotExist", "Execution Does Not Exist: '" + in.ExecutionARN + "'"}
	}
	switch e := all[i]; operation {
	case "DescribeExecution":
		return e.describe(), nil
	case "GetExecutionHistory":
		return s.history(e, in)
	case "RedriveExecution":
		s.OnRedrive(e)
		return map[string]any{"redriveDate": seconds(e.Redriven)}, nil
	default:
		return nil, &fault{"UnknownOperationException", operation}
	}
}

// start starts an execution. If the name exists, it accepts only the same input, and only while that execution runs.
func (s *Service) start(in request) (any, *fault) {
	for _, e := range s.Executions {
		switch {
		case e.Name != in.Name:
		case e.Status == "RUNNING" && e.Input == in.Input:
			return map[string]any{"executionArn": ARN(in.Name), "startDate": seconds(e.Started)}, nil
		default:
			return nil, &fault{"ExecutionAlreadyExists", "Execution Already Exists: '" + ARN(in.Name) + "'"}
		}
	}
	e := s.OnStart(in.Name, in.Input)
	s.Executions = slices.Insert(s.Executions, 0, e)
	return map[string]any{"executionArn": ARN(in.Name), "startDate": seconds(e.Started)}, nil
}

func (s *Service) list(in request) any {
	var chosen []any
	for _, e := range s.of(in.MapRunARN) {
		if in.StatusFilter == "" || in.StatusFilter == e.Status {
			chosen = append(chosen, e.summary())
		}
	}
	page, next := s.page(chosen, in)
	return map[string]any{"executions": page, "nextToken": next}
}

// all returns the executions of runs and units.
func (s *Service) all() []*Execution {
	all := slices.Clone(s.Executions)
	for _, e := range s.Executions {
		if e.Tape != nil {
			all = append(all, e.Tape.Units...)
		}
	}
	return all
}

// of returns the executions of a map run, or the runs if none is named.
func (s *Service) of(mapRun string) []*Execution {
	return slices.DeleteFunc(s.all(), func(e *Execution) bool { return e.mapRun != mapRun })
}

func countUnits(units []*Execution) any {
	counts := map[string]int{"total": len(units)}
	for _, name := range []string{"pending", "running", "succeeded", "failed", "timedOut", "aborted", "resultsWritten"} {
		counts[name] = 0
	}
	for _, e := range units {
		counts[map[string]string{"RUNNING": "running", "SUCCEEDED": "succeeded", "FAILED": "failed", "TIMED_OUT": "timedOut", "ABORTED": "aborted"}[e.Status]]++
	}
	return map[string]any{"executionCounts": counts, "itemCounts": counts}
}

func (s *Service) history(e *Execution, in request) (any, *fault) {
	e.looks++
	if e.looks <= e.Late {
		return nil, &fault{"ExecutionDoesNotExist", "not yet"}
	}
	var events []any
	for i, event := range e.Tape.Events {
		if e.PerLook == 0 || i < e.PerLook*(e.looks-e.Late) {
			events = append(events, event)
		}
	}
	page, next := s.page(events, in)
	return map[string]any{"events": page, "nextToken": next}, nil
}

// page returns one page of items, and the token of the next one.
func (s *Service) page(items []any, in request) (page []any, next *string) {
	size := in.MaxResults
	if s.Page > 0 {
		size = min(size, s.Page)
	}
	from, _ := strconv.Atoi(in.NextToken)
	page = items[min(from, len(items)):min(from+size, len(items))]
	if from+size < len(items) {
		token := strconv.Itoa(from + size)
		next = &token
	}
	return append([]any{}, page...), next
}

func (e *Execution) summary() map[string]any {
	all := map[string]any{
		"name": e.Name, "executionArn": e.ARN(), "stateMachineArn": Machine, "status": e.Status, "startDate": seconds(e.Started),
		"redriveCount": e.Redrives,
	}
	if !e.Ended.IsZero() {
		all["stopDate"] = seconds(e.Ended)
	}
	if !e.Redriven.IsZero() {
		all["redriveDate"] = seconds(e.Redriven)
	}
	return all
}

func (e *Execution) describe() map[string]any {
	all := e.summary()
	all["input"], all["redriveStatus"] = e.Input, "REDRIVABLE"
	if e.NotRedrivable != "" {
		all["redriveStatus"], all["redriveStatusReason"] = "NOT_REDRIVABLE", e.NotRedrivable
	}
	if e.Error != "" {
		all["error"], all["cause"] = e.Error, e.Cause
	}
	return all
}
