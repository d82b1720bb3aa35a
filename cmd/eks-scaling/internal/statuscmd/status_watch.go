package statuscmd

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
)

// repeat looks until ctx ends, and returns the result of the last look.
func (w watching) repeat(ctx context.Context, out io.Writer, env frame.Environment, s frame.Session, from sources) error {
	shown := watchedScreen{out: out, env: env, view: w.view()}
	done := s.Progress("reading the status")
	now, looked := s.Now, false
	var last report.Report
	for {
		report, err := w.look(ctx, from, now)
		done()
		if looked && ctx.Err() != nil {
			break
		}
		if err == nil {
			err = shown.show(report, fmt.Sprintf("updated at %s; again every %s, until Ctrl-C", now.UTC().Format("15:04:05 UTC"), w.every))
		}
		if err != nil {
			return cmp.Or(shown.close(), err)
		}
		last, looked = report, true
		if !pause(ctx, w.every) {
			break
		}
		from, now = from.again(ctx, s.Current)
	}
	columns, _ := shown.size()
	if err := shown.close(); err != nil {
		return err
	}
	return cmp.Or(screenOf(last, columns, w.view()).Print(out, env.Color()), verdict(last))
}

// pause waits, and reports false if ctx ends.
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

// The control sequences for the alternate screen. Overwriting avoids flicker, and the old screen comes back.
const (
	openScreen  = "\x1b[?1049h"
	closeScreen = "\x1b[?1049l"
	goHome      = "\x1b[H"
	eraseRight  = "\x1b[K"
	eraseBelow  = "\x1b[J"
)

// watchedScreen shows each report in the place of the last.
type watchedScreen struct {
	out  io.Writer
	env  frame.Environment
	view view
	open bool
}

// size returns the terminal's present size; 0 rows means unlimited.
func (w *watchedScreen) size() (columns, rows int) {
	if w.env.Size != nil {
		columns, rows = w.env.Size()
	}
	return cmp.Or(columns, w.env.Width, frame.DefaultWidth), rows
}

// show shows a report with a line below it.
func (w *watchedScreen) show(r report.Report, below string) error {
	columns, rows := w.size()
	text := goHome + drawFrame(fit(watchScreenOf(r, columns, w.view), columns, rows, below), w.env.Color(), columns)
	if !w.open {
		w.open, text = true, openScreen+text
	}
	_, err := io.WriteString(w.out, text)
	return err
}

// close restores the old screen.
func (w *watchedScreen) close() error {
	if !w.open {
		return nil
	}
	w.open = false
	_, err := io.WriteString(w.out, closeScreen)
	return err
}

// watchScreenOf lays out a report with the verdict first, as the end may be cut.
func watchScreenOf(r report.Report, columns int, v view) *term.Screen {
	p := printer{term.NewScreen(max(columns-1, 1)), r, v} // after a full row the cursor stays on its last character
	p.verdict()
	p.header()
	p.findings()
	p.parts()
	return p.Screen
}

// fit cuts the screen to the given number of rows, with a line below it.
func fit(s *term.Screen, columns, rows int, below string) *term.Screen {
	room := rows - 1
	for i, line := range s.Lines {
		if room -= rowsOf(line, columns); room < 0 && rows > 0 {
			below = fmt.Sprintf("(%s) %s", english.Count(len(s.Lines)-i, "more line"), below)
			s.Lines = s.Lines[:i]
			break
		}
	}
	s.Add(s.Cut(below))
	return s
}

// rowsOf returns how many rows a line takes. Commands are not cut, and may take several.
func rowsOf(l term.ScreenLine, columns int) int {
	return max(1, (len([]rune(l.Text))+columns-1)/columns)
}

// drawFrame returns the screen to write over another. A final line feed might scroll it.
func drawFrame(s *term.Screen, color bool, columns int) string {
	var lines []string
	for _, line := range s.Lines {
		text := line.Styled(color)
		if len([]rune(line.Text)) < rowsOf(line, columns)*columns {
			text += eraseRight
		}
		lines = append(lines, text)
	}
	return strings.Join(lines, "\n") + eraseBelow
}
