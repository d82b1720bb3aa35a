package tables

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/simulation/memdb"
	"eks-scaling-automation/shared/inventory"
)

// TestTheNamesComeWithThePlaces and with nothing else. What is wrong with a spec keeps no cluster out.
func TestTheNamesComeWithThePlaces(t *testing.T) {
	t.Parallel()
	const role = "arn:aws:iam::123456789012:role/path/scaler"
	db := memdb.New(memdb.Table{Name: "t", PartitionKey: "kind", SortKey: "name"})
	for name, spec := range map[string]types.AttributeValue{
		"elsewhere": m(item{"region": s("sa-east-1"), "roleArn": s(role), "nodegroups": m(item{"big": m(item{"maxSize": n("5")})})}),
		"here":      m(item{"region": s("sa-east-1"), "schedule": m(item{"default": s("low")})}),
		"nowhere":   m(item{"Region": s("sa-east-1")}),
		"odd":       m(item{"region": n("7"), "roleArn": s("scaler")}),
		"oops":      s("oops"),
	} {
		row := item{"kind": s("cluster"), "name": s(name), "spec": spec, "version": n("3")}
		if _, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("t"), Item: row}); err != nil {
			t.Fatal(err)
		}
	}
	stored, err := NewConfig(db, "t").Names(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	type place struct{ name, spec, account, region string }
	var got []place
	for _, c := range stored.Clusters {
		p := inventory.PlaceOf(c.Spec)
		got = append(got, place{c.Name, string(c.Spec), p.Account, p.Region})
	}
	want := []place{
		{"elsewhere", `{"region":"sa-east-1","roleArn":"` + role + `"}`, "123456789012", "sa-east-1"},
		{"here", `{"region":"sa-east-1"}`, "", "sa-east-1"},
		{"nowhere", "null", "", ""},
		{"odd", `{"region":7,"roleArn":"scaler"}`, "", ""},
		{"oops", "null", "", ""},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(place{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
