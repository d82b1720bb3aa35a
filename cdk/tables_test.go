package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// dynamoTable is an AWS::DynamoDB::Table.
type dynamoTable struct {
	TableName                        string
	BillingMode                      string
	DeletionProtectionEnabled        bool
	KeySchema                        []key
	AttributeDefinitions             []struct{ AttributeName, AttributeType string }
	SSESpecification                 struct{ SSEEnabled bool }
	PointInTimeRecoverySpecification struct{ PointInTimeRecoveryEnabled bool }
	TimeToLiveSpecification          *timeToLive
	StreamSpecification              *stream
	GlobalSecondaryIndexes           []index
}

type key struct{ AttributeName, KeyType string }

type timeToLive struct {
	AttributeName string
	Enabled       bool
}

type stream struct{ StreamViewType string }

type index struct {
	IndexName  string
	KeySchema  []key
	Projection struct{ ProjectionType string }
}

// bothTables are the configuration's and the logs'.
func bothTables(t *testing.T) (settings, logs dynamoTable) {
	t.Helper()
	tables := all[dynamoTable](t, reference(t), "AWS::DynamoDB::Table")
	if len(tables) != 2 || tables[0].TableName != "eks-scaling-config" || tables[1].TableName != "eks-scaling-logs" {
		t.Fatalf("found the tables %+v; want eks-scaling-config and eks-scaling-logs", tables)
	}
	return tables[0], tables[1]
}

func TestTableKeys(t *testing.T) {
	settings, logs := bothTables(t)
	for _, test := range []struct {
		table dynamoTable
		want  []key
	}{
		{settings, []key{{"kind", "HASH"}, {"name", "RANGE"}}},
		{logs, []key{{"subject", "HASH"}, {"at", "RANGE"}}},
	} {
		if diff := cmp.Diff(test.want, test.table.KeySchema); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.table.TableName, diff)
		}
		for _, a := range test.table.AttributeDefinitions {
			if a.AttributeType != "S" {
				t.Errorf("%s: key %s is of type %s; want a string", test.table.TableName, a.AttributeName, a.AttributeType)
			}
		}
	}
}

func TestTablesLoseNothing(t *testing.T) {
	settings, logs := bothTables(t)
	for _, table := range []dynamoTable{settings, logs} {
		switch {
		case !table.DeletionProtectionEnabled:
			t.Errorf("%s has no deletion protection", table.TableName)
		case !table.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled:
			t.Errorf("%s has no point-in-time recovery", table.TableName)
		case !table.SSESpecification.SSEEnabled:
			t.Errorf("%s is not encrypted with a key of this account", table.TableName)
		case table.BillingMode != "PAY_PER_REQUEST":
			t.Errorf("%s is billed by %s; want it on demand", table.TableName, table.BillingMode)
		}
	}
	for id, r := range reference(t).Resources {
		if r.Type == "AWS::DynamoDB::Table" && (r.DeletionPolicy != "Retain" || r.UpdateReplacePolicy != "Retain") {
			t.Errorf("%s goes with the stack; want it retained", id)
		}
	}
}

func TestItemsExpireWhenTheySayWhen(t *testing.T) {
	settings, logs := bothTables(t)
	for _, table := range []dynamoTable{settings, logs} {
		if diff := cmp.Diff(&timeToLive{"expiresAt", true}, table.TimeToLiveSpecification); diff != "" {
			t.Errorf("%s (-want +got):\n%s", table.TableName, diff)
		}
	}
}

func TestOnlyTheConfigurationCanBeFollowed(t *testing.T) {
	settings, logs := bothTables(t)
	if diff := cmp.Diff(&stream{"NEW_AND_OLD_IMAGES"}, settings.StreamSpecification); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
	if logs.StreamSpecification != nil {
		t.Errorf("the logs have a stream, of %v", logs.StreamSpecification)
	}
}

func TestTheLogsCanBeReadByDay(t *testing.T) {
	_, logs := bothTables(t)
	want := index{IndexName: "by-day", KeySchema: []key{{"day", "HASH"}, {"at", "RANGE"}}}
	want.Projection.ProjectionType = "ALL"
	if diff := cmp.Diff([]index{want}, logs.GlobalSecondaryIndexes); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
