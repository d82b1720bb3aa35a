package tables_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	dynalite "eks-scaling-automation/integration/aws/dynamodb"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// database is a DynamoDB with the table logs.
func database(t *testing.T) *dynamodb.Client {
	t.Helper()
	server, err := dynalite.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	db := dynamodb.New(dynamodb.Options{
		BaseEndpoint: aws.String(server.URL()), Region: "sa-east-1", Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	text := types.ScalarAttributeTypeS
	_, err = db.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String("logs"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("subject"), AttributeType: text},
			{AttributeName: aws.String("at"), AttributeType: text},
			{AttributeName: aws.String("day"), AttributeType: text},
		},
		KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("subject"), KeyType: types.KeyTypeHash}, {AttributeName: aws.String("at"), KeyType: types.KeyTypeRange}},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName:  aws.String("by-day"),
			KeySchema:  []types.KeySchemaElement{{AttributeName: aws.String("day"), KeyType: types.KeyTypeHash}, {AttributeName: aws.String("at"), KeyType: types.KeyTypeRange}},
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestChangesOfTheConfigurationSinceAnInstant(t *testing.T) {
	logs := tables.NewLogs(database(t), "logs")
	midnight := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	for _, c := range []inventory.ConfigChange{
		{Kind: inventory.KindCluster, Name: "berlin", Time: midnight.Add(-26 * time.Hour), Version: 1, After: json.RawMessage(`{"old": true}`)},
		{Kind: inventory.KindCluster, Name: "berlin", Time: midnight.Add(-time.Hour), Version: 2, After: json.RawMessage(`{}`)},
		{Kind: inventory.KindOverride, Name: "launch", Time: midnight, By: "ana", Before: json.RawMessage(`{}`)},
		{Kind: inventory.KindCluster, Name: "berlin", Time: midnight.Add(time.Minute), Version: 3, After: json.RawMessage(`{}`)},
	} {
		if err := logs.PutConfigChange(t.Context(), c, "event"); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range []tables.Record{
		{Subject: tables.SubjectRun, Time: midnight, Execution: "run", Detail: run.Record{}},
		{Subject: "berlin/web", Time: midnight, Execution: "run", Detail: run.Change{}},
		{Subject: tables.SubjectUnits("run"), Time: midnight, Execution: "berlin", Detail: run.UnitRecord{}},
	} {
		if err := logs.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name  string
		since time.Time
		want  []string
	}{
		{"over midnight, without what runs did", midnight.Add(-time.Hour), []string{"cluster/berlin 3", "override/launch 0", "cluster/berlin 2"}},
		{"the instant included", midnight, []string{"cluster/berlin 3", "override/launch 0"}},
		{"none", midnight.Add(time.Hour), []string{}},
	} {
		changes, err := logs.ConfigChangesBetween(t.Context(), tt.since, midnight.Add(2*time.Hour))
		got := []string{}
		for _, c := range changes {
			got = append(got, fmt.Sprintf("%s/%s %d", c.Kind, c.Name, c.Version))
		}
		if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", tt.name, err, diff)
		}
	}
	changes, err := logs.ConfigChanges(t.Context(), inventory.KindOverride, "launch")
	if want := (inventory.ConfigChange{Kind: inventory.KindOverride, Name: "launch", Time: midnight, By: "ana", Before: json.RawMessage(`{}`)}); err != nil || cmp.Diff([]inventory.ConfigChange{want}, changes) != "" {
		t.Errorf("found %+v (%v); want %+v", changes, err, want)
	}
}

// TestChangesOfAllNodegroups are visited newest first over midnight, until there are enough, without other records.
func TestChangesOfAllNodegroups(t *testing.T) {
	logs := tables.NewLogs(database(t), "logs")
	midnight := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	for i, subject := range []string{"berlin/old", "berlin/web", tables.SubjectRun, "production/big", "config/cluster/berlin", "berlin/web"} {
		r := tables.Record{Subject: subject, Time: midnight.Add(time.Duration(i-2) * time.Hour), Execution: fmt.Sprint("run-", i), Detail: run.Change{Reason: fmt.Sprint(i)}}
		if err := logs.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	for _, w := range []struct {
		rule  string
		since time.Time
		most  int
		want  []string
	}{
		{"all since an instant", midnight.Add(-time.Hour), 9, []string{"berlin/web 5", "production/big 3", "berlin/web 1"}},
		{"two", midnight.Add(-time.Hour), 2, []string{"berlin/web 5", "production/big 3"}},
	} {
		var got []string
		err := logs.EachChange(t.Context(), w.since, midnight.Add(5*time.Hour), func(c run.Change) bool {
			got = append(got, c.Cluster+"/"+c.Nodegroup+" "+c.Reason)
			return len(got) < w.most
		})
		if diff := cmp.Diff(w.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", w.rule, err, diff)
		}
	}
}

// TestLargeSpecsAreBothKept: without Before, a change looks as if it had made the item.
func TestLargeSpecsAreBothKept(t *testing.T) {
	logs := tables.NewLogs(database(t), "logs")
	large := json.RawMessage(`"` + strings.Repeat("x", 120_000) + `"`)
	c := inventory.ConfigChange{Kind: inventory.KindCalendar, Name: "large", Time: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC), Before: large, After: large}
	if err := logs.PutConfigChange(t.Context(), c, "event"); err != nil {
		t.Fatal(err)
	}
	changes, err := logs.ConfigChanges(t.Context(), c.Kind, c.Name)
	if err != nil || len(changes) != 1 || len(changes[0].Before) != len(large) || len(changes[0].After) != len(large) {
		t.Errorf("found %d changes (%v); want one with both specs", len(changes), err)
	}
}
