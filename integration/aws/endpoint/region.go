package endpoint

// Route sends the calls that are signed for a region to another endpoint, which counts them.
func (e *Endpoint) Route(region string, to *Endpoint) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.regions[region] = to
}

// SetDown sets a hook that reports whether a region is down. Its services answer 503.
func (e *Endpoint) SetDown(down func(region string) bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.down = down
}

func (e *Endpoint) in(region string) *Endpoint {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.regions[region]
}

func (e *Endpoint) isDown(region string) bool {
	e.mu.Lock()
	down := e.down
	e.mu.Unlock()
	return down != nil && down(region)
}
