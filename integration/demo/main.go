// Command demo runs a week of the reference schedule: the real definition in a state machine engine, the real function binaries,
// a stateful EKS. It exits non-zero if anything differs from the schedule.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata"

	"eks-scaling-automation/integration/runtime/node"
	"eks-scaling-automation/integration/world"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := show(ctx)
	if ctx.Err() != nil {
		err = errors.New("interrupted; everything that was started is gone")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func show(ctx context.Context) (err error) {
	log, err := create("build/demo/functions.log")
	if err != nil {
		return err
	}
	defer func() { err = firstOf(err, log.Close()) }()
	fmt.Println("Building the functions and starting the local AWS ...")
	if err := world.Build(ctx, "build/local"); err != nil {
		return err
	}
	w, err := world.Start(ctx, world.Options{Binaries: "build/local", Log: log, Now: time.Now})
	if err != nil {
		return err
	}
	defer node.EndResting()
	defer func() { err = firstOf(err, w.Close()) }()
	return newDemo(w, os.Stdout, time.Now).play(ctx)
}

func firstOf(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
