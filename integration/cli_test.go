package integration_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
)

func TestConfigApplyWithoutAWSSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		env  []string
		want string
	}{
		"no region":      {[]string{"AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=y"}, "no AWS region; set AWS_REGION"},
		"no credentials": {[]string{"AWS_REGION=sa-east-1", "AWS_EC2_METADATA_DISABLED=true"}, "no AWS credentials; log in"},
	} {
		cmd := exec.CommandContext(t.Context(), filepath.Join(binaries, "eks-scaling"), "config", "apply", "../examples/sao-paulo.yaml")
		cmd.Env = append(row.env, "HOME="+t.TempDir())
		printed, err := cmd.CombinedOutput()
		if err == nil || cmd.ProcessState.ExitCode() != 1 || !strings.Contains(string(printed), row.want) {
			t.Errorf("%s: %v, and printed %s; want exit code 1 and %q", name, err, printed, row.want)
		}
	}
}

// TestConfigApplyMendsWhatAPersonHasBroken starts from items without a version and without a usable spec.
func TestConfigApplyMendsWhatAPersonHasBroken(t *testing.T) {
	t.Parallel()
	w := begin(t)
	for kind, name := range map[string]string{inventory.KindCluster: "production", inventory.KindSettings: inventory.GlobalSettings} {
		item := map[string]types.AttributeValue{
			"kind": &types.AttributeValueMemberS{Value: kind}, "name": &types.AttributeValueMemberS{Value: name},
			"spec": &types.AttributeValueMemberS{Value: "oops"},
		}
		if _, err := w.DynamoDB().PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(deployment.ConfigTable), Item: item}); err != nil {
			t.Fatal(err)
		}
	}
	printed, err := w.CLI(t.Context(), "config", "apply", "../examples/sao-paulo.yaml")
	if err != nil || !strings.Contains(printed, `- spec: "oops"`) || !strings.Contains(printed, "2 written") {
		t.Errorf("%v, and printed\n%s\nwant it to show and replace what was there", err, printed)
	}
}

// TestConfigApply runs the real command line tool against the local tables.
func TestConfigApply(t *testing.T) {
	t.Parallel()
	w := begin(t)
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	example, err := os.ReadFile("../examples/sao-paulo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	good := string(example)
	for _, step := range []struct {
		name string
		args []string
		exit int
		want []string
		not  string
	}{
		{
			name: "a dry run writes nothing", args: []string{"config", "apply", "--dry-run", file("good.yaml", good)},
			want: []string{"cluster production: new", "dry run: nothing was written"},
		},
		{
			name: "a new configuration is shown and written", args: []string{"config", "apply", file("good.yaml", good)},
			want: []string{"cluster production: new", `+ schedule.default: "normal"`, "settings global: new", "2 written"},
		},
		{
			name: "the same again changes nothing", args: []string{"config", "apply", file("good.yaml", good)},
			want: []string{"cluster production: unchanged", "settings global: unchanged", "0 written"},
		},
		{
			name: "a change shows what was and what will be",
			args: []string{"config", "apply", file("later.yaml", strings.Replace(good, `to: "06:30"`, `to: "07:00"`, 1))},
			want: []string{"cluster production: changed (version 2)", `~ schedule.periods[night].to: "06:30" -> "07:00"`, "1 written"},
		},
		{
			name: "a cluster that is not in the file stays",
			args: []string{"config", "apply", file("other.yaml", strings.Replace(good, "name: production", "name: staging", 1))},
			want: []string{"cluster staging: new", "cluster production: not in the file, left as it is"}, not: "removed",
		},
		{
			name: "--prune removes it", args: []string{"config", "apply", "--prune", "--yes", file("other.yaml", strings.Replace(good, "name: production", "name: staging", 1))},
			want: []string{"cluster production: removed", "1 written"},
		},
		{
			name: "every problem is named with its place, and nothing is written",
			args: []string{"config", "apply", file("bad.yaml", strings.Replace(good, "profile: peak", "profile: peek", 1))}, exit: 1,
			want: []string{
				"bad.yaml is not valid; nothing was written", "bad.yaml:22:",
				`clusters[0].schedule.periods[2].profile: unknown profile "peek"; known: normal, peak, sleep`,
			},
		},
		{name: "no such file", args: []string{"config", "apply", "nowhere.yaml"}, exit: 3, want: []string{"nowhere.yaml: cannot be read: no such file"}},
		{name: "no file", args: []string{"config", "apply"}, exit: 2, want: []string{"want one, the configuration's file", "see: eks-scaling config apply --help"}},
		{name: "an unknown verb", args: []string{"config", "aply"}, exit: 2, want: []string{`unknown verb "aply"; known: apply`}},
		{name: "an unknown flag", args: []string{"config", "apply", "--tabel", "x"}, exit: 2, want: []string{"unknown flag: --tabel"}},
		{
			name: "no such stack", args: []string{"config", "apply", "--stack", "Nowhere", file("good.yaml", good)}, exit: 3,
			want: []string{"there is no such stack in sa-east-1", "deploy it: make deploy"},
		},
	} {
		printed, err := w.CLI(t.Context(), step.args...)
		exit := 0
		if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
			exit = failed.ExitCode()
		}
		if exit != step.exit {
			t.Errorf("%s: exit code %d; want %d", step.name, exit, step.exit)
		}
		for _, want := range step.want {
			if !strings.Contains(printed, want) {
				t.Errorf("%s: printed\n%s\nwant it to say %q", step.name, printed, want)
			}
		}
		if step.not != "" && strings.Contains(printed, step.not) {
			t.Errorf("%s: printed\n%s\nwant it not to say %q", step.name, printed, step.not)
		}
	}
}
