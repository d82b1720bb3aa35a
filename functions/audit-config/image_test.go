package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eks-scaling-automation/shared/aws/tables"
)

func TestPlain(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ rule, from, want string }{
		{"text", `{"S": "a \"b\" <c>"}`, `"a \"b\" <c>"`},
		{"a number keeps its digits", `{"N": "12345678901234567890.10"}`, `12345678901234567890.10`},
		{"a large number", `{"N": "1E+125"}`, `1E+125`},
		{"true", `{"BOOL": true}`, `true`},
		{"null", `{"NULL": true}`, `null`},
		{"binary stays in base64", `{"B": "aGVsbG8="}`, `"aGVsbG8="`},
		{"a set of texts", `{"SS": ["a", "b"]}`, `["a", "b"]`},
		{"a set of numbers", `{"NS": ["1", "2.50"]}`, `[1,2.50]`},
		{"an empty list", `{"L": []}`, `[]`},
		{"an empty map", `{"M": {}}`, `{}`},
		{"nested", `{"M": {"a": {"L": [{"N": "1"}, {"M": {"S": {"S": "x"}}}]}}}`, `{"a":[1,{"S":"x"}]}`},
	} {
		got, err := plain(json.RawMessage(row.from))
		if err != nil || string(got) != row.want {
			t.Errorf("%s: %s, %v; want %s", row.rule, got, err, row.want)
		}
	}
}

func TestPlainSaysWhatItCannotRead(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{
		`7`:                        "cannot unmarshal number",
		`{}`:                       "found {}; want a value with its type",
		`{"S": "a", "N": "1"}`:     "want a value with its type",
		`{"X": "a"}`:               `found {"X": "a"}; want a type of DynamoDB`,
		`{"N": "one"}`:             "invalid number literal",
		`{"N": null}`:              "a number without a digit",
		`{"L": 7}`:                 "cannot unmarshal number",
		`{"M": {"a": {"X": "a"}}}`: `a: found {"X": "a"}`,
	} {
		if got, err := plain(json.RawMessage(from)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %s, %v; want an error with %q", from, got, err, want)
		}
	}
}

// TestPlainUndoesWhatTheTableDoes with any JSON: a spec is on record as it was written.
func TestPlainUndoesWhatTheTableDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := drawJSON(3).Draw(t, "spec")
		value, err := attributevalue.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		text, err := plain(wire(t, value))
		if err != nil {
			t.Fatal(err)
		}
		var got any
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-written +on record):\n%s", diff)
		}
	})
}

func drawJSON(depth int) *rapid.Generator[any] {
	leaves := []*rapid.Generator[any]{
		rapid.String().AsAny(), rapid.Bool().AsAny(), rapid.Float64Range(-1e9, 1e9).AsAny(), rapid.Just[any](nil),
	}
	if depth == 0 {
		return rapid.OneOf(leaves...)
	}
	deeper := drawJSON(depth - 1)
	return rapid.OneOf(append(leaves,
		rapid.SliceOfN(deeper, 0, 3).AsAny(), rapid.MapOfN(rapid.StringN(1, 8, -1), deeper, 0, 3).AsAny())...)
}

// wire is a value in DynamoDB's JSON.
func wire(t *rapid.T, value types.AttributeValue) json.RawMessage {
	t.Helper()
	var typed any
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		typed = map[string]any{"S": v.Value}
	case *types.AttributeValueMemberN:
		typed = map[string]any{"N": v.Value}
	case *types.AttributeValueMemberBOOL:
		typed = map[string]any{"BOOL": v.Value}
	case *types.AttributeValueMemberNULL:
		typed = map[string]any{"NULL": true}
	case *types.AttributeValueMemberL:
		elements := []any{}
		for _, element := range v.Value {
			elements = append(elements, wire(t, element))
		}
		typed = map[string]any{"L": elements}
	case *types.AttributeValueMemberM:
		fields := map[string]any{}
		for name, field := range v.Value {
			fields[name] = wire(t, field)
		}
		typed = map[string]any{"M": fields}
	default:
		t.Fatalf("JSON became %T", value)
	}
	data, err := json.Marshal(typed)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestAHugeNumberIsOnRecordWithAllItsDigits instead of as one that DynamoDB refuses, over which the stream would stand still.
func TestAHugeNumberIsOnRecordWithAllItsDigits(t *testing.T) {
	t.Parallel()
	for _, digits := range []string{strings.Repeat("9", 38) + strings.Repeat("0", 88), "1" + strings.Repeat("0", 125), "12345678901234567890123456789012345678"} {
		table := &database{}
		h := handler{store: &world{}, logs: tables.NewLogs(table, "logs"), now: func() time.Time { return now }}
		change := streamed(1, "cluster", "production", "", item(1, "ana", "", `{"M": {"size": {"N": "`+digits+`"}}}`))
		done, err := h.handle(t.Context(), slog.New(slog.DiscardHandler), batch{Records: []json.RawMessage{json.RawMessage(change)}})
		if err != nil || done.Recorded != 1 {
			t.Fatalf("%s: %+v, %v", digits, done, err)
		}
		after := table.put["after"].(*types.AttributeValueMemberM).Value["size"]
		if got, isNumber := after.(*types.AttributeValueMemberN); !isNumber || got.Value != digits {
			t.Errorf("%s is on record as %#v", digits, after)
		}
	}
}

// database keeps the last item that is put into it.
type database struct {
	tables.API
	put map[string]types.AttributeValue
}

func (d *database) PutItem(_ context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	d.put = in.Item
	return &dynamodb.PutItemOutput{}, nil
}
