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
		dir := filepath.Join(builtFunctions, name)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			panic(err)
		}
		if err := os.WriteFile(filepath.Join(dir, bootstrap), []byte(name), 0o700); err != nil {
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
func synthesize(t *testing.T, context map[string]any) template {
	t.Helper()
	return synthesizeFor(t, environment{}, context)
}

func synthesizeFor(t *testing.T, d environment, context map[string]any) template {
	t.Helper()
	assembly := testApp(t, d, context).Synth(nil)
	data, err := os.ReadFile(filepath.Join(*assembly.Directory(), deployment.DefaultName+".template.json"))
	if err != nil {
		t.Fatal(err)
	}
	return parseTemplate(t, data)
}

var (
	referenceOnce     sync.Once
	referenceTemplate template
)

// reference is the template of the reference configuration, without any context of its own.
func reference(t *testing.T) template {
	t.Helper()
	referenceOnce.Do(func() { referenceTemplate = synthesize(t, nil) })
	if referenceTemplate.Resources == nil {
		t.Fatal("the reference template could not be made; see the first test that failed")
	}
	return referenceTemplate
}

// configFile writes a configuration and returns its path.
func configFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
