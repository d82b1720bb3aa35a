package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/run"
)

// partitions has the region of a stack in each partition, and another region there.
var partitions = map[string][2]string{
	"aws": {"sa-east-1", "eu-west-1"}, "aws-us-gov": {"us-gov-west-1", "us-gov-east-1"}, "aws-cn": {"cn-north-1", "cn-northwest-1"},
}

// TestEveryPartition synthesizes a stack that takes only its own region's clusters.
func TestEveryPartition(t *testing.T) {
	for partition, regions := range partitions {
		configuration := strings.Replace(minimal, "eu-west-1", regions[0], 1)
		for line := range strings.Lines(strings.ReplaceAll(minimal[strings.Index(minimal, "  - name:"):], "eu-west-1", regions[1])) {
			configuration += strings.Replace(line, "name: a", "name: far", 1)
		}
		made := synthesize(t, environment{account: "123456789012", region: regions[0]}, map[string]any{
			configKey: configFile(t, configuration), regionKey: "own",
		})
		text, err := json.Marshal(made.raw)
		if err != nil {
			t.Fatal(err)
		}
		found := slices.Compact(slices.Sorted(slices.Values(regexp.MustCompile(`arn:aws[a-z-]*:`).FindAllString(string(text), -1))))
		if want := []string{"arn:" + partition + ":"}; !slices.Equal(found, want) {
			t.Errorf("%s: found %v; want only %v", partition, found, want)
		}
		for other, host := range run.ConsoleHosts() {
			if has := strings.Contains(string(text), host); has != (other == partition) {
				t.Errorf("%s: the host %s of %s is there: %t", partition, host, other, has)
			}
		}
		principals := []string{"cloudwatch.amazonaws.com", "events.amazonaws.com", "lambda.amazonaws.com", "scheduler.amazonaws.com", "states.amazonaws.com"}
		if diff := cmp.Diff(principals, services(made.raw)); diff != "" {
			t.Errorf("%s: service principals (-want +got):\n%s", partition, diff)
		}
		onlyOwn(t, made, regions[0])
	}
}

// onlyOwn expects a stack that scales, and may scale, only the clusters of its region.
func onlyOwn(t *testing.T, made template, region string) {
	t.Helper()
	allowed := fmt.Sprint(permissions(t, made))
	if !strings.Contains(allowed, ":eks:"+region+":123456789012:nodegroup/a/web/*") || strings.Contains(allowed, "far") {
		t.Errorf("%s: found the permissions %s; want those on cluster a, and none on cluster far", region, allowed)
	}
	if scope, next := made.Outputs["RegionScope"].Value, made.Outputs["NextCommand"].Value; scope != "own" || !strings.HasSuffix(next, " --all-regions") {
		t.Errorf("%s: found the outputs %q and %q", region, scope, next)
	}
	var scoped []string
	for name, f := range byName(t, made) {
		if f.Environment.Variables["REGION_SCOPE"] == "own" {
			scoped = append(scoped, name)
		}
	}
	slices.Sort(scoped)
	if diff := cmp.Diff([]string{"audit-config", "decide", "load-config", "sync-triggers", "weekly-summary"}, scoped); diff != "" {
		t.Errorf("functions that know the scope (-want +got):\n%s", diff)
	}
}

// TestATemplateForEveryPartition names no partition. CloudFormation looks up the console's host.
func TestATemplateForEveryPartition(t *testing.T) {
	text, err := json.Marshal(reference(t).raw)
	if err != nil {
		t.Fatal(err)
	}
	if arn := regexp.MustCompile(`arn:aws[a-z-]*:[^"]*`).FindString(string(text)); arn != "" {
		t.Errorf("found %s", arn)
	}
	want := "https://${AWS::Region}.${Console[${AWS::Partition}].Host}/states/home?region=${AWS::Region}#/statemachines/view/${StateMachine}"
	if got := reference(t).Outputs["ExecutionsConsole"].Value; got != want {
		t.Errorf("found %s; want %s", got, want)
	}
	if _, scoped := reference(t).Outputs["RegionScope"]; scoped {
		t.Error("a stack for all regions has the output RegionScope")
	}
}

// services lists the service principals anywhere in a value.
func services(value any) []string {
	found := map[string]bool{}
	var visit func(any)
	visit = func(value any) {
		switch value := value.(type) {
		case []any:
			for _, element := range value {
				visit(element)
			}
		case map[string]any:
			if service, ok := value["Service"].(string); ok {
				found[service] = true
			}
			if service, ok := value["Principal"].(string); ok && strings.Contains(service, ".") {
				found[service] = true
			}
			for _, element := range value {
				visit(element)
			}
		}
	}
	visit(value)
	return slices.Sorted(maps.Keys(found))
}
