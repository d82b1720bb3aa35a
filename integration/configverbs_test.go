package integration_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// cli runs the real command line tool, which must succeed, and returns what it printed.
func cli(t *testing.T, w *world.World, args ...string) string {
	t.Helper()
	printed, err := w.CLI(t.Context(), args...)
	if err != nil {
		t.Fatalf("%q: %v, and printed\n%s", args, err, printed)
	}
	return printed
}

func exitOf(err error) int {
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return failed.ExitCode()
	}
	return 0
}

// wantText checks that a text has all of the parts.
func wantText(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("found\n%s\nwant in it %q", text, part)
		}
	}
}

// example is a file with the reference configuration, changed.
func example(t *testing.T, changes ...string) string {
	t.Helper()
	text, err := os.ReadFile("../examples/sao-paulo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte(strings.NewReplacer(changes...).Replace(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// item is an item of the config table.
func item(t *testing.T, w *world.World, kind, name string) inventory.Item {
	t.Helper()
	s, err := tables.NewConfig(w.DynamoDB(), deployment.ConfigTable).Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := append(append(s.Clusters, s.Overrides...), *s.Settings)
	for _, e := range all {
		if e.Kind == kind && e.Name == name {
			return e
		}
	}
	return inventory.Item{}
}

// TestConfigApplyRepairsAnEditByHand starts from items without a version and without a usable spec.
func TestConfigApplyRepairsAnEditByHand(t *testing.T) {
	t.Parallel()
	w := begin(t)
	for kind, name := range map[string]string{inventory.KindCluster: "production", inventory.KindSettings: inventory.GlobalSettings} {
		broken := itemKey(kind, name)
		broken["spec"] = &types.AttributeValueMemberS{Value: "oops"}
		if _, err := w.DynamoDB().PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(deployment.ConfigTable), Item: broken}); err != nil {
			t.Fatal(err)
		}
	}
	wantText(t, cli(t, w, "config", "apply", "--yes", "../examples/sao-paulo.yaml"), `- spec: "oops"`, "Applied: ")
}

// TestTwoAppliesAtOnce starts several at the same time: each wins or ends with 4, and every win is a version.
func TestTwoAppliesAtOnce(t *testing.T) {
	t.Parallel()
	w := configured(t)
	files := []string{}
	for _, clock := range []string{"07:00", "07:15", "07:30"} {
		files = append(files, example(t, `to: "06:30"`, fmt.Sprintf("to: %q", clock)))
	}
	var all sync.WaitGroup
	exits := make(chan int, len(files))
	for _, file := range files {
		all.Go(func() {
			printed, err := w.CLI(t.Context(), "config", "apply", "--yes", file)
			exit := exitOf(err)
			if exit != 0 && (exit != 4 || !strings.Contains(printed, "by operator")) {
				t.Errorf("ended with %d, and printed\n%s\nwant 0, or 4 and who was faster", exit, printed)
			}
			exits <- exit
		})
	}
	all.Wait()
	close(exits)
	wins := 0
	for exit := range exits {
		if exit == 0 {
			wins++
		}
	}
	if e := item(t, w, inventory.KindCluster, "production"); wins == 0 || e.Version != 1+wins {
		t.Errorf("found version %d of %s after %d wins; want a version for each", e.Version, e.Spec, wins)
	}
	if result := runWorld(t, w, "afterwards", run.Input{At: tuesday("08:00:00")}); result.Status != engine.Succeeded {
		t.Errorf("a run ends with %s (%s); want it to succeed", result.Status, result.Error)
	}
}
