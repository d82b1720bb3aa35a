package tables

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/inventory"
)

// Names reads the settings and the names of the clusters, strongly consistent. The clusters of the snapshot have only a name and
// are in alphabetical order.
func (t *Config) Names(ctx context.Context) (s inventory.Snapshot, err error) {
	if s.Settings, err = t.get(ctx, inventory.KindSettings, inventory.GlobalSettings); err != nil {
		return s, err
	}
	condition, only, consistent := "kind = :kind", "#name", true
	pages := dynamodb.NewQueryPaginator(t.db, &dynamodb.QueryInput{
		TableName: &t.name, KeyConditionExpression: &condition, ProjectionExpression: &only, ConsistentRead: &consistent,
		ExpressionAttributeNames:  map[string]string{"#name": "name"}, // DynamoDB keeps this word for itself
		ExpressionAttributeValues: item{":kind": &types.AttributeValueMemberS{Value: inventory.KindCluster}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return s, fmt.Errorf("reading the names of the clusters from table %s: %w", t.name, err)
		}
		for _, values := range page.Items {
			if name, ok := values["name"].(*types.AttributeValueMemberS); ok { // a key is always a text
				s.Clusters = append(s.Clusters, inventory.Item{Kind: inventory.KindCluster, Name: name.Value})
			}
		}
	}
	return s, nil
}
