package integration_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
)

// itemKey is the key of an item of the config table.
func itemKey(kind, name string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		"kind": &types.AttributeValueMemberS{Value: kind}, "name": &types.AttributeValueMemberS{Value: name},
	}
}

// edit changes the default profile of the reference cluster, as a person does in the console.
func edit(t *testing.T, w *world.World, profile string) {
	t.Helper()
	_, err := w.Console().UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(deployment.ConfigTable), Key: itemKey(inventory.KindCluster, "production"),
		UpdateExpression:         aws.String("SET spec.schedule.#default = :profile"),
		ExpressionAttributeNames: map[string]string{"#default": "default"}, // a reserved word
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":profile": &types.AttributeValueMemberS{Value: profile},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// history returns the recorded changes of an entity, the newest first.
func history(t *testing.T, w *world.World, kind, name string) []inventory.ConfigChange {
	t.Helper()
	changes, err := tables.NewLogs(w.DynamoDB(), deployment.LogsTable).ConfigChanges(t.Context(), kind, name)
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

// told is a history in short: the version, who, and the default profile before and after.
func told(t *testing.T, changes []inventory.ConfigChange) []string {
	t.Helper()
	profile := func(spec json.RawMessage) string {
		if spec == nil {
			return "-"
		}
		var cluster struct{ Schedule struct{ Default string } }
		if err := json.Unmarshal(spec, &cluster); err != nil {
			t.Fatal(err)
		}
		return cluster.Schedule.Default
	}
	var lines []string
	for _, c := range changes {
		lines = append(lines, fmt.Sprintf("%d %q %s -> %s", c.Version, c.By, profile(c.Before), profile(c.After)))
	}
	return lines
}

func TestEveryChangeOfTheConfigurationIsRecorded(t *testing.T) {
	t.Parallel()
	began := time.Now().Truncate(time.Second)
	w := configured(t)
	deliver(t, w)
	apply(t, w, "default: normal", "default: peak")
	deliver(t, w)
	edit(t, w, "sleep")
	deliver(t, w)
	if _, err := w.Console().DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
		TableName: aws.String(deployment.ConfigTable), Key: itemKey(inventory.KindCluster, "production"),
	}); err != nil {
		t.Fatal(err)
	}
	deliver(t, w)
	changes := history(t, w, inventory.KindCluster, "production")
	want := []string{
		`3 "" sleep -> -`, // removed by somebody
		`2 "" peak -> sleep`,
		`2 "operator" normal -> peak`,
		`1 "operator" - -> normal`,
	}
	if diff := cmp.Diff(want, told(t, changes)); diff != "" {
		t.Errorf("the newest first (-want +got):\n%s", diff)
	}
	for _, c := range changes {
		if c.Time.Before(began) || c.Time.After(time.Now()) {
			t.Errorf("a change at %v; want it between %v and now", c.Time, began)
		}
	}
	settings := history(t, w, inventory.KindSettings, inventory.GlobalSettings)
	if len(settings) != 1 || settings[0].By != "operator" ||
		string(settings[0].After) != `{"paused":false,"timezone":"America/Sao_Paulo"}` {
		t.Errorf("the settings' history is %+v", settings)
	}
	if alerts := w.Alerts(); len(alerts) > 0 {
		t.Errorf("alerts %q; want none, as everything was valid", alerts)
	}
}

// TestTheReasonOfAWriteIsRecorded with whatever tool writes it.
func TestTheReasonOfAWriteIsRecorded(t *testing.T) {
	t.Parallel()
	w := configured(t)
	deliver(t, w)
	table := tables.NewConfig(w.Console(), deployment.ConfigTable)
	stored, err := table.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	settings := *stored.Settings
	settings.UpdatedBy, settings.Reason, settings.Spec = "ana", "a freeze", json.RawMessage(`{"paused":true,"timezone":"UTC"}`)
	if _, err := table.Put(t.Context(), settings); err != nil {
		t.Fatal(err)
	}
	deliver(t, w)
	got := history(t, w, inventory.KindSettings, inventory.GlobalSettings)[0]
	want := inventory.ConfigChange{
		Kind: "settings", Name: "global", Time: got.Time, Version: 2, Format: config.Format, By: "ana", Reason: "a freeze",
		Before: stored.Settings.Spec, After: settings.Spec,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnInvalidEditByHandAlertsAtOnce(t *testing.T) {
	t.Parallel()
	w := configured(t)
	deliver(t, w)
	edit(t, w, "nrmal")
	deliver(t, w)
	alerts := w.Alerts()
	if len(alerts) != 1 || alerts[0].Subject != "EKS scaling: invalid configuration: cluster production" {
		t.Fatalf("alerts %q; want one on the cluster", alerts)
	}
	for _, want := range []string{
		`schedule.default: unknown profile "nrmal"; did you mean "normal"?`,
		"Changed: cluster/production at ", "edited by hand, by unknown", `"default":"normal"`,
		"To do: Fix the configuration with: eks-scaling config apply FILE",
	} {
		if !strings.Contains(alerts[0].Message, want) {
			t.Errorf("the alert does not say %q:\n%s", want, alerts[0].Message)
		}
	}
	apply(t, w)
	deliver(t, w)
	if alerts := w.Alerts(); len(alerts) != 1 {
		t.Errorf("after the fix, alerts %q; want no further one", alerts[1:])
	}
	want := []string{`2 "operator" nrmal -> normal`, `1 "" normal -> nrmal`, `1 "operator" - -> normal`}
	if diff := cmp.Diff(want, told(t, history(t, w, inventory.KindCluster, "production"))); diff != "" {
		t.Errorf("the newest first (-want +got):\n%s", diff)
	}
}

// TestAnItemMadeByHandIsRecorded, of whatever kind and form it is.
func TestAnItemMadeByHandIsRecorded(t *testing.T) {
	t.Parallel()
	w := configured(t)
	deliver(t, w)
	item := itemKey("clutser", "new")
	item["spec"] = &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
		"sizes": &types.AttributeValueMemberNS{Value: []string{"1"}}, "none": &types.AttributeValueMemberNULL{Value: true},
	}}
	put := &dynamodb.PutItemInput{TableName: aws.String(deployment.ConfigTable), Item: item}
	if _, err := w.Console().PutItem(t.Context(), put); err != nil {
		t.Fatal(err)
	}
	deliver(t, w)
	got := history(t, w, "clutser", "new")
	if len(got) != 1 || got[0].By != "" || got[0].Before != nil || string(got[0].After) != `{"none":null,"sizes":[1]}` {
		t.Errorf("found %+v; want the item, by nobody that is known", got)
	}
}

func TestAnExpiredOverrideIsRecorded(t *testing.T) {
	t.Parallel()
	w := begin(t)
	until := time.Now().UTC().Add(time.Hour).Truncate(time.Second)
	applyOverride(t, w, until.Add(-30*time.Minute), until)
	deliver(t, w)
	edit(t, w, "nothing") // an expiry alerts nobody of it
	deliver(t, w)
	if err := w.Expire(t.Context(), until.AddDate(0, 0, 30)); err != nil {
		t.Fatal(err)
	}
	deliver(t, w)
	stored, err := tables.NewConfig(w.DynamoDB(), deployment.ConfigTable).Read(t.Context())
	if err != nil || len(stored.Overrides) > 0 || len(stored.Clusters) != 1 {
		t.Fatalf("the table holds %+v (%v); want all but the override", stored, err)
	}
	records, err := w.Records(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var by []string
	for _, r := range records {
		if strings.HasPrefix(r["subject"].(string), "config/override/") {
			by = append(by, fmt.Sprint(r["by"]))
		}
	}
	if diff := cmp.Diff([]string{"operator", "expired"}, by); diff != "" {
		t.Errorf("who made and who removed the override (-want +got):\n%s", diff)
	}
	if alerts := w.Alerts(); len(alerts) != 1 {
		t.Errorf("%d alerts; want the one of the edit", len(alerts))
	}
}

// TestADuplicateBatchIsRecordedOnce as Lambda may hand over a batch again that has gone through.
func TestADuplicateBatchIsRecordedOnce(t *testing.T) {
	t.Parallel()
	w := configured(t)
	edit(t, w, "peak")
	batch, err := w.Tables.TakeChanges()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := w.Deliver(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{`1 "" normal -> peak`, `1 "operator" - -> normal`}
	if diff := cmp.Diff(want, told(t, history(t, w, inventory.KindCluster, "production"))); diff != "" {
		t.Errorf("the newest first (-want +got):\n%s", diff)
	}
}
