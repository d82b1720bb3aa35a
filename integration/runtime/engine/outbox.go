package engine

import "sync"

// outbox queues instructions for the engine's process without a limit. The process blocks until its output is read, so the reader
// must never wait to send an answer.
type outbox struct {
	mu    *sync.Mutex
	all   []instruction
	added chan struct{}
}

func newOutbox() outbox { return outbox{mu: &sync.Mutex{}, added: make(chan struct{}, 1)} }

// send queues an instruction for the engine's process. If the process is gone, watch reports it.
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

// deliver sends the queued instructions until the process is gone.
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
