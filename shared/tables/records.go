package tables

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/statemachine"
)

// Change is what a run did to a node group, as the audit trail keeps it.
type Change struct {
	statemachine.ChangeResult
	Run      statemachine.Run `json:"run"`
	Cluster  string           `json:"cluster"`
	Profile  string           `json:"profile"` // empty under an override that has sizes of its own
	Period   string           `json:"period"`  // empty when none put the profile in force
	Override string           `json:"override,omitempty"`
	Action   scaling.Action   `json:"action"`
	Reason   string           `json:"reason"`
	Goal     scaling.Goal     `json:"goal"` // what it was to be, also when that failed
	Update   string           `json:"updateId,omitempty"`
}

// Changes are what was done to a node group at an instant or later, the newest first. One of which nothing is on record has
// none; whether there is such a node group the trail does not know.
func (t *Logs) Changes(ctx context.Context, cluster, nodegroup string, since time.Time) ([]Change, error) {
	subject := cluster + "/" + nodegroup
	condition, forward := "subject = :subject AND #at >= :since", false
	pages := dynamodb.NewQueryPaginator(t.db, &dynamodb.QueryInput{
		TableName: &t.name, KeyConditionExpression: &condition, ScanIndexForward: &forward,
		ExpressionAttributeNames: map[string]string{"#at": "at"}, // a word that DynamoDB keeps for itself
		ExpressionAttributeValues: item{
			":subject": &types.AttributeValueMemberS{Value: subject},
			":since":   &types.AttributeValueMemberS{Value: since.UTC().Format("2006-01-02T15:04:05.000Z")},
		},
	})
	changes := []Change{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading the records of %s from table %s: %w", subject, t.name, err)
		}
		for _, found := range page.Items {
			var c Change
			if err := unmarshal(found, &c); err != nil {
				return nil, fmt.Errorf("the records of %s in table %s: %w", subject, t.name, err)
			}
			changes = append(changes, c)
		}
	}
	return changes, nil
}
