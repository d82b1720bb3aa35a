package tables

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eks-scaling-automation/integration/simulation/memdb"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

func s(text string) types.AttributeValue { return &types.AttributeValueMemberS{Value: text} }

func n(number string) types.AttributeValue { return &types.AttributeValueMemberN{Value: number} }

func m(fields item) types.AttributeValue { return &types.AttributeValueMemberM{Value: fields} }

// withSpec is an item of a cluster with one number in its spec.
func withSpec(number string) item {
	return item{"kind": s("cluster"), "name": s("production"), "spec": m(item{"size": n(number)}), "version": n("3")}
}

func TestAttributesUnderOtherNamesDisturbNothing(t *testing.T) {
	t.Parallel()
	for _, stranger := range []types.AttributeValue{s("x"), n("7"), m(item{"a": n("1")}), &types.AttributeValueMemberNULL{Value: true}, &types.AttributeValueMemberSS{Value: []string{"x"}}} {
		from := withSpec("1")
		for _, name := range []string{"Name", "KIND", "Spec", "VERSION", "\u212aind", "updatedby"} {
			from[name] = stranger
		}
		got := entity(from)
		if diff := cmp.Diff(entity(withSpec("1")), got, cmp.AllowUnexported(inventory.Item{}), cmp.Comparer(sameAttribute)); diff != "" {
			t.Errorf("%T (-without +with):\n%s", stranger, diff)
		}
	}
}

func sameAttribute(a, b types.AttributeValue) bool {
	left, err := jsonOf(a)
	right, other := jsonOf(b)
	return err == nil && other == nil && string(left) == string(right)
}

// TestABadAttributeIsThatItemsProblem so an item that cannot be used is read nevertheless, and its parser says what is wrong.
func TestABadAttributeIsThatItemsProblem(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule, attribute string
		value           types.AttributeValue
		want            inventory.Item
	}{
		{"a version of another type", "version", s("3"), inventory.Item{Spec: []byte(`{"size":1}`)}},
		{"a version that is no whole number", "version", n("1.5"), inventory.Item{Spec: []byte(`{"size":1}`)}},
		{"a spec that is a number", "spec", n("1E+125"), inventory.Item{Spec: []byte(`1E+125`), Version: 3}},
		{"a spec of a type that is not known", "spec", &types.UnknownUnionMember{Tag: "X"}, inventory.Item{Spec: []byte(`"unreadable: found the unknown DynamoDB type *types.UnknownUnionMember"`), Version: 3}},
		{"a writer that is a list", "updatedBy", &types.AttributeValueMemberL{}, inventory.Item{Spec: []byte(`{"size":1}`), Version: 3}},
	} {
		from := withSpec("1")
		from[row.attribute] = row.value
		row.want.Kind, row.want.Name = "cluster", "production"
		if got := entity(from); !got.Equal(row.want) {
			t.Errorf("%s: read as %+v; want %+v", row.rule, got, row.want)
		}
	}
}

// TestNumbersAreKeptExactly when they are read, and when they are written as they were read.
func TestNumbersAreKeptExactly(t *testing.T) {
	t.Parallel()
	for _, number := range []string{
		"0", "-1", "0.1", "9007199254740993", strings.Repeat("1234567890", 3) + "12345678", "-" + strings.Repeat("9", 38) + strings.Repeat("0", 88),
		"1" + strings.Repeat("0", 125), "9.9999999999999999999999999999999999999E+125", "1E-130", "0." + strings.Repeat("0", 90) + "123",
	} {
		e := entity(withSpec(number))
		if want := `{"size":` + number + `}`; string(e.Spec) != want {
			t.Errorf("%s is read as %s", want, e.Spec)
		}
		values, err := itemOf(e)
		if err != nil {
			t.Fatal(err)
		}
		written := values["spec"].(*types.AttributeValueMemberM).Value["size"]
		if got, isNumber := written.(*types.AttributeValueMemberN); !isNumber || got.Value != number {
			t.Errorf("%s is written as %#v", number, written)
		}
	}
}

// TestUnstorableValuesAreRecordedAsText as a run may be started with anything.
func TestUnstorableValuesAreRecordedAsText(t *testing.T) {
	t.Parallel()
	recorded := func(input string) types.AttributeValue {
		values, err := marshal(run.Record{Input: json.RawMessage(input)})
		if err != nil {
			t.Fatal(err)
		}
		return values["input"]
	}
	for _, row := range []struct {
		rule, input string
		want        types.AttributeValue
	}{
		{"39 digits", `{"x":` + strings.Repeat("1", 39) + `}`, m(item{"x": s(strings.Repeat("1", 39))})},
		{"a number that is too large", `{"x":1e126}`, m(item{"x": s("1e126")})},
		{"a number that is too small", `{"x":1e-131}`, m(item{"x": s("1e-131")})},
		{"an exponent beyond everything", `{"x":1e99999999999999999999}`, m(item{"x": s("1e99999999999999999999")})},
		{"zeros are no digits", `{"x":0.000e500}`, m(item{"x": n("0.000e500")})},
		{"the largest number", `{"x":9e125}`, m(item{"x": n("9e125")})},
		{"an empty name", `{"x":{"":1}}`, m(item{"x": s(`{"":1}`)})},
		{"an empty text and an empty list", `{"x":"","y":[]}`, m(item{"x": s(""), "y": &types.AttributeValueMemberL{Value: []types.AttributeValue{}}})},
	} {
		if got := recorded(row.input); !sameAttribute(got, row.want) {
			t.Errorf("%s: put as %#v", row.rule, got)
		}
	}
	if levels := depthOf(recorded(strings.Repeat("[", 40) + strings.Repeat("]", 40))); levels > 32 {
		t.Errorf("found %d levels; DynamoDB takes 32", levels)
	}
}

func depthOf(attribute types.AttributeValue) int {
	if list, ok := attribute.(*types.AttributeValueMemberL); ok && len(list.Value) > 0 {
		return 1 + depthOf(list.Value[0])
	}
	return 1
}

// TestReadablePartsOfARecordAreRead whatever somebody has written into it.
func TestReadablePartsOfARecordAreRead(t *testing.T) {
	t.Parallel()
	change := run.Change{ChangeResult: run.ChangeResult{Nodegroup: "big", Outcome: run.Succeeded, Seconds: 1.5}, Cluster: "production", Goal: scaling.Goal{MinSize: 1, MaxSize: 3}}
	edited, err := marshal(change)
	if err != nil {
		t.Fatal(err)
	}
	edited["Nodegroup"], edited["CLUSTER"], edited["profile"] = n("7"), m(item{}), n("7")
	edited["goal"].(*types.AttributeValueMemberM).Value["MinSize"] = s("x")
	var got run.Change
	if err := readable(edited, &got); err == nil || !strings.HasPrefix(err.Error(), "profile: ") {
		t.Errorf("%v; want the profile that is no text", err)
	}
	if diff := cmp.Diff(change, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestAnItemComesBackAsItWasWritten whatever JSON document it holds.
func TestAnItemComesBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	value := rapid.Deferred(func() *rapid.Generator[any] {
		plain := rapid.OneOf(rapid.String().AsAny(), rapid.Bool().AsAny(), rapid.Just[any](nil),
			rapid.Custom(func(t *rapid.T) any { return json.Number(rapid.StringMatching(`-?[1-9][0-9]{0,37}`).Draw(t, "n")) }))
		return rapid.OneOf(plain, rapid.SliceOfN(plain, 0, 3).AsAny(), rapid.MapOfN(rapid.StringMatching(`[a-zA-Z.]{1,9}`), plain, 0, 3).AsAny())
	})
	rapid.Check(t, func(t *rapid.T) {
		spec, err := json.Marshal(map[string]any{"a": value.Draw(t, "a"), "b": value.Draw(t, "b")})
		if err != nil {
			t.Fatal(err)
		}
		values, err := marshal(inventory.Item{Kind: "cluster", Name: "x", Spec: spec, Format: 1})
		if err != nil {
			t.Fatal(err)
		}
		if got := entity(values); string(got.Spec) != string(spec) {
			t.Errorf("%s comes back as %s", spec, got.Spec)
		}
	})
}

func TestOneBadItemFailsNoReading(t *testing.T) {
	t.Parallel()
	db := memdb.New(memdb.Table{Name: "t", PartitionKey: "kind", SortKey: "name"})
	for _, one := range []item{
		{"kind": s("settings"), "name": s("global"), "KIND": n("1"), "spec": n("7")},
		{"kind": s("cluster"), "name": s("bad"), "spec": s("oops"), "Name": m(item{})},
		{"kind": s("cluster"), "name": s("good"), "spec": m(item{"name": s("good")})},
	} {
		if _, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("t"), Item: one}); err != nil {
			t.Fatal(err)
		}
	}
	read, err := NewConfig(db, "t").Read(t.Context())
	if err != nil || len(read.Clusters) != 2 || read.Clusters[1].Name != "good" || string(read.Clusters[1].Spec) != `{"name":"good"}` {
		t.Errorf("read %+v, %v", read, err)
	}
	if _, _, err := read.CheckedSettings(); err == nil || !strings.Contains(err.Error(), "settings/global: must be an object, not 7") {
		t.Errorf("the settings: %v", err)
	}
}
