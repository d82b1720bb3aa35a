package night

import (
	"runtime"
	"sync"
)

// Tally counts the results of cases.
type Tally struct {
	Cases, Bad, Runs, Calls int
	// Violations counts the violations in all cases.
	Violations int
}

// Many simulates cases with consecutive seeds, in parallel on all processors. It calls bad for each case with violations, one at
// a time, in no order.
func Many(first uint64, cases int, o Options, bad func(Result)) (Tally, error) {
	var mu sync.Mutex
	var failure error
	t, next := Tally{}, first
	take := func() (seed uint64, more bool) {
		mu.Lock()
		defer mu.Unlock()
		seed, next = next, next+1
		return seed, seed-first < uint64(cases) && failure == nil
	}
	add := func(r Result, err error) {
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			failure = err
			return
		}
		t.Cases, t.Runs, t.Calls, t.Violations = t.Cases+1, t.Runs+r.Runs, t.Calls+r.Calls, t.Violations+len(r.Violations)
		if len(r.Violations) > 0 {
			t.Bad++
			bad(r)
		}
	}
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for {
				seed, more := take()
				if !more {
					return
				}
				add(Run(seed, o))
			}
		})
	}
	group.Wait()
	return t, failure
}

// Search simulates cases with a planted fault until one has violations; nil if none has.
func Search(p *Plant, first uint64, cases int) (*Result, error) {
	for seed := first; seed-first < uint64(cases); seed++ {
		r, err := Run(seed, Options{Plant: p})
		if err != nil {
			return nil, err
		}
		if len(r.Violations) > 0 {
			return &r, nil
		}
	}
	return nil, nil
}
