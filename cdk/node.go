package main

import (
	"os"

	"github.com/aws/jsii-runtime-go"
)

// prepareNode keeps jsii, which runs the CDK in a Node process, from announcing that its support for this version of
// Node has ended: the project has chosen it. The environment is copied before main begins, so jsii is closed here and
// starts again with the first construct.
func prepareNode() {
	if err := os.Setenv("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20"); err != nil {
		panic(err) // the name is a constant, and a valid one
	}
	jsii.Close()
}

// stopNode ends the Node process and removes what jsii has unpacked for it. Nothing is written to standard error from
// here on: jsii waits for the process twice at once, and the one that comes too late would say that something is wrong.
func stopNode() {
	if nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stderr = nowhere
	}
	jsii.Close()
}
