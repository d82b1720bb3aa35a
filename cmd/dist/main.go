// Command dist builds what a release needs from what `go build` has built. Equal inputs give equal bytes: nothing that it writes
// depends on the clock, on the machine or on the folder.
package main

import (
	"errors"
	"fmt"
	"os"
)

func main() {
	if err := dispatch(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "dist: "+err.Error())
		os.Exit(1)
	}
}

// dispatch runs the command that the arguments name.
func dispatch(args []string) error {
	const usage = "usage: dist zip FOLDER FUNCTION..."
	switch {
	case len(args) >= 2 && args[0] == "zip":
		return zipFunctions(args[1], args[2:])
	default:
		return errors.New(usage)
	}
}
