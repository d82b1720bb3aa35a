package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// checkAddress reports an unavailable address before the build, which takes half a minute.
func checkAddress(ctx context.Context, address string) error {
	host, text, err := net.SplitHostPort(address)
	port, noNumber := strconv.Atoi(text)
	if err != nil || noNumber != nil {
		return fmt.Errorf("invalid ADDRESS %q: use a host and a port, for example: ADDRESS=127.0.0.1:4567 make local", address)
	}
	err = tryAddress(ctx, address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s is taken, maybe by another make local: stop that with Ctrl-C, or use another port%s",
			address, proposal(ctx, host, port))
	}
	if err != nil {
		return fmt.Errorf("invalid ADDRESS %s (%w): use one of this machine, for example: ADDRESS=127.0.0.1:4567 make local", address, err)
	}
	return nil
}

func tryAddress(ctx context.Context, address string) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return listener.Close()
}

// proposal returns the first free address among the ten ports after a taken one; empty if there is none.
func proposal(ctx context.Context, host string, taken int) string {
	for next := taken + 1; next <= taken+10; next++ {
		if address := net.JoinHostPort(host, strconv.Itoa(next)); tryAddress(ctx, address) == nil {
			return ": ADDRESS=" + address + " make local"
		}
	}
	return ""
}
