package main

import (
	"os"

	"github.com/aws/jsii-runtime-go"
)

// prepareNode suppresses jsii's warning that it no longer supports this version of Node, which the project chose. It closes
// jsii, which copied the environment before main began; the first construct starts it again.
func prepareNode() {
	if err := os.Setenv("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20"); err != nil {
		panic(err) // the name is a constant, and a valid one
	}
	jsii.Close()
}

// stopNode ends the Node process and removes the files that jsii unpacked. It silences standard error: jsii waits for the process
// twice, and the second wait would report an error.
func stopNode() {
	if nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stderr = nowhere
	}
	jsii.Close()
}
