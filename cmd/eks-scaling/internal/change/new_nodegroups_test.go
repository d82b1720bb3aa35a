package change

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNodegroupsAreNewThatNoRoleMayKnow(t *testing.T) {
	t.Parallel()
	const after = `{"name": "c", "region": "sa-east-1", "nodegroups": {"big": {}, "small": {}}}`
	for _, row := range []struct {
		rule, before string
		want         []string
	}{
		{"a new cluster", ``, []string{"big", "small"}},
		{"the same ones", after, []string{}},
		{"one more", `{"name": "c", "region": "sa-east-1", "nodegroups": {"small": {"maxSize": 7}}}`, []string{"big"}},
		{"one less", `{"name": "c", "region": "sa-east-1", "nodegroups": {"big": {}, "small": {}, "gone": {}}}`, []string{}},
		{"in another region", `{"name": "c", "region": "eu-west-1", "nodegroups": {"big": {}, "small": {}}}`, []string{"big", "small"}},
		{"under another role", `{"name": "c", "region": "sa-east-1", "roleArn": "arn", "nodegroups": {"big": {}, "small": {}}}`, []string{"big", "small"}},
		{"one that somebody had broken", `"oops"`, []string{"big", "small"}},
	} {
		if diff := cmp.Diff(row.want, newNodegroups(json.RawMessage(row.before), json.RawMessage(after))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}
