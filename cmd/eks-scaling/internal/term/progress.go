package term

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// patience is the time before progress is shown.
const patience = time.Second

// Progress shows on a terminal that something takes longer than a second. Calling done removes the line;
// until then nothing else may be written.
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

// eraseLine empties the current line of the terminal.
const eraseLine = "\r\x1b[K"
