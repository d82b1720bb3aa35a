package memdb_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb"
)

// TestNoFieldOfARequestIsIgnored sets every field of the SDK's inputs that the package does not implement, also those of
// versions to come.
func TestNoFieldOfARequestIsIgnored(t *testing.T) {
	t.Parallel()
	write := []string{"TableName", "ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues", "ReturnValues", "ReturnValuesOnConditionCheckFailure"}
	read := []string{"TableName", "ConsistentRead", "ExpressionAttributeNames", "ProjectionExpression"}
	for _, c := range []struct {
		in    any // a pointer to a request that succeeds
		known []string
		call  func(*memdb.DB, any) error
	}{
		{&dynamodb.GetItemInput{TableName: aws.String("logs"), Key: unitKey()}, append(read, "Key"), func(db *memdb.DB, in any) error {
			return second(db.GetItem(t.Context(), in.(*dynamodb.GetItemInput)))
		}},
		{&dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"logs": {Keys: []map[string]types.AttributeValue{unitKey()}}}}, []string{"RequestItems"}, func(db *memdb.DB, in any) error {
			return second(db.BatchGetItem(t.Context(), in.(*dynamodb.BatchGetItemInput)))
		}},
		{&dynamodb.PutItemInput{TableName: aws.String("logs"), Item: unitKey()}, append(write, "Item"), func(db *memdb.DB, in any) error {
			return second(db.PutItem(t.Context(), in.(*dynamodb.PutItemInput)))
		}},
		{&dynamodb.UpdateItemInput{TableName: aws.String("logs"), Key: unitKey()}, append(write, "Key", "UpdateExpression"), func(db *memdb.DB, in any) error {
			return second(db.UpdateItem(t.Context(), in.(*dynamodb.UpdateItemInput)))
		}},
		{&dynamodb.DeleteItemInput{TableName: aws.String("logs"), Key: unitKey()}, append(write, "Key"), func(db *memdb.DB, in any) error {
			return second(db.DeleteItem(t.Context(), in.(*dynamodb.DeleteItemInput)))
		}},
		{&dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{Delete: &types.Delete{TableName: aws.String("logs"), Key: unitKey()}}}}, []string{"TransactItems"}, func(db *memdb.DB, in any) error {
			return second(db.TransactWriteItems(t.Context(), in.(*dynamodb.TransactWriteItemsInput)))
		}},
		{&dynamodb.QueryInput{
			TableName: aws.String("logs"), KeyConditionExpression: aws.String("subject = :s"), ExpressionAttributeValues: values{":s": text("x")},
		}, append(read, "KeyConditionExpression", "ExpressionAttributeValues", "FilterExpression", "IndexName", "Limit", "ScanIndexForward", "ExclusiveStartKey"), func(db *memdb.DB, in any) error {
			return second(db.Query(t.Context(), in.(*dynamodb.QueryInput)))
		}},
	} {
		kind := reflect.TypeOf(c.in).Elem()
		t.Run(kind.Name(), func(t *testing.T) {
			t.Parallel()
			if err := c.call(newDB(t), c.in); err != nil {
				t.Fatalf("without the field: %v", err)
			}
			for i := range kind.NumField() {
				f := kind.Field(i)
				if !f.IsExported() || slices.Contains(c.known, f.Name) {
					continue
				}
				in := reflect.New(kind)
				in.Elem().Set(reflect.ValueOf(c.in).Elem())
				in.Elem().Field(i).Set(something(f.Type))
				if err := c.call(newDB(t), in.Interface()); !errors.Is(err, memdb.ErrUnsupported) {
					t.Errorf("%s: %v; want it to be unsupported", f.Name, err)
				}
			}
		})
	}
}

func second[T any](_ T, err error) error { return err }

// something is a value that is not zero.
func something(of reflect.Type) reflect.Value {
	v := reflect.New(of).Elem()
	switch of.Kind() { //nolint:exhaustive // the kinds of the SDK's fields
	case reflect.String:
		v.SetString("INDEXES")
	case reflect.Pointer:
		v.Set(reflect.New(of.Elem()))
	case reflect.Map:
		v.Set(reflect.MakeMap(of))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(of, 1, 1))
	}
	return v
}
