package main

import (
	"testing"
)

// dynamoTable is an AWS::DynamoDB::Table.
type dynamoTable struct {
	TableName                        string
	DeletionProtectionEnabled        bool
	PointInTimeRecoverySpecification struct{ PointInTimeRecoveryEnabled bool }
}

func TestTablesLoseNothing(t *testing.T) {
	for _, table := range all[dynamoTable](t, reference(t), "AWS::DynamoDB::Table") {
		switch {
		case !table.DeletionProtectionEnabled:
			t.Errorf("%s has no deletion protection", table.TableName)
		case !table.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled:
			t.Errorf("%s has no point-in-time recovery", table.TableName)
		}
	}
	for id, r := range reference(t).Resources {
		if r.Type == "AWS::DynamoDB::Table" && (r.DeletionPolicy != "Retain" || r.UpdateReplacePolicy != "Retain") {
			t.Errorf("%s goes with the stack; want it retained", id)
		}
	}
}
