package deployment_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/deployment"
)

// TestTheAlarmsMatchTheTemplate compares with the one that is deployed.
func TestTheAlarmsMatchTheTemplate(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../cdk/testdata/template.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties struct{ AlarmName any }
		}
	}
	if err := json.Unmarshal(data, &template); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range template.Resources {
		if r.Type == "AWS::CloudWatch::Alarm" {
			names = append(names, fmt.Sprint(r.Properties.AlarmName))
		}
	}
	slices.Sort(names)
	if diff := cmp.Diff(names, deployment.AlarmNames()); diff != "" {
		t.Errorf("(-template +here):\n%s", diff)
	}
}
