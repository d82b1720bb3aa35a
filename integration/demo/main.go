// Command demo runs a week of the reference schedule and a stormy evening: the real definition in a state machine engine, the real
// function binaries, a stateful EKS. It exits non-zero if anything differs from what is expected.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata"

	"eks-scaling-automation/integration/runtime/node"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/integration/world/clock"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	binaries := flag.String("binaries", "build/local", "folder for the functions and the command line tool")
	flag.Parse()
	err := show(ctx, *binaries)
	if ctx.Err() != nil {
		err = errors.New("interrupted; everything that was started is gone")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func show(ctx context.Context, binaries string) (err error) {
	log, err := create("build/demo/functions.log")
	if err != nil {
		return err
	}
	defer func() { err = firstOf(err, log.Close()) }()
	defer node.EndResting()
	began := time.Now()
	fmt.Println("Building the functions and starting the local AWS ...")
	if err := world.Build(ctx, binaries); err != nil {
		return err
	}
	wrong, err := showWeek(ctx, world.Options{Binaries: binaries, Log: log, Now: time.Now})
	if err != nil {
		return err
	}
	more, err := showEvening(ctx, world.Options{Binaries: binaries, Log: log, Now: time.Now, Clock: clock.Virtual(eveningBegins(saoPaulo()))})
	if err != nil {
		return err
	}
	return conclude(os.Stdout, time.Since(began), append(wrong, more...))
}

func showWeek(ctx context.Context, o world.Options) (wrong []string, err error) {
	w, err := world.Start(ctx, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = firstOf(err, w.Close()) }()
	return newDemo(w, os.Stdout, time.Now).play(ctx)
}

func showEvening(ctx context.Context, o world.Options) (wrong []string, err error) {
	w, err := world.Start(ctx, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = firstOf(err, w.Close()) }()
	return newEvening(w, os.Stdout, saoPaulo()).play(ctx)
}

// conclude says whether everything was as expected.
func conclude(out io.Writer, took time.Duration, wrong []string) error {
	if len(wrong) > 0 {
		return errors.New("not as the schedules say:\n  " + strings.Join(wrong, "\n  "))
	}
	_, err := fmt.Fprintf(out, "\nEverything is as the schedules say, after %.1f s.\n", took.Seconds())
	return err
}

func firstOf(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
