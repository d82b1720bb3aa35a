// Command cdk is the AWS CDK app that defines the system's stack. The cdk tool starts it ("go run ./cdk", see cdk.json). It reads
// and checks the context and the configuration file, and writes the template. It never calls AWS, and no other package imports
// it.
package main

import (
	"fmt"
	"os"
	_ "time/tzdata"
)

func main() {
	os.Exit(build())
}

// build is main with an exit code, so that deferred calls run.
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
