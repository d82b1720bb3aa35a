package integration_test

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// item puts an item into the config table by hand.
func (n *night) item(item map[string]types.AttributeValue) {
	n.t.Helper()
	if _, err := n.Console().PutItem(n.t.Context(), &dynamodb.PutItemInput{TableName: aws.String(deployment.ConfigTable), Item: item}); err != nil {
		n.t.Fatal(err)
	}
}

// TestAnAttributeOfAnotherTypeIsThatItemsProblem and no other cluster's.
func TestAnAttributeOfAnotherTypeIsThatItemsProblem(t *testing.T) {
	t.Parallel()
	number := &types.AttributeValueMemberN{Value: "7"}
	for _, kind := range []string{inventory.KindCalendar, inventory.KindOverride, inventory.KindCluster} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			n := nightAt(t, tuesdayNight)
			odd := itemKey(kind, "odd")
			odd["Name"], odd["KIND"], odd["version"], odd["updatedBy"] = number, &types.AttributeValueMemberBOOL{Value: true}, &types.AttributeValueMemberS{Value: "x"}, number
			odd["spec"] = &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"region": number}}
			n.item(odd)
			n.trigger("night", tuesdayNight)
			n.until(tuesdayNight.Add(30 * time.Minute))
			if got := desired(n.World); got["small"] != 1 || got["big"] != 0 {
				t.Errorf("production is at %v; want %v\n%s", got, asleep, n.story())
			}
			want := "succeeded"
			if kind == inventory.KindCluster {
				want = "FAILED ConfigInvalidError"
			}
			if got := n.ended("night"); got != want {
				t.Errorf("the run ended as %q; want %q\n%s", got, want, n.story())
			}
			n.checkRecords()
		})
	}
}

// TestAnAttributeInAnotherCaseDoesNotReplaceOurs in a cluster's own item.
func TestAnAttributeInAnotherCaseDoesNotReplaceOurs(t *testing.T) {
	t.Parallel()
	n := nightAt(t, tuesdayNight)
	_, err := n.Console().UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(deployment.ConfigTable), Key: itemKey(inventory.KindCluster, "production"),
		UpdateExpression:         aws.String("SET #name = :seven, #kind = :seven"),
		ExpressionAttributeNames: map[string]string{"#name": "Name", "#kind": "KIND"},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":seven": &types.AttributeValueMemberN{Value: "7"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	n.trigger("night", tuesdayNight)
	n.check(tuesdayNight.Add(30*time.Minute), outcome{runs: map[string]string{"night": "succeeded"}, sizes: asleep})
}

// TestANumberOf126DigitsIsRecordedInFull and does not stop the stream.
func TestANumberOf126DigitsIsRecordedInFull(t *testing.T) {
	t.Parallel()
	n := nightAt(t, tuesdayNight)
	deliver(t, n.World)
	digits := "1" + strings.Repeat("0", 125)
	long := itemKey("note", "long")
	long["spec"] = &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"count": &types.AttributeValueMemberN{Value: digits}}}
	n.item(long)
	edit(t, n.World, "peak")
	deliver(t, n.World)
	got := history(t, n.World, "note", "long")
	if len(got) != 1 || !strings.Contains(strings.ToLower(string(got[0].After)), `"count":1`) {
		t.Fatalf("on record is %+v; want the number", got)
	}
	if after := string(got[0].After); after != `{"count":`+digits+`}` && !strings.EqualFold(after, `{"count":1e+125}`) && !strings.EqualFold(after, `{"count":1e125}`) {
		t.Errorf("on record is %s; want the number as it is", after)
	}
	if changes := history(t, n.World, inventory.KindCluster, "production"); len(changes) != 2 {
		t.Errorf("%d changes of the cluster are on record; want the one after the number too", len(changes))
	}
}

// hostile is a text that moves a terminal's cursor and adds a line.
const hostile = "ana\n\x1b[2J\x1b]0;owned\x07root"

// TestTextsOfOthersReachNoTerminalAsTheyAre, neither from records nor from a run's input.
func TestTextsOfOthersReachNoTerminalAsTheyAre(t *testing.T) {
	t.Parallel()
	n := nightAt(t, tuesdayNight)
	n.trigger("night", tuesdayNight)
	n.at(tuesdayNight.Add(10*time.Minute), func() {
		n.start("hostile", map[string]any{"trigger": hostile, "actor": hostile, "reason": hostile})
	})
	n.until(tuesdayNight.Add(20 * time.Minute))
	if got := n.ended("hostile"); got != "FAILED InputInvalidError" {
		t.Errorf("the run ended as %q; want InputInvalidError", got)
	}
	if got, err := n.CLI(t.Context(), "run", "--by", hostile, "--reason", "a launch", "--yes"); err == nil || !strings.Contains(got, "control character") {
		t.Errorf("run --by with control characters: %v\n%s\nwant it refused", err, got)
	}
	n.spoil()
	for _, args := range [][]string{
		{"status"}, {"runs"}, {"runs", "show", "night"}, {"runs", "show", "hostile"}, {"history"}, {"explain", "production"},
	} {
		n.printsPlain(args...)
	}
	for _, a := range n.Alerts() {
		plain(t, "an alert's subject", strings.ReplaceAll(a.Subject, "\n", "\x1b")) // a line end is no more right there
		plain(t, "an alert", a.Message)
	}
}

// printsPlain requires the tool to print records without control characters, and without a panic.
func (n *night) printsPlain(args ...string) {
	n.t.Helper()
	printed, err := n.CLI(n.t.Context(), args...)
	health := args[0] == "status" || args[0] == "explain" // which end with another exit code when something is wrong
	if strings.Contains(printed, "goroutine") || err != nil && !health {
		n.t.Errorf("%q: %v\n%s", args, err, printed)
	}
	plain(n.t, strings.Join(args, " "), printed)
	if said := strings.Contains(printed, "owned"); !said && (args[0] == "history" || args[len(args)-1] == "hostile") {
		n.t.Errorf("%q prints\n%s\nwant the text, without its control characters", args, printed)
	}
}

// plain wants a text without control characters other than line ends.
func plain(t *testing.T, what, text string) {
	t.Helper()
	if i := strings.IndexFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }); i >= 0 {
		t.Errorf("%s has the control character %q at %d:\n%q", what, text[i], i, text)
	}
}

// spoil puts control characters into the actor and the reason of every recorded run.
func (n *night) spoil() {
	n.t.Helper()
	found, err := n.DynamoDB().Scan(n.t.Context(), &dynamodb.ScanInput{TableName: aws.String(deployment.LogsTable)})
	if err != nil {
		n.t.Fatal(err)
	}
	for _, item := range found.Items {
		run, ok := item["run"].(*types.AttributeValueMemberM)
		if !ok {
			continue
		}
		for _, name := range []string{"trigger", "actor", "reason"} {
			run.Value[name] = &types.AttributeValueMemberS{Value: hostile}
		}
		for _, name := range []string{"message", "reason", "profile"} {
			if _, given := item[name].(*types.AttributeValueMemberS); given {
				item[name] = &types.AttributeValueMemberS{Value: hostile}
			}
		}
		if _, err := n.DynamoDB().PutItem(n.t.Context(), &dynamodb.PutItemInput{TableName: aws.String(deployment.LogsTable), Item: item}); err != nil {
			n.t.Fatal(err)
		}
	}
}

// TestADryRunOfAnInvalidConfigurationAlertsNobody and says what is broken.
func TestADryRunOfAnInvalidConfigurationAlertsNobody(t *testing.T) {
	t.Parallel()
	n := nightAt(t, tuesdayNight)
	edit(t, n.World, "nrmal")
	n.start("dry", run.Input{DryRun: true})
	n.until(tuesdayNight.Add(-4 * time.Minute))
	if got := n.ended("dry"); got != "incomplete" {
		t.Errorf("the dry run ended as %q; want incomplete", got)
	}
	if got := n.summary("dry"); !strings.Contains(got.Message, `unknown profile "nrmal"`) {
		t.Errorf("the dry run says %q; want what is broken", got.Message)
	}
	n.checkAlerts(nil)
	n.checkRecords()
	n.Evaluate()
	for _, r := range n.Template.Of("AWS::CloudWatch::Alarm") {
		if a, _ := n.Alarms.Get(world.Region, r.Name); a.Metric == "ExecutionsFailed" && a.State == "ALARM" {
			t.Errorf("alarm %s is on: %s", a.Name, a.Reason)
		}
	}
}
