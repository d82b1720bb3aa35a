package memdb_test

import (
	"context"
	"fmt"
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

// TestUpdatesOfDynamoDBThatDynaliteGetsWrong cannot compare with dynalite.
func TestUpdatesOfDynamoDBThatDynaliteGetsWrong(t *testing.T) {
	t.Parallel()
	before := unitKey()
	before["map1"] = mapOf(values{"num": number(1)})
	after := unitKey()
	after["map1"], after["map2"] = mapOf(values{"num": number(9)}), before["map1"]
	for _, c := range []struct {
		rule   string
		before values
		update *dynamodb.UpdateItemInput
		want   []values
	}{
		{"a copied map is the one before the update", before, &dynamodb.UpdateItemInput{
			UpdateExpression: aws.String("SET map2 = map1, map1.num = :v"), ExpressionAttributeValues: values{":v": number(9)},
		}, []values{after}},
		{"an update that only removes creates no item", nil, &dynamodb.UpdateItemInput{UpdateExpression: aws.String("REMOVE map1")}, nil},
	} {
		t.Run(c.rule, func(t *testing.T) {
			t.Parallel()
			db := newDB()
			if c.before != nil {
				mustPut(t, db, c.before)
			}
			c.update.TableName, c.update.Key = aws.String("logs"), unitKey()
			if _, err := db.UpdateItem(t.Context(), c.update); err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(c.want, append([]values(nil), db.Items("logs")...), ignored); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNobodyCanChangeAStoredItemFromOutside(t *testing.T) {
	t.Parallel()
	db := newDB()
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
		TableName: aws.String("logs"), Key: unitKey(), UpdateExpression: aws.String("SET map1.lst = :v"), ExpressionAttributeValues: values{":v": number(5)},
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
	one, two := newDB(), newDB()
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
		db := newDB()
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

func TestAnExpressionHasALimit(t *testing.T) {
	t.Parallel()
	const part, long = "num = :v", 43
	conditions := func(n int) string { return strings.Repeat(part+" AND ", n-1) + part }
	sets := func(n int) string { // with names of 43 characters
		all := make([]string, n)
		for i := range all {
			all[i] = fmt.Sprintf("a%0*d=:v", long, i)
		}
		return "SET " + strings.Join(all, ",")
	}
	for rule, c := range map[string]struct {
		update, condition string
		refused           bool
	}{
		"299 operators":                {"SET num = :v", conditions(150), false},
		"301 operators":                {"SET num = :v", conditions(151), true},
		"assignments are no operators": {sets(80), "num = :v", false},
		"4 KB of text":                 {sets(84), "num = :v", false},
		"a little more":                {sets(86), "num = :v", true},
	} {
		db := newDB()
		i := unitKey()
		i["num"] = number(1)
		mustPut(t, db, i)
		_, err := db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: aws.String("logs"), Key: unitKey(), UpdateExpression: &c.update, ConditionExpression: &c.condition,
			ExpressionAttributeValues: values{":v": number(1)},
		})
		if (code(err) == "ValidationException") != c.refused || !c.refused && err != nil {
			t.Errorf("%s, in %d bytes: %v; want it refused: %t", rule, len(c.update), err, c.refused)
		}
	}
}
