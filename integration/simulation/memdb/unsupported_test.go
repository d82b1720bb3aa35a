package memdb_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eks-scaling-automation/integration/simulation/memdb"
)

// TestNoFieldOfARequestIsIgnored sets every field of the SDK's inputs that the package does not implement, also those of
// versions to come.
func TestNoFieldOfARequestIsIgnored(t *testing.T) {
	t.Parallel()
	write := []string{"TableName", "ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues", "ReturnValues"}
	read := []string{"TableName", "ConsistentRead"}
	for _, c := range []struct {
		in    any // a pointer to a request that succeeds
		known []string
		call  func(*memdb.DB, any) error
	}{
		{&dynamodb.GetItemInput{TableName: aws.String("logs"), Key: unitKey()}, append(read, "Key"), func(db *memdb.DB, in any) error {
			return second(db.GetItem(t.Context(), in.(*dynamodb.GetItemInput)))
		}},
		{&dynamodb.PutItemInput{TableName: aws.String("logs"), Item: unitKey()}, append(write, "Item"), func(db *memdb.DB, in any) error {
			return second(db.PutItem(t.Context(), in.(*dynamodb.PutItemInput)))
		}},
		{&dynamodb.UpdateItemInput{TableName: aws.String("logs"), Key: unitKey()}, append(write, "Key", "UpdateExpression"), func(db *memdb.DB, in any) error {
			return second(db.UpdateItem(t.Context(), in.(*dynamodb.UpdateItemInput)))
		}},
		{&dynamodb.QueryInput{
			TableName: aws.String("logs"), KeyConditionExpression: aws.String("subject = :s"), ExpressionAttributeValues: values{":s": text("x")},
		}, append(read, "KeyConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues", "ProjectionExpression", "ScanIndexForward", "Limit", "ExclusiveStartKey"), func(db *memdb.DB, in any) error {
			return second(db.Query(t.Context(), in.(*dynamodb.QueryInput)))
		}},
	} {
		kind := reflect.TypeOf(c.in).Elem()
		t.Run(kind.Name(), func(t *testing.T) {
			t.Parallel()
			if err := c.call(newDB(), c.in); err != nil {
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
				if err := c.call(newDB(), in.Interface()); !errors.Is(err, memdb.ErrUnsupported) {
					t.Errorf("%s: %v; want it to be unsupported", f.Name, err)
				}
			}
		})
	}
}

// TestNoPartOfAnExpressionIsIgnored has the parts of expressions that the package does not implement.
func TestNoPartOfAnExpressionIsIgnored(t *testing.T) {
	t.Parallel()
	v := values{":v": number(1), ":t": text("a")}
	for _, condition := range []string{"num BETWEEN :v AND :v", "num IN (:v)", "NOT (num = :v)", "size(num) = :v", "num = size(:v)", "contains(num, :v)", "begins_with(num, :v)", "lst[0] = :v", "num <> :v", "num > :v", "num < :t"} {
		err := second(newDB().PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: aws.String("logs"), Item: unitKey(), ConditionExpression: &condition, ExpressionAttributeValues: v,
		}))
		if !errors.Is(err, memdb.ErrUnsupported) {
			t.Errorf("%s: %v; want it to be unsupported", condition, err)
		}
	}
	for _, update := range []string{"SET num = num + :v", "SET num = list_append(num, :v)", "SET lst[0] = :v", "ADD num :t", "ADD num str", "DELETE num :v"} {
		err := second(newDB().UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: aws.String("logs"), Key: unitKey(), UpdateExpression: &update, ExpressionAttributeValues: v,
		}))
		if !errors.Is(err, memdb.ErrUnsupported) {
			t.Errorf("%s: %v; want it to be unsupported", update, err)
		}
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
