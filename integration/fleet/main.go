// Command fleet measures runs of many units: the real definition in a state machine engine, the real function binaries, an EKS
// with a budget of calls, and a clock that jumps over the waits. It prints tables, and exits non-zero if anything is lost or wrong.
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
	err := measure(ctx, os.Args[1:])
	if ctx.Err() != nil {
		err = errors.New("interrupted; everything that was started is gone, and nothing was written")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "fleet:", err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, args []string) error {
	o, err := read(args)
	if err != nil {
		return err
	}
	o.say("Building the functions ...")
	if err := world.Build(ctx, o.binaries); err != nil {
		return err
	}
	defer node.EndResting()
	o.now = time.Now
	r, err := all(ctx, o)
	if err != nil {
		return err
	}
	r.print(os.Stdout)
	if len(r.wrong) > 0 {
		return fmt.Errorf("%d things are lost or wrong; nothing was written", len(r.wrong))
	}
	return r.write(o.folder)
}
