package main

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const goldenFile = "cdk/testdata/template.golden.json"

var (
	assetKey    = regexp.MustCompile(`"[0-9a-f]{64}\.zip"`)
	versionID   = regexp.MustCompile(`(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}`)
	codeHash    = regexp.MustCompile(`("CODE_SHA256": )"[0-9a-f]{64}"`)
	assetBucket = regexp.MustCompile(`"cdk-[0-9a-z]+-assets-[^"]*"`)
)

// TestGolden shows every change of the stack in review. What depends on the functions' code is taken out.
func TestGolden(t *testing.T) { isGoldenTemplate(t, goldenFile, reference(t)) }

// isGoldenTemplate compares a template with a golden file.
func isGoldenTemplate(t *testing.T, path string, made template) {
	t.Helper()
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(made.raw); err != nil {
		t.Fatal(err)
	}
	got := assetKey.ReplaceAll(text.Bytes(), []byte(`"(asset)"`))
	got = versionID.ReplaceAll(got, []byte("$1"))
	got = codeHash.ReplaceAll(got, []byte(`$1"(hash)"`))
	got = assetBucket.ReplaceAll(got, []byte(`"(asset bucket)"`))
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the template is not the one in %s (-want +got); if the change is meant, run make golden and review it:\n%s",
			path, diff)
	}
}

// TestTemplateFitsEverywhere holds for a synth without an account: neither an account nor a region is written into the
// template, save the regions of the configured clusters.
func TestTemplateFitsEverywhere(t *testing.T) {
	data, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	if account := regexp.MustCompile(`\b[0-9]{12}\b`).Find(data); account != nil {
		t.Errorf("found the account %s in the template", account)
	}
	if arn := regexp.MustCompile(`arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]`).Find(data); arn != nil {
		t.Errorf("found %s... in the template", arn)
	}
	if region := regexp.MustCompile(`\b(us|eu)-[a-z]+-[0-9]\b`).Find(data); region != nil {
		t.Errorf("found the region %s in the template", region)
	}
}

func TestConsoleLinkOfAnAccount(t *testing.T) {
	if got := crowded(t).Outputs["ExecutionsConsole"].Value; got != "https://eu-central-1.console.aws.amazon.com/states/home"+
		"?region=eu-central-1#/statemachines/view/${StateMachine}" {
		t.Errorf("found %s", got)
	}
}
