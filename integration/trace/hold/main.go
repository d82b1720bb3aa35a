// Command hold compares an engine with the traces of a folder and prints the differences. To compare your own engine, replace
// replay.Interpreter. Exit codes: 0 no differences, 1 differences.
package main

import (
	"fmt"
	"os"

	"eks-scaling-automation/integration/trace"
	"eks-scaling-automation/integration/trace/replay"
)

func main() {
	traces, err := trace.ReadAll(os.Args[1])
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	different := 0
	for _, t := range traces {
		if err := replay.Run(t, replay.Interpreter{}); err != nil {
			different++
			fmt.Printf("%s:\n%v\n", t.Name, err)
		}
	}
	fmt.Printf("%d of %d traces differ\n", different, len(traces))
	if different > 0 {
		os.Exit(1)
	}
}
