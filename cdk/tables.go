package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/deployment"
)

// tables are the two tables of the system.
type tables struct {
	config, logs awsdynamodb.Table
}

// table holds what differs between the tables. Every key attribute is a string.
type table struct {
	id, name     string
	partitionKey string
	sortKey      string
	expiry       string // the attribute with the time to live; items without it stay
	stream       bool   // whether changes can be followed, with the items before and after
}

func newTables(stack awscdk.Stack) tables {
	t := tables{
		config: newTable(stack, table{
			id: "ConfigTable", name: deployment.ConfigTable, partitionKey: "kind", sortKey: "name",
			expiry: "expiresAt", stream: true,
		}),
		logs: newTable(stack, table{
			id: "LogsTable", name: deployment.LogsTable, partitionKey: "subject", sortKey: "at", expiry: "expiresAt",
		}),
	}
	// "What happened last night?" is a question about a day, not about a node group.
	t.logs.AddGlobalSecondaryIndex(&awsdynamodb.GlobalSecondaryIndexProps{
		IndexName:      jsii.String(byDay),
		PartitionKey:   attribute("day"),
		SortKey:        attribute("at"),
		ProjectionType: awsdynamodb.ProjectionType_ALL,
	})
	return t
}

// newTable creates a table that outlives the stack: deleting a stack must not delete the configuration or the audit trail.
func newTable(stack awscdk.Stack, t table) awsdynamodb.Table {
	props := &awsdynamodb.TableProps{
		TableName:    &t.name,
		PartitionKey: attribute(t.partitionKey),
		SortKey:      attribute(t.sortKey),
		BillingMode:  awsdynamodb.BillingMode_PAY_PER_REQUEST,
		PointInTimeRecoverySpecification: &awsdynamodb.PointInTimeRecoverySpecification{
			PointInTimeRecoveryEnabled: jsii.Bool(true),
		},
		// The account's own key for DynamoDB: CloudTrail logs its use, and it has no monthly cost. The tables hold sizes and
		// times but no secrets, so a key with its own policy would add no protection.
		Encryption:         awsdynamodb.TableEncryption_AWS_MANAGED,
		DeletionProtection: jsii.Bool(true),
		RemovalPolicy:      awscdk.RemovalPolicy_RETAIN,
	}
	if t.expiry != "" {
		props.TimeToLiveAttribute = &t.expiry
	}
	if t.stream {
		props.Stream = awsdynamodb.StreamViewType_NEW_AND_OLD_IMAGES
	}
	return awsdynamodb.NewTable(stack, &t.id, props)
}

func attribute(name string) *awsdynamodb.Attribute {
	return &awsdynamodb.Attribute{Name: &name, Type: awsdynamodb.AttributeType_STRING}
}

// byDay names the index of the audit trail by day.
const byDay = "by-day"
