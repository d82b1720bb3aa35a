// Package lambdatest has what the tests and benchmarks of functions share.
package lambdatest

import (
	"testing"
	"time"

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

// BenchmarkSpawnToFirstReply measures how long a cold invocation takes: the
// start of the process, up to the reply. The function has to succeed.
func BenchmarkSpawnToFirstReply(b *testing.B, now func() time.Time, function lambda.Function, payload []byte) {
	b.Helper()
	host := Start(b, lambda.Config{Now: now})
	if err := host.Register(function); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		Invoke(b, host, function.Name, payload)
		b.StopTimer()
		if err := host.Cool(function.Name); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// BenchmarkWarmReply measures an invocation of a sandbox that is there already.
func BenchmarkWarmReply(b *testing.B, now func() time.Time, function lambda.Function, payload []byte) {
	b.Helper()
	host := Start(b, lambda.Config{Now: now})
	if err := host.Register(function); err != nil {
		b.Fatal(err)
	}
	Invoke(b, host, function.Name, payload)
	for b.Loop() {
		Invoke(b, host, function.Name, payload)
	}
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
