package memdb_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eks-scaling-automation/integration/simulation/memdb"
)

// unitDB holds the item of a unit and some records.
func unitDB(b *testing.B) *memdb.DB {
	b.Helper()
	db := newDB()
	i := unitKey()
	i["claim"] = mapOf(values{"order": text("2026-11-24T06:00:00Z#run-1"), "renewedAt": text("2026-11-24T06:00:00Z")})
	i["orders"] = mapOf(values{"small": text("a"), "big": text("b")})
	i["intents"] = mapOf(values{})
	mustPut(b, db, i)
	for n := range 50 {
		mustPut(b, db, values{"subject": text("run"), "at": text(fmt.Sprintf("2026-11-24T06:00:%02dZ", n)), "day": text("2026-11-24")})
	}
	return db
}

func BenchmarkUpdateOfAClaim(b *testing.B) {
	db := unitDB(b)
	in := &dynamodb.UpdateItemInput{
		TableName: aws.String("logs"), Key: unitKey(),
		UpdateExpression:         aws.String("SET claim.renewedAt = :now, #i.#g = :intent REMOVE orders.gone"),
		ConditionExpression:      aws.String("claim.#o = :order AND (attribute_not_exists(#i.#g) OR #i.#g.expires = :now)"),
		ExpressionAttributeNames: map[string]string{"#o": "order", "#i": "intents", "#g": "small"},
		ExpressionAttributeValues: values{
			":now": text("2026-11-24T06:01:00Z"), ":order": text("2026-11-24T06:00:00Z#run-1"), ":intent": mapOf(values{"expires": text("2026-11-24T06:00:30Z")}),
		},
	}
	for b.Loop() {
		if _, err := db.UpdateItem(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGetOfAUnit(b *testing.B) {
	db := unitDB(b)
	in := &dynamodb.GetItemInput{TableName: aws.String("logs"), Key: unitKey()}
	for b.Loop() {
		if _, err := db.GetItem(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCloneAndState(b *testing.B) {
	db := unitDB(b)
	var state []byte
	for b.Loop() {
		state = db.Clone().AppendState(state[:0])
	}
}
