package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/spoke"
)

const (
	spokeGolden = "cdk/testdata/spoke.golden.json"
	spokeConfig = "cdk/testdata/accounts.yaml"
)

// TestGoldenSpoke also shows that the stack is the template that StackSets get, and that it needs no assets.
func TestGoldenSpoke(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	app := testApp(t, environment{}, map[string]any{spokeKey: "named", configKey: spokeConfig, functionsDirKey: "not built"})
	synthesized, err := os.ReadFile(filepath.Join(*app.Synth(nil).Directory(), deployment.SpokeName+".template.json"))
	if err != nil {
		t.Fatal(err)
	}
	document, err := os.ReadFile(spokeConfig)
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse(document)
	if err != nil {
		t.Fatal(err)
	}
	text, err := spoke.Of(c).JSON()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(spokeGolden, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(spokeGolden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(golden), string(text)); diff != "" {
		t.Errorf("the spoke is not the one in %s (-want +got); if the change is meant, run make golden and review it:\n%s", spokeGolden, diff)
	}
	var got, want any
	if err := json.Unmarshal(synthesized, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the CDK writes another spoke (-StackSets +CDK):\n%s", diff)
	}
}

func TestSpokesAreRefused(t *testing.T) {
	for value, want := range map[string]string{
		"all":       `context spoke: must be named, for the clusters of the configuration with an account, or tag:KEY=VALUE, not "all"`,
		"tag:scale": `context spoke: must be named, for the clusters of the configuration with an account, or tag:KEY=VALUE, not "tag:scale"`,
		"named":     "context spoke: no cluster has an account: add account to the clusters of other accounts, or select them by a tag",
	} {
		if _, err := readOptions(map[string]any{spokeKey: value}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: found %v; want %s", value, err, want)
		}
	}
}
