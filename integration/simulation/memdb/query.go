package memdb

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
	"eks-scaling-automation/integration/simulation/memdb/expression"
)

// maxPage is how many bytes a query reads before it returns a page.
const maxPage = 1024 * 1024

// Query reads a page of the items of one partition, of a table or an index. Items of an index with the same sort key come
// by their primary keys.
func (db *DB) Query(ctx context.Context, in *dynamodb.QueryInput, _ ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	out, err := db.query(ctx, in)
	return finish("Query", out, err)
}

// query is a parsed request.
type query struct {
	table  *table
	keys   expression.KeySchema
	index  bool
	back   bool // from the last item to the first
	where  expression.KeyCondition
	filter expression.Condition
	paths  []expression.Path
}

func (db *DB) query(ctx context.Context, in *dynamodb.QueryInput) (*dynamodb.QueryOutput, error) {
	err := firstError(alive(ctx), refuse(
		field{"AttributesToGet", in.AttributesToGet != nil},
		field{"ConditionalOperator", in.ConditionalOperator != ""},
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
	if err = q.choose(in.IndexName, aws.ToBool(in.ConsistentRead)); err != nil {
		return nil, err
	}
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
	if in.FilterExpression != nil {
		if q.filter, err = p.Filter(*in.FilterExpression, q.keys); err != nil {
			return nil, err
		}
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

// choose takes the keys of the table, or of one of its indexes.
func (q *query) choose(index *string, consistent bool) error {
	if index == nil {
		q.keys = expression.KeySchema{Partition: q.table.PartitionKey, Sort: q.table.SortKey}
		return nil
	}
	at := slices.IndexFunc(q.table.Indexes, func(i Index) bool { return i.Name == *index })
	if at < 0 {
		return attribute.Invalid("The table does not have the specified index: %s", *index)
	}
	if consistent {
		return attribute.Invalid("Consistent reads are not supported on global secondary indexes")
	}
	q.index, q.keys = true, expression.KeySchema{Partition: q.table.Indexes[at].PartitionKey, Sort: q.table.Indexes[at].SortKey}
	return nil
}

// rows are the items that fulfil the key condition, in the order of the answer.
func (q *query) rows() []*row {
	var found []*row
	candidates := q.table.rows
	if !q.index {
		first, _ := q.table.search(key{partition: q.where.Partition})
		candidates = candidates[first:]
	}
	for _, r := range candidates {
		partition, ok := text(r.item, q.keys.Partition)
		if !q.index && partition != q.where.Partition {
			break
		}
		sort, sorted := text(r.item, q.keys.Sort)
		switch {
		case !ok, partition != q.where.Partition, !sorted && q.keys.Sort != "":
		case q.where.Sort == nil || q.where.Sort(sort):
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(a, b *row) int { return q.compare(q.place(a.item), q.place(b.item)) })
	return found
}

// place is where an item stands in the order of a partition.
type place struct {
	sort string
	key  key
}

func (q *query) place(i attribute.Item) place {
	var p place
	p.sort, _ = text(i, q.keys.Sort)
	p.key.partition, _ = text(i, q.table.PartitionKey)
	p.key.sort, _ = text(i, q.table.SortKey)
	return p
}

func (q *query) compare(a, b place) int {
	by := cmp.Or(strings.Compare(a.sort, b.sort), a.key.compare(b.key))
	if q.back {
		return -by
	}
	return by
}

// after leaves out the items up to the key at which the page before has ended.
func (q *query) after(rows []*row, start attribute.Item) ([]*row, error) {
	names := q.positionNames()
	if len(start) != len(names) {
		return nil, attribute.Invalid("The provided starting key is invalid")
	}
	for _, name := range names {
		if _, ok := text(start, name); !ok {
			return nil, attribute.Invalid("The provided starting key is invalid")
		}
	}
	if partition, _ := text(start, q.keys.Partition); partition != q.where.Partition {
		return nil, attribute.Invalid("The provided starting key is outside query boundaries based on provided conditions")
	}
	from := q.place(start)
	if q.where.Sort != nil && !q.where.Sort(from.sort) {
		return nil, attribute.Invalid("The provided starting key does not match the range key predicate")
	}
	first := slices.IndexFunc(rows, func(r *row) bool { return q.compare(q.place(r.item), from) > 0 })
	if first < 0 {
		return nil, nil
	}
	return rows[first:], nil
}

// positionNames are the attributes of a key at which a page ends.
func (q *query) positionNames() []string {
	names := []string{q.table.PartitionKey, q.table.SortKey, q.keys.Partition, q.keys.Sort}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" })
}

// page reads items until the limit. The limit counts items before the filter, and a page that reaches it names the last
// key even if nothing follows.
func (q *query) page(rows []*row, limit *int32) *dynamodb.QueryOutput {
	out := &dynamodb.QueryOutput{Items: []map[string]types.AttributeValue{}}
	size := 0
	for _, r := range rows {
		size += r.size
		out.ScannedCount++
		if q.filter == nil || q.filter.Holds(r.item) {
			out.Items = append(out.Items, view(r.item, q.paths))
		}
		if (limit != nil && out.ScannedCount == *limit) || size >= maxPage {
			out.LastEvaluatedKey = attribute.Item{}
			for _, name := range q.positionNames() {
				out.LastEvaluatedKey[name] = attribute.Copy(r.item[name])
			}
			break
		}
	}
	out.Count = int32(len(out.Items))
	return out
}

// text reads an attribute that is a string.
func text(i attribute.Item, name string) (string, bool) {
	s, ok := i[name].(*types.AttributeValueMemberS)
	if !ok {
		return "", false
	}
	return s.Value, true
}
