package tables

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/statemachine"
)

// Run is what a run did, as the audit trail keeps it.
type Run struct {
	statemachine.RunSummary
	Execution statemachine.Execution `json:"execution"`
	Run       statemachine.Run       `json:"run,omitzero"` // zero when the run failed before it had one
	Input     json.RawMessage        `json:"input"`        // as given
}

// Runs are the runs on record that were started at an instant or later, the newest first. A run gets its record at its end,
// and none if it was aborted or timed out.
func (t *Logs) Runs(ctx context.Context, since time.Time) ([]Run, error) {
	condition, forward := "subject = :subject AND #at >= :since", false
	pages := dynamodb.NewQueryPaginator(t.db, &dynamodb.QueryInput{
		TableName: &t.name, KeyConditionExpression: &condition, ScanIndexForward: &forward,
		ExpressionAttributeNames: map[string]string{"#at": "at"}, // a word that DynamoDB keeps for itself
		ExpressionAttributeValues: item{
			":subject": &types.AttributeValueMemberS{Value: SubjectRun},
			":since":   &types.AttributeValueMemberS{Value: since.UTC().Format("2006-01-02T15:04:05.000Z")},
		},
	})
	runs := []Run{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading the records of the runs from table %s: %w", t.name, err)
		}
		for _, found := range page.Items {
			var r Run
			if err := unmarshal(found, &r); err != nil {
				return nil, fmt.Errorf("the records of the runs in table %s: %w", t.name, err)
			}
			runs = append(runs, r)
		}
	}
	return runs, nil
}
