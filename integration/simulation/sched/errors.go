package sched

import (
	"fmt"
	"strings"
	"time"
)

// Deadlock reports that processes wait and nothing can end their wait.
type Deadlock struct {
	At time.Time
	// Processes lists the waiting processes, the oldest first, with what each waits for.
	Processes []string
}

func (e *Deadlock) Error() string {
	return fmt.Sprintf("deadlock at %s: %s", e.At.Format(time.RFC3339Nano), strings.Join(e.Processes, ", "))
}

// Livelock reports that processes keep each other busy while virtual time stands still.
type Livelock struct {
	At        time.Time
	Processes []string
}

func (e *Livelock) Error() string {
	return fmt.Sprintf("more than %d steps at %s: %s", maxStepsAnInstant, e.At.Format(time.RFC3339Nano), strings.Join(e.Processes, ", "))
}

// Panic reports that a process panicked.
type Panic struct {
	Process string
	Value   any
	Stack   string
}

func (e *Panic) Error() string {
	return fmt.Sprintf("process %s panicked: %v\n%s", e.Process, e.Value, e.Stack)
}
