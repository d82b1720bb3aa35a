package memdb

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
	"eks-scaling-automation/integration/simulation/memdb/expression"
)

// maxPage limits the bytes that a DynamoDB query reads for a page.
const maxPage = 1024 * 1024

// Query reads the items of one partition of a table.
func (db *DB) Query(ctx context.Context, in *dynamodb.QueryInput, _ ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	out, err := db.query(ctx, in)
	return finish("Query", out, err)
}

// query is a parsed request.
type query struct {
	table *table
	keys  expression.KeySchema
	back  bool // from the last item to the first
	where expression.KeyCondition
	parts expression.Projection
}

func (db *DB) query(ctx context.Context, in *dynamodb.QueryInput) (*dynamodb.QueryOutput, error) {
	err := firstError(alive(ctx), refuse(
		field{"AttributesToGet", in.AttributesToGet != nil},
		field{"ConditionalOperator", in.ConditionalOperator != ""},
		field{"FilterExpression", in.FilterExpression != nil},
		field{"IndexName", in.IndexName != nil},
		field{"KeyConditions", in.KeyConditions != nil},
		field{"QueryFilter", in.QueryFilter != nil},
		field{"Select", in.Select != ""},
		field{"ReturnConsumedCapacity", reports(in.ReturnConsumedCapacity)},
	))
	if err != nil {
		return nil, err
	}
	q, err := db.parseQuery(in)
	if err != nil {
		return nil, err
	}
	rows := q.rows()
	if in.ExclusiveStartKey != nil {
		from, err := q.table.key(in.ExclusiveStartKey)
		if err != nil {
			return nil, attribute.Invalid("The provided starting key is invalid")
		}
		rows = slices.DeleteFunc(rows, func(r *row) bool {
			by := r.key.compare(from)
			return by == 0 || by > 0 == q.back
		})
	}
	return q.page(rows, in.Limit), nil
}

// parseQuery reads the expressions of a query and finds what it asks.
func (db *DB) parseQuery(in *dynamodb.QueryInput) (*query, error) {
	q := &query{back: in.ScanIndexForward != nil && !*in.ScanIndexForward}
	var err error
	if q.table, err = db.table(in.TableName); err != nil {
		return nil, err
	}
	q.keys = expression.KeySchema{Partition: q.table.PartitionKey, Sort: q.table.SortKey}
	p, err := expression.NewPlaceholders(in.ExpressionAttributeNames, in.ExpressionAttributeValues)
	if err != nil {
		return nil, err
	}
	if in.KeyConditionExpression == nil {
		return nil, attribute.Invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
	}
	if q.where, err = p.KeyCondition(*in.KeyConditionExpression, q.keys); err != nil {
		return nil, err
	}
	if q.parts, err = p.Projection(in.ProjectionExpression); err != nil {
		return nil, err
	}
	return q, p.CheckUsed()
}

// rows are the items that fulfil the key condition, in the order of the answer.
func (q *query) rows() []*row {
	var found []*row
	first, _ := q.table.search(key{partition: q.where.Partition})
	for _, r := range q.table.rows[first:] {
		if r.key.partition != q.where.Partition {
			break
		}
		if q.where.Sort == nil || q.where.Sort(r.key.sort) {
			found = append(found, r)
		}
	}
	if q.back {
		slices.Reverse(found)
	}
	return found
}

// page copies items up to the limit or the size of a page. It names the last key if it ends there, even if nothing follows.
func (q *query) page(rows []*row, limit *int32) *dynamodb.QueryOutput {
	out := &dynamodb.QueryOutput{Items: []map[string]types.AttributeValue{}}
	size := 0
	for _, r := range rows {
		size += r.size
		out.Count++
		out.Items = append(out.Items, q.parts.Of(r.item))
		if limit != nil && out.Count == *limit || size >= maxPage {
			out.LastEvaluatedKey = attribute.Item{}
			for name := range r.item {
				if q.table.isKey(name) {
					out.LastEvaluatedKey[name] = attribute.Copy(r.item[name])
				}
			}
			break
		}
	}
	out.ScannedCount = out.Count
	return out
}
