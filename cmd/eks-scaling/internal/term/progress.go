package term

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// patience is how long something may take before it is shown that it goes on.
const patience = time.Second

// Progress shows on a terminal that something takes its time, once it has taken longer than a second, in a line of its own
// that is gone when done is called. Nothing else may be written until then. Without a terminal it shows nothing.
func Progress(terminal io.Writer, isTerminal bool, what string) (done func()) {
	if !isTerminal {
		return func() {}
	}
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ticks := time.NewTicker(patience)
		defer ticks.Stop()
		for seconds := 1; ; seconds++ {
			select {
			case <-stop:
				if seconds > 1 {
					_, _ = io.WriteString(terminal, eraseLine)
				}
				return
			case <-ticks.C:
				_, _ = fmt.Fprintf(terminal, "%s%s ... %d s", eraseLine, what, seconds)
			}
		}
	}()
	return sync.OnceFunc(func() {
		close(stop)
		<-ended
	})
}

// eraseLine empties the line of the terminal that the cursor is in, and goes to its start.
const eraseLine = "\r\x1b[K"
