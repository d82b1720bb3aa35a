package lambda

import (
	"bytes"
	"io"
	"sync"
)

// lineWriter passes on whole lines, so that lines of sandboxes with the same log stay intact.
type lineWriter struct {
	to   io.Writer
	lock *sync.Mutex
	rest []byte
}

func (w *lineWriter) Write(p []byte) (int, error) {
	w.rest = append(w.rest, p...)
	if end := bytes.LastIndexByte(w.rest, '\n') + 1; end > 0 {
		w.pass(w.rest[:end])
		w.rest = w.rest[end:]
	}
	return len(p), nil
}

// flush passes on a last line that was never ended.
func (w *lineWriter) flush() {
	if len(w.rest) > 0 {
		w.pass(append(w.rest, '\n'))
		w.rest = nil
	}
}

// pass never fails: a function must not notice that its log is full or closed.
func (w *lineWriter) pass(lines []byte) {
	if w.to == nil {
		return
	}
	w.lock.Lock()
	defer w.lock.Unlock()
	_, _ = w.to.Write(lines)
}
