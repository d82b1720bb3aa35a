package main

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/deployment"
)

var update = flag.Bool("update", false, "rewrite the golden template")

// builtFunctions stands in for what the build makes; the tests do not look into it.
var builtFunctions string

// asApp makes the test binary behave as the app itself.
const asApp = "RUN_AS_CDK_APP"

// TestMain runs everything in the project's root, as the cdk tool does.
func TestMain(m *testing.M) {
	if os.Getenv(asApp) != "" {
		os.Exit(build())
	}
	flag.Parse()
	if err := os.Chdir(".."); err != nil {
		panic(err)
	}
	os.Exit(testMain(m))
}

func testMain(m *testing.M) int {
	prepareNode()
	defer jsii.Close()
	var err error
	if builtFunctions, err = os.MkdirTemp("", "built-functions"); err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(builtFunctions) }()
	for _, name := range deployment.Functions() {
		if err := os.WriteFile(zipOf(builtFunctions, name), []byte(name), 0o600); err != nil {
			panic(err)
		}
	}
	return m.Run()
}

// toolContext is what the cdk tool would hand over: the context in cdk.json.
func toolContext(t *testing.T) map[string]any {
	t.Helper()
	data, err := os.ReadFile("cdk.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Context map[string]any }
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	return file.Context
}

// testApp makes the app with the reference configuration, unless the context says otherwise.
func testApp(t *testing.T, d environment, context map[string]any) awscdk.App {
	t.Helper()
	d.outdir, d.context = t.TempDir(), toolContext(t)
	d.context[functionsDirKey] = builtFunctions
	maps.Copy(d.context, context)
	app, err := newApp(d)
	if err != nil {
		t.Fatal(err)
	}
	return app
}

// synthesize makes the template for a context.
func synthesize(t *testing.T, d environment, context map[string]any) template {
	t.Helper()
	return readTemplate(t, *testApp(t, d, context).Synth(nil).Directory())
}

func readTemplate(t *testing.T, dir string) template {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, deployment.DefaultName+".template.json"))
	if err != nil {
		t.Fatal(err)
	}
	return parseTemplate(t, data)
}

// once makes a template for all tests that need it: a synthesis takes seconds.
func once(synthesize func(t *testing.T) template) func(t *testing.T) template {
	var do sync.Once
	var made template
	return func(t *testing.T) template {
		t.Helper()
		do.Do(func() { made = synthesize(t) })
		if made.Resources == nil {
			t.Fatal("the template could not be made; see the first test that failed")
		}
		return made
	}
}

// reference is the template of the reference configuration, as the app writes it when the cdk tool runs it.
var reference = once(func(t *testing.T) template {
	t.Helper()
	outdir, context := t.TempDir(), toolContext(t)
	context[functionsDirKey] = builtFunctions
	context[signalHostsKey] = "api.weather.example" // for the local world, which is deployed from the golden template
	if stderr, err := app(t, outdir, context); err != nil || stderr != "" {
		t.Errorf("the app is not quiet: found %v and\n%s", err, stderr)
	}
	return readTemplate(t, outdir)
})

// customized is a template in which every key of the context but region has another value than in the reference, and the function decide
// other code.
var customized = once(func(t *testing.T) template {
	t.Helper()
	functions := t.TempDir()
	if err := os.CopyFS(functions, os.DirFS(builtFunctions)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(zipOf(functions, "decide"), []byte("other code"), 0o600); err != nil {
		t.Fatal(err)
	}
	return synthesize(t, environment{}, map[string]any{
		functionsDirKey: functions, configKey: configFile(t, clusterInAnotherAccount), reconcileKey: "rate(15 minutes)",
		auditRetentionKey: 90, logRetentionKey: "14", alertEmailsKey: "ops@example.com, lead@example.com",
		signalHostsKey: "api.example.com", eventBusKey: "operations", metricsKey: "on", dashboardKey: "on", alertKeyKey: ownKey,
	})
})

// configFile writes a configuration and returns its path.
func configFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
