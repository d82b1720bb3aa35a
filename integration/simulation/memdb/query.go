package memdb

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
	"eks-scaling-automation/integration/simulation/memdb/expression"
)

// maxPage is how many bytes a query reads before it returns a page.
const maxPage = 1024 * 1024

// Query reads a page of the items of one partition of a table.
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
	paths []expression.Path
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
	if in.Limit != nil && *in.Limit < 1 {
		return nil, attribute.Invalid("Value '%d' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1", *in.Limit)
	}
	q, err := db.parseQuery(in)
	if err != nil {
		return nil, err
	}
	rows := q.rows()
	if in.ExclusiveStartKey != nil {
		if rows, err = q.after(rows, in.ExclusiveStartKey); err != nil {
			return nil, err
		}
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
	where, err := p.Condition("KeyConditionExpression", *in.KeyConditionExpression)
	if err != nil {
		return nil, err
	}
	if q.paths, err = p.Projection(in.ProjectionExpression); err != nil {
		return nil, err
	}
	if err = p.CheckUsed(); err != nil {
		return nil, err
	}
	q.where, err = q.keys.Condition(where)
	return q, err
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

// after leaves out the items up to the key at which the page before has ended.
func (q *query) after(rows []*row, start attribute.Item) ([]*row, error) {
	from, err := q.table.key(start)
	if err != nil {
		return nil, attribute.Invalid("The provided starting key is invalid")
	}
	if from.partition != q.where.Partition {
		return nil, attribute.Invalid("The provided starting key is outside query boundaries based on provided conditions")
	}
	if q.where.Sort != nil && !q.where.Sort(from.sort) {
		return nil, attribute.Invalid("The provided starting key does not match the range key predicate")
	}
	first := slices.IndexFunc(rows, func(r *row) bool {
		by := r.key.compare(from)
		return by > 0 && !q.back || by < 0 && q.back
	})
	if first < 0 {
		return nil, nil
	}
	return rows[first:], nil
}

// page reads items until the limit. A page that reaches it names the last key even if nothing follows.
func (q *query) page(rows []*row, limit *int32) *dynamodb.QueryOutput {
	out := &dynamodb.QueryOutput{Items: []map[string]types.AttributeValue{}}
	size := 0
	for _, r := range rows {
		size += r.size
		out.ScannedCount++
		out.Items = append(out.Items, view(r.item, q.paths))
		if (limit != nil && out.ScannedCount == *limit) || size >= maxPage {
			out.LastEvaluatedKey = attribute.Item{}
			for name := range r.item {
				if q.table.isKey(name) {
					out.LastEvaluatedKey[name] = attribute.Copy(r.item[name])
				}
			}
			break
		}
	}
	out.Count = int32(len(out.Items))
	return out
}
