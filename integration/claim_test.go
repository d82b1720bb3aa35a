package integration_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// byAna is a manual run's input.
func byAna(profile string, nodegroups ...string) run.Input {
	return run.Input{Trigger: "manual", Actor: "ana", Reason: "a launch", Profile: profile, Nodegroups: nodegroups}
}

// TestOfTwoRunsThatWaitForABusyNodegroupTheNewerDecides however long both wait.
func TestOfTwoRunsThatWaitForABusyNodegroupTheNewerDecides(t *testing.T) {
	t.Parallel()
	for _, busy := range []string{"small", "big"} {
		t.Run(busy, func(t *testing.T) {
			bothWays(t, tuesdayNight, func(n *night) {
				n.EKS.UpdateTakes(world.Region, "production", busy, 15*time.Minute)
				n.EKS.ForeignUpdate(world.Region, "production", busy, 1)
				n.EKS.UpdateTakes(world.Region, "production", busy, 0)
				n.trigger("night", tuesdayNight)
				n.at(tuesdayNight.Add(3*time.Minute), func() { n.start("manual", byAna("peak")) })
				n.reconcile("later", tuesdayNight.Add(50*time.Minute))
				n.check(tuesdayNight.Add(time.Hour), outcome{
					runs:  map[string]string{"night": "overtaken", "manual": "succeeded", "later": "succeeded"},
					sizes: map[string]int32{"small": 0, "big": 3},
					marks: []string{"big sleep 0, held at peak 3 by manual", "small sleep 1, held at peak 0 by manual"},
				})
			})
		})
	}
}

// TestTwoTriggersOfOneMinuteNeverTakeAwayWhatFailedToCome as with clusters in two time zones.
func TestTwoTriggersOfOneMinuteNeverTakeAwayWhatFailedToCome(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		failures int
		b        eks.Behaviour
		second   string
		alerts   []string
	}{
		"the newer run repeats what failed":                          {1, eks.Behaviour{}, "succeeded", nil},
		"the newer run repeats what failed; sizes shown at the end":  {1, eks.Behaviour{SizesShownAtEnd: true}, "succeeded", nil},
		"what failed keeps its sizes":                                {1, eks.Behaviour{FailureKeepsSizes: true}, "succeeded", nil},
		"the repetition fails too":                                   {2, eks.Behaviour{}, "FAILED NodegroupFailedError", []string{"no capacity"}},
		"the repetition fails too; what failed keeps its sizes":      {2, eks.Behaviour{FailureKeepsSizes: true}, "FAILED NodegroupFailedError", []string{"no capacity"}},
		"the repetition fails too; sizes shown at the end, and kept": {2, eks.Behaviour{FailureKeepsSizes: true, SizesShownAtEnd: true}, "FAILED NodegroupFailedError", []string{"no capacity"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := nightAt(t, tuesdayNight)
			n.behave(row.b)
			for range row.failures {
				n.EKS.FailUpdate(world.Region, "production", "small", "AsgInstanceLaunchFailures", "no capacity")
			}
			n.trigger("first", tuesdayNight)
			n.trigger("second", tuesdayNight)
			if len(row.alerts) > 0 {
				n.keeps(tuesdayNight.Add(15 * time.Minute))
				n.keeps(tuesdayNight.Add(20 * time.Minute))
			}
			n.reconcile("later", tuesdayNight.Add(20*time.Minute))
			n.reconcile("latest", tuesdayNight.Add(50*time.Minute))
			n.check(tuesdayNight.Add(time.Hour), outcome{
				runs: map[string]string{
					"first": "overtaken", "second": row.second, "later": "succeeded", "latest": "succeeded",
				},
				sizes: asleep, marks: []string{"big sleep 0", "small sleep 1"}, alerts: row.alerts,
			})
		})
	}
}

// doubled has a profile with two nodes of small, which may have two.
var doubled = []string{
	"small: {minSize: 0, maxSize: 1}", "small: {minSize: 0, maxSize: 2}",
	"sleep:  {small: 1, big: 0}", "sleep:  {small: 1, big: 0}\n      double: {small: 2, big: 0}",
}

// TestANarrowRunWaitsForTheRunThatHasMoreToDo and begins when that has ended.
func TestANarrowRunWaitsForTheRunThatHasMoreToDo(t *testing.T) {
	bothWays(t, tuesdayNight, func(n *night) {
		n.trigger("night", tuesdayNight)
		n.at(tuesdayNight.Add(40*time.Second), func() { n.start("narrow", byAna("double", "small")) })
		n.check(tuesdayNight.Add(time.Hour), outcome{
			runs: map[string]string{"night": "succeeded", "narrow": "succeeded"}, sizes: map[string]int32{"small": 2, "big": 0},
			marks: []string{"big sleep 0", "small sleep 1, held at double 2 by narrow"},
		})
	}, doubled...)
}

// TestANarrowRunThatWaitsForTooLongNamesTheOtherRun and has changed nothing.
func TestANarrowRunThatWaitsForTooLongNamesTheOtherRun(t *testing.T) {
	t.Parallel()
	n := nightAt(t, tuesdayNight, append(doubled, "region: sa-east-1", "region: sa-east-1\n    waitTimeout: 5m")...)
	n.EKS.UpdatesTake(4 * time.Minute)
	n.trigger("night", tuesdayNight)
	n.at(tuesdayNight.Add(40*time.Second), func() { n.start("narrow", byAna("double", "small")) })
	n.check(tuesdayNight.Add(time.Hour), outcome{
		runs:   map[string]string{"night": "succeeded", "narrow": "FAILED UnitBusyError"},
		sizes:  asleep,
		alerts: []string{"for run night, which is still running"},
	})
}

// TestANarrowRunOvertakesOnceOnlyItsOwnNodegroupsAreUnfinished and not before.
func TestANarrowRunOvertakesOnceOnlyItsOwnNodegroupsAreUnfinished(t *testing.T) {
	bothWays(t, tuesdayNight, func(n *night) {
		n.trigger("night", tuesdayNight)
		n.at(tuesdayNight.Add(40*time.Second), func() { n.start("narrow", byAna("normal", "big")) })
		n.check(tuesdayNight.Add(time.Hour), outcome{
			runs: map[string]string{"night": "overtaken", "narrow": "succeeded"}, sizes: map[string]int32{"small": 1, "big": 1},
			marks: []string{"big sleep 0, held at normal 1 by narrow", "small sleep 1"},
		})
	})
}

// TestAnOlderRunLeavesNodegroupsToANewerOne and does the rest once that has ended.
func TestAnOlderRunLeavesNodegroupsToANewerOne(t *testing.T) {
	bothWays(t, tuesdayNight, func(n *night) {
		n.EKS.Delay("DescribeNodegroup", "production", "big", 1, 20*time.Second, 0)
		n.trigger("night", tuesdayNight)
		n.at(tuesdayNight.Add(5*time.Second), func() { n.start("narrow", byAna("peak", "big")) })
		n.reconcile("later", tuesdayNight.Add(50*time.Minute))
		n.check(tuesdayNight.Add(time.Hour), outcome{
			runs:  map[string]string{"night": "overtaken", "narrow": "succeeded", "later": "succeeded"},
			sizes: map[string]int32{"small": 1, "big": 3},
			marks: []string{"big sleep 0, held at peak 3 by narrow", "small sleep 1"},
		})
		if by := n.part("night").OvertakenBy; by != "narrow" {
			n.t.Errorf("the night's run says that it was overtaken by %q; want narrow", by)
		}
	})
}

// TestTheUnitOfARunThatWasStoppedIsTakenAfterFiveMinutes and not before.
func TestTheUnitOfARunThatWasStoppedIsTakenAfterFiveMinutes(t *testing.T) {
	bothWays(t, tuesdayNight, func(n *night) {
		n.trigger("night", tuesdayNight)
		n.at(tuesdayNight.Add(35*time.Second), func() {
			if err := n.runs["night"].Stop(); err != nil {
				n.t.Error(err)
			}
		})
		n.reconcile("early", tuesdayNight.Add(3*time.Minute))
		n.keeps(tuesdayNight.Add(5 * time.Minute))
		n.reconcile("late", tuesdayNight.Add(6*time.Minute))
		n.check(tuesdayNight.Add(time.Hour), outcome{
			runs:  map[string]string{"night": string(engine.Aborted) + " ", "early": "succeeded", "late": "succeeded"},
			sizes: asleep, marks: []string{"big sleep 0", "small sleep 1"},
		})
		if why := n.part("early").Reason; !strings.Contains(why, "run night is still running") {
			n.t.Errorf("the early run says %q; want why it left the unit alone", why)
		}
	})
}

// TestAClaimThatCannotBeReadStopsItsUnitAlone with an error that names the item.
func TestAClaimThatCannotBeReadStopsItsUnitAlone(t *testing.T) {
	t.Parallel()
	n := nightAt(t, tuesdayNight)
	n.EKS.CreateNodegroup(world.Region, "staging", "web", eks.Sizes{Max: 2, Desired: 2})
	n.put(inventory.KindCluster, "staging", `{"name":"staging","region":"sa-east-1","nodegroups":{"web":{"minSize":0,"maxSize":2}},
		"profiles":{"on":{"web":2},"off":{"web":0}},"schedule":{"default":"on","periods":[{"name":"night","profile":"off","from":"01:00","to":"06:30"}]}}`)
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	if _, err := n.DynamoDB().PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String(deployment.LogsTable),
		Item:      map[string]types.AttributeValue{"subject": text("production"), "at": text("unit"), "claim": text("oops")},
	}); err != nil {
		t.Fatal(err)
	}
	n.trigger("night", tuesdayNight)
	n.until(tuesdayNight.Add(time.Hour))
	if got := n.ended("night"); got != "FAILED UnitInvalidError" {
		t.Errorf("the run ended as %q; want UnitInvalidError", got)
	}
	web, _ := n.EKS.Nodegroup(world.Region, "staging", "web")
	if small := desired(n.World)["small"]; web.Sizes.Desired != 0 || small != 0 {
		t.Errorf("web is at %d and small at %d; want web taken down and small left as it is", web.Sizes.Desired, small)
	}
	n.checkAlerts([]string{"item production/unit of table eks-scaling-logs is invalid"})
	n.checkRecords()
	n.checkStatusOfAnInvalidUnit()
}

// checkStatusOfAnInvalidUnit wants status to say of production alone that what was applied is unknown.
func (n *night) checkStatusOfAnInvalidUnit() {
	n.t.Helper()
	printed, _ := n.CLI(n.t.Context(), "status", "--output", "json") // exit code 1, as something is wrong
	var report struct {
		Problems []struct{ Kind, Subject, Message string }
		Clusters []struct {
			Name       string
			Nodegroups []struct{ Applied *struct{} }
		}
	}
	if err := json.NewDecoder(strings.NewReader(printed)).Decode(&report); err != nil {
		n.t.Fatalf("status prints %v:\n%s", err, printed)
	}
	unknown := map[string]string{}
	for _, p := range report.Problems {
		if p.Kind == "unreadable" {
			unknown[p.Subject] = p.Message
		}
	}
	const why = "the last applied sizes are unknown, so it is not scaled: item production/unit of table eks-scaling-logs is invalid: "
	if len(unknown) != 1 || !strings.HasPrefix(unknown["cluster production"], why) {
		n.t.Errorf("unreadable are %q; want production alone, with %q", unknown, why)
	}
	for _, c := range report.Clusters {
		if known := c.Nodegroups[0].Applied != nil; known != (c.Name == "staging") {
			n.t.Errorf("what was applied to %s is known: %t", c.Name, known)
		}
	}
}
