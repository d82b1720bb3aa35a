package endpoint

// Call is a call that reached an endpoint.
type Call struct {
	Service   string // that it is signed for, as "monitoring"; empty when it is not signed
	Operation string // as "DescribeAlarms"; "GET /clusters/production" where the API has no name for it on the wire
	Region    string
	Principal string // the access key id
	Status    int    // of HTTP; 0 without an answer
}

// Calls returns the calls so far, in order of arrival.
func (e *Endpoint) Calls() []Call {
	e.mu.Lock()
	defer e.mu.Unlock()
	calls := make([]Call, 0, len(e.calls))
	for _, c := range e.calls {
		calls = append(calls, *c)
	}
	return calls
}

// MaxAtOnce returns the largest number of concurrent calls.
func (e *Endpoint) MaxAtOnce() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.most
}

// Reset forgets the calls so far, and the largest number of concurrent ones.
func (e *Endpoint) Reset() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.calls, e.most = nil, e.inFlight
}

func (e *Endpoint) begin(c Call) *Call {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.calls = append(e.calls, &c)
	e.inFlight++
	e.most = max(e.most, e.inFlight)
	return &c
}

func (e *Endpoint) end(c *Call, status int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.inFlight--
	c.Status = status
}
