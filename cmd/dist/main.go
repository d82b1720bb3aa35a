// Command dist packs what a release needs from what the Makefile has built. Equal inputs give equal bytes: nothing that it writes
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

const usage = `usage:
  dist zip FOLDER FUNCTION...   pack functions for Lambda
  dist pack FLAGS               pack a release; see dist pack -h
  dist check FOLDER SECOND      compare a release with its second build, and try it`

// dispatch runs the command that the arguments name.
func dispatch(args []string) error {
	switch {
	case len(args) >= 2 && args[0] == "zip":
		return zipFunctions(args[1], args[2:])
	case len(args) >= 1 && args[0] == "pack":
		return pack(args[1:])
	case len(args) == 3 && args[0] == "check":
		return check(args[1], args[2])
	default:
		return errors.New(usage)
	}
}
