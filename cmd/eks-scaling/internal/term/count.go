package term

import "io"

// Counter tells how much of a long work is done: on a terminal in one line that changes, elsewhere in a line for each tenth.
type Counter struct {
	Out        io.Writer
	IsTerminal bool
	Did, What  string // such as "wrote" and "clusters"
	Total      int

	done, tenths int
}

// minCounted is the least work that is counted. Less is done before anybody wonders.
const minCounted = 20

// Add tells that some more is done. The end of the work is for others to tell.
func (c *Counter) Add(n int) {
	c.done += n
	if c.Total < minCounted || c.done >= c.Total {
		return
	}
	before := c.tenths
	c.tenths = c.done * 10 / c.Total
	if c.IsTerminal {
		Say(c.Out, "%s%s %d of %d %s", Styled(eraseLine), c.Did, c.done, c.Total, c.What)
	} else if c.tenths > before {
		Say(c.Out, "%s %d of %d %s\n", c.Did, c.done, c.Total, c.What)
	}
}

// Close removes the line from the terminal. Until then nothing else may be written.
func (c *Counter) Close() {
	if c.IsTerminal && c.Total >= minCounted {
		_, _ = io.WriteString(c.Out, eraseLine)
	}
}
