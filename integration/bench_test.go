package integration_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"eks-scaling-automation/integration/ekslocal"
	"eks-scaling-automation/integration/lambdahost"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/statemachine"
)

// BenchmarkColdStart measures each real function from the start of its process to its first reply, which here is the
// refusal of an empty payload, and reports the size of its deployment package.
func BenchmarkColdStart(b *testing.B) {
	for name := range statemachine.Functions() {
		b.Run(name, func(b *testing.B) {
			host, err := lambdahost.Start(lambdahost.Config{Now: time.Now, Region: world.Region})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = host.Close() })
			binary := filepath.Join(binaries, name, "bootstrap")
			err = host.Register(lambdahost.Function{Name: name, Binary: binary, Timeout: 30 * time.Second, Env: map[string]string{
				"CONFIG_TABLE": "config", "LOGS_TABLE": "logs", "AUDIT_RETENTION_DAYS": "400",
			}})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := host.Invoke(b.Context(), name, []byte(`"refused"`)); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				if err := host.Cool(name); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
			b.ReportMetric(zipped(b, binary), "zipped-MB")
		})
	}
}

// zipped is the size of a file in a zip archive, in MB.
func zipped(b *testing.B, file string) float64 {
	b.Helper()
	in, err := os.Open(file)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	out, err := z.Create("bootstrap")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		b.Fatal(err)
	}
	if err := z.Close(); err != nil {
		b.Fatal(err)
	}
	return float64(archive.Len()) / 1e6
}

// BenchmarkRun measures a whole run with nothing to do, on the local engine, and reports what AWS would bill.
func BenchmarkRun(b *testing.B) {
	w, err := world.Start(b.Context(), world.Options{Binaries: binaries, Log: io.Discard, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = w.Close() })
	w.EKS.CreateNodegroup(world.Region, "production", "small", ekslocal.Sizes{Max: 1})
	w.EKS.CreateNodegroup(world.Region, "production", "big", ekslocal.Sizes{Max: 5, Desired: 1})
	if printed, err := w.CLI(b.Context(), "config", "apply", "../examples/sao-paulo.yaml"); err != nil {
		b.Fatal(err, printed)
	}
	var transitions int
	for b.Loop() {
		result, err := w.Run(b.Context(), "", statemachine.Input{At: tuesday("12:00:00")})
		if err != nil {
			b.Fatal(err)
		}
		transitions = result.Transitions
	}
	b.ReportMetric(float64(transitions), "transitions")
}
