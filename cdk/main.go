// Command cdk is the AWS CDK app: it describes the stack that the system runs in, and nothing else. The cdk tool starts
// it ("go run ./cdk", see cdk.json). It reads the context and the configuration file, checks both, and writes the
// template; it never calls AWS, and no other package imports it.
package main

import (
	"fmt"
	"os"
	_ "time/tzdata"
)

func main() {
	os.Exit(build())
}

// build is main with an exit code, so that what is deferred is done.
func build() int {
	prepareNode()
	defer stopNode()
	app, err := newApp(environment{account: os.Getenv("CDK_DEFAULT_ACCOUNT"), region: os.Getenv("CDK_DEFAULT_REGION")})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	app.Synth(nil)
	return 0
}
