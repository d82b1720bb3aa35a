package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
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

// TestPlainUndoesWhatTheTableDoes with any JSON: a spec is recorded as it was written.
func TestPlainUndoesWhatTheTableDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := drawJSON(3).Draw(t, "spec")
		value, err := attributevalue.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		stored, err := attributevalue.MarshalJSON(value)
		if err != nil {
			t.Fatal(err)
		}
		text, err := plain(stored)
		if err != nil {
			t.Fatal(err)
		}
		var got any
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-written +recorded):\n%s", diff)
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
