package integration_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/runtime/lambda"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/run"
)

// BenchmarkColdStart measures each real function from the start of its process to its first reply, which here is the
// refusal of an empty payload, and reports the size of its deployment package.
func BenchmarkColdStart(b *testing.B) {
	for _, name := range deployment.Functions() {
		b.Run(name, func(b *testing.B) {
			host := coldHost(b, name)
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
			b.ReportMetric(zipped(b, name), "zipped-MB")
		})
	}
}

// BenchmarkColdStartAgainstPython measures functions and a Python function with boto3's clients of EKS and DynamoDB in turns, each from
// the start of its process to its first reply. It reports the median of how many times longer Python takes.
func BenchmarkColdStartAgainstPython(b *testing.B) {
	python, err := exec.CommandContext(b.Context(), "python3", "-c", "import boto3, sys; print(sys.executable)").Output()
	if err != nil {
		b.Skipf("python3 with boto3 is required: %v", err)
	}
	env := map[string]string{"PATH": filepath.Dir(strings.TrimSpace(string(python))), "HOME": os.Getenv("HOME")}
	for _, name := range []string{"decide", "scale", "wait-for-nodegroup-active"} {
		b.Run(name, func(b *testing.B) {
			host := coldHost(b, name)
			err := host.Register(lambda.Function{Name: "python", Binary: "testdata/python/bootstrap", Timeout: 30 * time.Second, Env: env})
			if err != nil {
				b.Fatal(err)
			}
			cold := func(name string) time.Duration {
				start := time.Now()
				result, err := host.Invoke(b.Context(), name, []byte(`"refused"`))
				took := time.Since(start)
				if err != nil {
					b.Fatal(err)
				}
				// Python answers anything; a real function refuses this payload, and says so itself.
				if died := strings.Contains(string(result.Payload), "Runtime."); died || name == "python" && result.FunctionError != "" {
					b.Fatalf("%s did not start: %s", name, result.Payload)
				}
				if err := host.Cool(name); err != nil {
					b.Fatal(err)
				}
				return took
			}
			cold("python") // the first start reads files that are not in memory yet
			cold(name)
			var ratios []float64
			for b.Loop() {
				ours := cold(name)
				ratios = append(ratios, cold("python").Seconds()/ours.Seconds())
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "x-slower-python")
		})
	}
}

// coldHost is a host with one real function that was not started yet.
func coldHost(b *testing.B, name string) *lambda.Host {
	b.Helper()
	host, err := lambda.Start(lambda.Config{Now: time.Now, Region: world.Region})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = host.Close() })
	err = host.Register(lambda.Function{Name: name, Binary: lambda.Bootstrap(binaries, name), Timeout: 30 * time.Second, Env: map[string]string{
		"CONFIG_TABLE": "config", "LOGS_TABLE": "logs", "AUDIT_RETENTION_DAYS": "400", "ALERT_TOPIC_ARN": "topic",
		"SCHEDULE_GROUP": "group", "STATE_MACHINE_ARN": "arn:aws:states", "SCHEDULER_ROLE_ARN": "role", "DEAD_LETTER_QUEUE_ARN": "queue",
	}})
	if err != nil {
		b.Fatal(err)
	}
	return host
}

// zipped is the size of a function's deployment package in MB: its binary as make builds it for AWS, compressed by the zlib that the
// CDK zips it with, at its default level. The headers of the archive are some hundred bytes more.
func zipped(b *testing.B, name string) float64 {
	b.Helper()
	binary := "build/functions/" + name + "/bootstrap"
	build := exec.CommandContext(b.Context(), "make", binary)
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatal(err, string(out))
	}
	measure := exec.CommandContext(b.Context(), "node", "-p", `zlib.deflateRawSync(fs.readFileSync(process.argv[1])).length`, "../"+binary)
	out, err := measure.Output()
	if err != nil {
		b.Fatal(err)
	}
	size, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		b.Fatal(err)
	}
	return float64(size) / 1e6
}

// BenchmarkHelp measures the command line tool from the start of its process to its end.
func BenchmarkHelp(b *testing.B) {
	for b.Loop() {
		if printed, err := exec.CommandContext(b.Context(), filepath.Join(binaries, "eks-scaling"), "--help").CombinedOutput(); err != nil {
			b.Fatal(err, string(printed))
		}
	}
}

// BenchmarkStatus measures the command line tool looking at everything, in clusters of ten node groups each.
func BenchmarkStatus(b *testing.B) {
	for _, clusters := range []int{1, 10} {
		b.Run(fmt.Sprintf("%d node groups", 10*clusters), func(b *testing.B) {
			w := atRest(b, clusters)
			w.Topics.Subscribe(w.Template.Of("AWS::SNS::Topic")[0].ARN, endpoint.Subscription{Protocol: "email", Endpoint: "ops@example.com", Confirmed: true})
			for b.Loop() {
				if printed, err := w.CLI(b.Context(), "status"); err != nil {
					b.Fatal(err, printed)
				}
			}
		})
	}
}

// atRest is a world with clusters of ten node groups, where a run has nothing to do.
func atRest(b *testing.B, clusters int) *world.World {
	b.Helper()
	w, err := world.Start(b.Context(), world.Options{Binaries: binaries, Log: io.Discard, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = w.Close() })
	document := "timezone: America/Sao_Paulo\nclusters:\n"
	for c := range clusters {
		var limits, sizes []string
		for n := range 10 {
			w.EKS.CreateNodegroup(world.Region, fmt.Sprintf("c%d", c), fmt.Sprintf("n%d", n), eks.Sizes{Max: 5, Desired: 1})
			limits, sizes = append(limits, fmt.Sprintf("n%d: {minSize: 0, maxSize: 5}", n)), append(sizes, fmt.Sprintf("n%d: 1", n))
		}
		document += fmt.Sprintf("  - {name: c%d, region: sa-east-1, nodegroups: {%s}, profiles: {day: {%s}}, schedule: {default: day}}\n",
			c, strings.Join(limits, ", "), strings.Join(sizes, ", "))
	}
	file := filepath.Join(b.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte(document), 0o600); err != nil {
		b.Fatal(err)
	}
	if printed, err := w.CLI(b.Context(), "config", "apply", "--yes", file); err != nil {
		b.Fatal(err, printed)
	}
	if _, err := w.Run(b.Context(), "", run.Input{Trigger: run.ReconcileTrigger}); err != nil {
		b.Fatal(err)
	}
	return w
}

// BenchmarkRun measures a whole run with nothing to do, on the local engine, and reports what AWS would bill.
func BenchmarkRun(b *testing.B) {
	w, err := world.Start(b.Context(), world.Options{Binaries: binaries, Log: io.Discard, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = w.Close() })
	w.EKS.CreateNodegroup(world.Region, "production", "small", eks.Sizes{Max: 1})
	w.EKS.CreateNodegroup(world.Region, "production", "big", eks.Sizes{Max: 5, Desired: 1})
	if printed, err := w.CLI(b.Context(), "config", "apply", "--yes", "../examples/sao-paulo.yaml"); err != nil {
		b.Fatal(err, printed)
	}
	var transitions int
	for b.Loop() {
		result, err := w.Run(b.Context(), "", run.Input{At: tuesday("12:00:00")})
		if err != nil {
			b.Fatal(err)
		}
		transitions = result.Transitions
	}
	b.ReportMetric(float64(transitions), "transitions")
}
