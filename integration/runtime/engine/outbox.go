package engine

import "sync"

// outbox has the instructions for the engine's process. It takes any number of them: the process says nothing more while
// nobody reads what it has said, so that what is sent in answer to that must not wait for the process.
type outbox struct {
	mu    *sync.Mutex
	all   []instruction
	added chan struct{}
}

func newOutbox() outbox { return outbox{mu: &sync.Mutex{}, added: make(chan struct{}, 1)} }

// send gives the engine's process an instruction, after all those before it. One that is gone is reported by watch.
func (e *Engine) send(i instruction) {
	e.out.mu.Lock()
	defer e.out.mu.Unlock()
	i.At = e.pace.sending()
	e.out.all = append(e.out.all, i)
	select {
	case e.out.added <- struct{}{}:
	default:
	}
}

// deliver sends what is in the outbox until the process is gone.
func (e *Engine) deliver() {
	for {
		select {
		case <-e.out.added:
		case <-e.child.Ended():
			return
		}
		e.out.mu.Lock()
		all := e.out.all
		e.out.all = nil
		e.out.mu.Unlock()
		for _, i := range all {
			if e.child.Send(i) != nil {
				return
			}
		}
	}
}
