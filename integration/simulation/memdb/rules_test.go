package memdb_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	gocmp "github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/simulation/memdb"
)

type values = map[string]types.AttributeValue

func unitKey() values { return values{"subject": text("production"), "at": text("unit")} }

func mustPut(t testing.TB, db *memdb.DB, i values) {
	t.Helper()
	if _, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("logs"), Item: i}); err != nil {
		t.Fatal(err)
	}
}

func mapOf(v values) types.AttributeValue { return &types.AttributeValueMemberM{Value: v} }

func listOf(n ...int) types.AttributeValue {
	l := &types.AttributeValueMemberL{Value: []types.AttributeValue{}}
	for _, each := range n {
		l.Value = append(l.Value, number(each))
	}
	return l
}

func TestUpdatesOfDynamoDBThatDynaliteGetsWrong(t *testing.T) {
	t.Parallel()
	stored := func() values {
		i := unitKey()
		i["lst"], i["map1"] = listOf(0, 1, 2, 3), mapOf(values{"num": number(1)})
		return i
	}
	with := func(name string, v types.AttributeValue) values {
		i := stored()
		if i[name] = v; v == nil {
			delete(i, name)
		}
		return i
	}
	for _, c := range []struct {
		rule   string
		before values
		update string
		after  values
	}{
		{"several members of a list are removed by their indexes before the update", stored(), "REMOVE lst[0], lst[2]", with("lst", listOf(1, 3))},
		{"a removed index does not move the one that is set", stored(), "REMOVE lst[0] SET lst[1] = :v", with("lst", listOf(9, 2, 3))},
		{"values appended by index are in the order of the indexes", with("lst", listOf()), "SET lst[7] = :v, lst[5] = :w", with("lst", listOf(8, 9))},
		{"a copied map is the one before the update", stored(), "SET map2 = map1, map1.num = :v", func() values {
			i := with("map1", mapOf(values{"num": number(9)}))
			i["map2"] = mapOf(values{"num": number(1)})
			return i
		}()},
		{"an update that only removes creates no item", nil, "REMOVE lst", nil},
	} {
		t.Run(c.rule, func(t *testing.T) {
			t.Parallel()
			db := newDB(t)
			if c.before != nil {
				mustPut(t, db, c.before)
			}
			in := &dynamodb.UpdateItemInput{TableName: aws.String("logs"), Key: unitKey(), UpdateExpression: &c.update}
			for _, v := range []struct {
				name string
				n    int
			}{{":v", 9}, {":w", 8}} {
				if strings.Contains(c.update, v.name) {
					if in.ExpressionAttributeValues == nil {
						in.ExpressionAttributeValues = values{}
					}
					in.ExpressionAttributeValues[v.name] = number(v.n)
				}
			}
			if _, err := db.UpdateItem(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			var want []values
			if c.after != nil {
				want = []values{c.after}
			}
			if diff := gocmp.Diff(want, append([]values(nil), db.Items("logs")...), ignored); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAFailedConditionShowsTheItemThatIsThere(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	i := unitKey()
	i["num"] = number(1)
	mustPut(t, db, i)
	for _, which := range types.ReturnValuesOnConditionCheckFailureNone.Values() {
		_, err := db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: aws.String("logs"), Key: unitKey(), UpdateExpression: aws.String("SET num = :n"), ConditionExpression: aws.String("num > :n"),
			ExpressionAttributeValues: values{":n": number(2)}, ReturnValuesOnConditionCheckFailure: which,
		})
		failed, ok := errors.AsType[*types.ConditionalCheckFailedException](err)
		if !ok {
			t.Fatalf("%s: %v", which, err)
		}
		want := i
		if which == types.ReturnValuesOnConditionCheckFailureNone {
			want = nil
		}
		if diff := gocmp.Diff(want, failed.Item, ignored); diff != "" {
			t.Errorf("%s (-want +got):\n%s", which, diff)
		}
	}
}

func TestATransactionWritesAllOrNothingAndSaysWhy(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	i := unitKey()
	i["num"] = number(1)
	mustPut(t, db, i)
	other := values{"subject": text("production"), "at": text("1")}
	put := types.TransactWriteItem{Put: &types.Put{TableName: aws.String("logs"), Item: other}}
	update := func(expression, condition string) types.TransactWriteItem {
		return types.TransactWriteItem{Update: &types.Update{
			TableName: aws.String("logs"), Key: unitKey(), UpdateExpression: &expression, ConditionExpression: &condition,
			ExpressionAttributeValues: values{":n": number(1)}, ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}}
	}
	check := types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: aws.String("logs"), Key: unitKey(), ConditionExpression: aws.String("attribute_exists(num)"),
	}}
	for _, c := range []struct {
		rule   string
		items  []types.TransactWriteItem
		want   string // the code of the error, and those of the reasons; empty for a success
		stored int
	}{
		{"a failed condition cancels all", []types.TransactWriteItem{put, update("SET num = :n", "num > :n")}, "TransactionCanceledException None ConditionalCheckFailed with the item", 1},
		{"an impossible path cancels all", []types.TransactWriteItem{put, update("SET gone.num = :n", "num = :n")}, "TransactionCanceledException None ValidationError", 1},
		{"one item cannot be written twice", []types.TransactWriteItem{check, update("SET num = :n", "num = :n")}, "ValidationException", 1},
		{"a check writes nothing and lets the others pass", []types.TransactWriteItem{put, check}, "", 2},
	} {
		t.Run(c.rule, func(t *testing.T) {
			t.Parallel()
			db := db.Clone()
			_, err := db.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: c.items})
			if got := outcome(err); got != c.want {
				t.Errorf("%q; want %q", got, c.want)
			}
			if n := len(db.Items("logs")); n != c.stored {
				t.Errorf("%d items; want %d", n, c.stored)
			}
		})
	}
}

// outcome is the code of an error, and those of the reasons of a cancelled transaction.
func outcome(err error) string {
	text := code(err)
	if cancelled, ok := errors.AsType[*types.TransactionCanceledException](err); ok {
		for _, reason := range cancelled.CancellationReasons {
			text += " " + *reason.Code
			if reason.Item != nil {
				text += " with the item"
			}
		}
	}
	return text
}

func TestNobodyCanChangeAStoredItemFromOutside(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	i := unitKey()
	i["map1"] = mapOf(values{"lst": listOf(1), "bytes": &types.AttributeValueMemberB{Value: []byte{1}}})
	mustPut(t, db, i)
	clone := db.Clone()
	before := db.AppendState(nil)
	get := func() values {
		out, err := db.GetItem(context.Background(), &dynamodb.GetItemInput{TableName: aws.String("logs"), Key: unitKey()})
		if err != nil {
			t.Fatal(err)
		}
		return out.Item
	}
	for what, reached := range map[string]values{"the item that was put": i, "the item that was read": get(), "the items": db.Items("logs")[0]} {
		inner := reached["map1"].(*types.AttributeValueMemberM).Value
		inner["lst"].(*types.AttributeValueMemberL).Value[0].(*types.AttributeValueMemberN).Value = "7"
		inner["bytes"].(*types.AttributeValueMemberB).Value[0] = 7
		inner["new"] = text("x")
		if diff := gocmp.Diff(before, db.AppendState(nil)); diff != "" || get()["map1"].(*types.AttributeValueMemberM).Value["new"] != nil {
			t.Errorf("%s reaches the stored one: %s", what, diff)
		}
	}
	if _, err := db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String("logs"), Key: unitKey(), UpdateExpression: aws.String("SET map1.lst[0] = :v"), ExpressionAttributeValues: values{":v": number(5)},
	}); err != nil {
		t.Fatal(err)
	}
	if string(clone.AppendState(nil)) != string(before) {
		t.Error("an update of the original changed the clone")
	}
	if string(db.AppendState(nil)) == string(before) {
		t.Error("an update did not change the state")
	}
}

func TestTheSameItemsAreTheSameStateInWhateverOrderTheyCame(t *testing.T) {
	t.Parallel()
	one, two := newDB(t), newDB(t)
	a, b := unitKey(), values{"subject": text("a"), "at": text("1"), "num": &types.AttributeValueMemberN{Value: "1.0"}}
	same := values{"subject": text("a"), "at": text("1"), "num": number(1)}
	mustPut(t, one, a)
	mustPut(t, one, b)
	mustPut(t, two, same)
	mustPut(t, two, a)
	if string(one.AppendState(nil)) != string(two.AppendState(nil)) {
		t.Error("equal databases have two encodings")
	}
}

func TestNumbersAreKeptExactlyAndInOneForm(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"1": "1", "1.0": "1", "-0": "0", "007": "7", "+5": "5", "1e3": "1000", "1.50E-2": "0.015", ".5": "0.5", "-12.340": "-12.34",
		"12345678901234567890123456789012345678": "12345678901234567890123456789012345678", "100000000000000000000": "100000000000000000000",
		"1E-130": "0." + strings.Repeat("0", 129) + "1", "9E125": "9" + strings.Repeat("0", 125),
		"": "", "abc": "", "1e": "", "1.2.3": "", "123456789012345678901234567890123456789": "", "1E126": "", "1E-131": "", "NaN": "", "0x10": "", "1_0": "",
	} {
		db := newDB(t)
		i := unitKey()
		i["num"] = &types.AttributeValueMemberN{Value: given}
		_, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("logs"), Item: i})
		if want == "" {
			if code(err) != "ValidationException" {
				t.Errorf("%q: %v; want it refused", given, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", given, err)
		} else if got := db.Items("logs")[0]["num"].(*types.AttributeValueMemberN).Value; got != want {
			t.Errorf("%q is kept as %q; want %q", given, got, want)
		}
	}
}
