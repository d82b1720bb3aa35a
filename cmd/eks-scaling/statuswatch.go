package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/english"
)

// repeat looks until ctx ends, each time as of then, and ends as the last look would have.
func (w watching) repeat(ctx context.Context, out io.Writer, env environment, s session, from sources) error {
	shown := watchedScreen{out: out, env: env}
	done := s.progress("looking at everything")
	now, looked := s.now, false
	var last health.Report
	for {
		report, err := w.look(ctx, from, now)
		done()
		if looked && ctx.Err() != nil {
			break
		}
		if err == nil {
			err = shown.show(report, fmt.Sprintf("looked at %s; again every %s, until Ctrl-C", now.UTC().Format("15:04:05 UTC"), w.every))
		}
		if err != nil {
			return cmp.Or(shown.close(), err)
		}
		last, looked = report, true
		if !pause(ctx, w.every) {
			break
		}
		from, now = from.again(ctx, s.current)
	}
	columns, _ := shown.size()
	return cmp.Or(shown.close(), screenOf(last, columns).print(out, env.colour), verdict(last))
}

// pause waits, and says whether ctx goes on.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// What the terminal is told: to show a screen of its own and the old one again, to go to the upper left corner, and to empty
// what is right of a line, and what is below the last one. So nothing flickers, and nothing is lost that was there before.
const (
	openScreen  = "\x1b[?1049h"
	closeScreen = "\x1b[?1049l"
	goHome      = "\x1b[H"
	eraseRight  = "\x1b[K"
	eraseBelow  = "\x1b[J"
)

// watchedScreen shows one report in the place of the one before, for as long as somebody watches.
type watchedScreen struct {
	out  io.Writer
	env  environment
	open bool
}

// size is what the terminal has now; 0 rows are as many as are needed.
func (w *watchedScreen) size() (columns, rows int) {
	if w.env.size != nil {
		columns, rows = w.env.size()
	}
	return cmp.Or(columns, w.env.width, defaultWidth), rows
}

// show shows a report, and a line below it.
func (w *watchedScreen) show(r health.Report, below string) error {
	columns, rows := w.size()
	text := goHome + watchScreenOf(r, columns).fit(columns, rows, below).frame(w.env.colour, columns)
	if !w.open {
		w.open, text = true, openScreen+text
	}
	_, err := io.WriteString(w.out, text)
	return err
}

// close brings back what was there before.
func (w *watchedScreen) close() error {
	if !w.open {
		return nil
	}
	w.open = false
	_, err := io.WriteString(w.out, closeScreen)
	return err
}

// watchScreenOf is a report for people who see only the beginning of it, and perhaps not all the time.
func watchScreenOf(r health.Report, columns int) *screen {
	s := newScreen(max(columns-1, 1)) // behind a line that fills its row the cursor stands on the last letter
	s.switchOff(r)
	s.verdict(r)
	s.add("")
	s.parts(r)
	return s
}

// fit keeps of the lines those that have room in so many rows, together with one below them.
func (s *screen) fit(columns, rows int, below string) *screen {
	room := rows - 1
	for i, line := range s.lines {
		if room -= line.rows(columns); room < 0 && rows > 0 {
			below = fmt.Sprintf("(%s) %s", english.Count(len(s.lines)-i, "more line"), below)
			s.lines = s.lines[:i]
			break
		}
	}
	s.add(s.cut(below))
	return s
}

// rows is how many of them a line takes: one that is not cut, as it is there to be copied, may take several.
func (l screenLine) rows(columns int) int {
	return max(1, (len([]rune(l.text))+columns-1)/columns)
}

// frame is the screen as it is written over another one. There is no end of line behind the last, as that might move all up.
func (s *screen) frame(colour bool, columns int) string {
	var lines []string
	for _, line := range s.lines {
		text := line.styled(colour)
		if len([]rune(line.text)) < line.rows(columns)*columns {
			text += eraseRight
		}
		lines = append(lines, text)
	}
	return strings.Join(lines, "\n") + eraseBelow
}
