package main

import (
	"bufio"
	"context"
	"time"
)

// step is how far Enter moves a stopped clock.
const step = 5 * time.Minute

// presses receives a value each time Enter is pressed, if that moves the clock.
func (o options) presses() <-chan struct{} {
	if o.speed != 0 || o.in == nil {
		return nil
	}
	pressed := make(chan struct{})
	go func() { // ends with the process, as reading a terminal cannot be interrupted
		for lines := bufio.NewScanner(o.in); lines.Scan(); {
			pressed <- struct{}{}
		}
	}()
	return pressed
}

// forward lets a step pass since an instant. Each due trigger fires at its time, and its run ends before the clock moves further.
func (l *local) forward(ctx context.Context, from time.Time) {
	until := l.now().Add(step)
	for _, due := range l.Due(from, until) {
		l.hand.MoveTo(due.At)
		x, err := l.Fire(due)
		if err != nil {
			l.say("%s  %v", l.local(due.At), err)
			continue
		}
		l.runs.fired(x, due.Schedule.Name)
		_, _ = x.Wait(ctx) // its end is reported with all others
	}
	l.hand.MoveTo(until)
}
