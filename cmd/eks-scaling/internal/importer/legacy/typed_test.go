package legacy_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer/importertest"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer/legacy"
)

// typed is an item as DynamoDB writes it.
const typed = `{"config_id": {"S": "active"}, "enabled": {"BOOL": false}, "big_nodegroup": {"S": "big-v4"}, "schedules": {"M": {
	"sleep_time": {"M": {"start_hour": {"N": "1"}, "end_hour": {"N": "6"}, "small_nodes": {"N": "1"}, "big_nodes": {"N": "0"}}},
	"weekend_midnight": {"M": {"weekdays": {"L": [{"N": "5"}, {"N": "6"}]}, "small_nodes": {"N": "1"}, "big_nodes": {"N": "0"}}}}},
	"nodegroup_limits": {"M": {"big_nodegroup": {"M": {"min_size": {"N": "0"}, "max_size": {"N": "3"}}}}}}`

// plain is the same item without types.
const plain = `{"config_id": "active", "enabled": false, "big_nodegroup": "big-v4", "schedules": {
	"sleep_time": {"start_hour": 1, "end_hour": 6, "small_nodes": 1, "big_nodes": 0},
	"weekend_midnight": {"weekdays": [5, 6], "small_nodes": 1, "big_nodes": 0}},
	"nodegroup_limits": {"big_nodegroup": {"min_size": 0, "max_size": 3}}}`

func TestAnswersOfDynamoDB(t *testing.T) {
	want, err := parse(plain)
	if err != nil {
		t.Fatal(err)
	}
	for rule, text := range map[string]string{
		"an item":                    typed,
		"the answer of get-item":     `{"Item": ` + typed + `}`,
		"the answer of scan":         `{"Items": [{"config_id": {"S": "old"}}, ` + typed + `], "Count": 2, "ScannedCount": 2}`,
		"plain JSON below an item":   `{"Item": ` + plain + `}`,
		"plain JSON among all items": `{"Items": [` + plain + `]}`,
		"a set of numbers":           strings.Replace(typed, `{"L": [{"N": "5"}, {"N": "6"}]}`, `{"NS": ["5", "6"]}`, 1),
	} {
		imported, err := parse(text)
		if err != nil {
			t.Errorf("%s: %v", rule, err)
			continue
		}
		if diff := cmp.Diff(importertest.Body(t, want), importertest.Body(t, imported)); diff != "" {
			t.Errorf("%s: %s", rule, diff)
		}
	}
	imported, err := parse(`{"Item": ` + typed + `, "ConsumedCapacity": {}}`)
	if err != nil {
		t.Fatal(err)
	}
	importertest.Warned(t, imported, "old.json: ConsumedCapacity: unknown key, skipped; known: Item")
}

func TestAnswersOfDynamoDBThatAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		`{"Item": []}`:                      "old.json: Item: must be an object, not []",
		`{"Item": {}}`:                      "old.json: Item: schedules is required",
		`{"Items": {}}`:                     "old.json: Items: must be a list, not {}",
		`{"Items": []}`:                     "old.json: Items: none of its 0 items has the config_id active",
		`{"Items": [{"config_id": "old"}]}`: "old.json: Items: none of its 1 items has the config_id active",
		strings.Replace(typed, `{"N": "1"}`, `1`, 1):                                        `old.json: schedules.sleep_time.start_hour: must be a value with its DynamoDB type, such as {"N": "1"}, not 1`,
		strings.Replace(typed, `{"N": "1"}`, `{"N": "one"}`, 1):                             `start_hour: invalid number "one"`,
		strings.Replace(typed, `{"N": "1"}`, `{"NULL": true}`, 1):                           `start_hour: invalid number null`,
		strings.Replace(typed, `[{"N": "5"}, {"N": "6"}]`, `{}`, 1):                         `weekdays: must be a list, not {}`,
		strings.Replace(typed, `{"min_size": {"N": "0"}, "max_size": {"N": "3"}}`, `[]`, 1): `nodegroup_limits.big_nodegroup: must be an object, not []`,
	} {
		imported, err := parse(text)
		importertest.Refused(t, imported, err, want)
	}
}

func FuzzImport(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "[]", "null", `{"schedules": {` + sleepOne + ", " + tuesdayPeak + `}, "nodegroup_limits": ` + bothLimits + "}", typed, plain,
		`{"Item": ` + typed + `}`, `{"Items": [` + typed + `]}`,
		`{"schedules": {"sleep_time": {"start_hour": 0, "end_hour": 24}}, "nodegroup_limits": {"big": {"min_size": 1, "max_size": 2147483647}}}`,
		`{"schedules": {"peak_time": {"weekday": 6, "big_nodes": 1, "start_hour": 22, "end_hour": 2}}, "nodegroup_limits": {"a": {"min_size": 0, "max_size": 1}}}`,
		"{\"a\\nb\": 1}", "\ufeff{}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		imported, err := legacy.Import(importer.File{Name: "old.json", Data: data}, importertest.Production)
		if err != nil {
			importertest.Refused(t, imported, err)
			return
		}
		importertest.Body(t, imported)
	})
}
