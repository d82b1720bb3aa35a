// Command local runs a local world with the demo's cluster and configuration until it is interrupted. It serves everything that
// the command line tool calls at one endpoint, so that people can try every command without an account.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata"
)

func main() {
	o := options{in: os.Stdin, out: os.Stdout, now: time.Now}
	flag.StringVar(&o.address, "address", "127.0.0.1:4577", "where the endpoint is to be")
	flag.Float64Var(&o.speed, "speed", 1, "seconds that pass in the local world for each of the machine's; 0 stands still until Enter is pressed")
	flag.StringVar(&o.at, "at", "", `when it begins, in São Paulo, as "2026-11-24 06:20" (default: now)`)
	flag.StringVar(&o.binaries, "binaries", "build/local", "folder for the functions and the command line tool")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "local:", err)
		os.Exit(1)
	}
}
