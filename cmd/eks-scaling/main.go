// Command eks-scaling is the operator's tool.
package main

import (
	"cmp"
	"context"
	"errors"
	"os"
	"os/signal"
	"os/user"
	"syscall"
	"time"
	_ "time/tzdata"

	xterm "golang.org/x/term"

	"eks-scaling-automation/cmd/eks-scaling/internal/cli"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends what does not listen
	env := frame.Environment{Now: time.Now, User: userName(), Connect: frame.Connect}
	env.Editor = cmp.Or(os.Getenv("VISUAL"), os.Getenv("EDITOR"))
	env.StdinIsTerminal = xterm.IsTerminal(int(os.Stdin.Fd()))
	env.StdoutIsTerminal = xterm.IsTerminal(int(os.Stdout.Fd()))
	env.StderrIsTerminal = xterm.IsTerminal(int(os.Stderr.Fd()))
	env.Interactive = env.StdinIsTerminal && (env.StdoutIsTerminal || env.StderrIsTerminal)
	env.Dumb = os.Getenv("TERM") == "dumb"
	if width, _, err := xterm.GetSize(int(os.Stdout.Fd())); err == nil {
		env.Width, env.AutoColor = cmp.Or(width, frame.DefaultWidth), os.Getenv("NO_COLOR") == "" && !env.Dumb
		env.Size = terminalSize
	}
	root := cli.NewRoot(env)
	err := root.ExecuteContext(ctx)
	stop()
	if err != nil && !errors.Is(err, frame.ErrFindings) {
		term.SayLine(os.Stderr, "eks-scaling:", err)
	}
	os.Exit(frame.ExitCode(err))
}

// terminalSize asks the terminal, whose size may change at any moment.
func terminalSize() (columns, rows int) {
	columns, rows, err := xterm.GetSize(int(os.Stdout.Fd()))
	if err != nil {
		return 0, 0
	}
	return columns, rows
}

// userName is who calls, for the record; empty if the machine does not know.
func userName() string {
	if name := os.Getenv("USER"); name != "" {
		return name
	}
	if who, err := user.Current(); err == nil {
		return who.Username
	}
	return ""
}
