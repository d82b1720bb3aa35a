// Package lambdatest helps to test functions.
package lambdatest

import (
	"testing"

	"eks-scaling-automation/integration/runtime/lambda"
)

// Start runs a host that ends with the test.
func Start(tb testing.TB, config lambda.Config) *lambda.Host {
	tb.Helper()
	host, err := lambda.Start(config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := host.Close(); err != nil {
			tb.Error(err)
		}
	})
	return host
}

// Invoke calls a function that has to succeed and returns its payload.
func Invoke(tb testing.TB, host *lambda.Host, name string, payload []byte) []byte {
	tb.Helper()
	result, err := host.Invoke(tb.Context(), name, payload)
	if err != nil {
		tb.Fatal(err)
	}
	if result.FunctionError != "" {
		tb.Fatalf("function %s failed: %s", name, result.Payload)
	}
	return result.Payload
}
