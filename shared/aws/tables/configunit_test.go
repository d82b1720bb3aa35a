package tables_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/inventory"
)

// shelf is a config table that notes what is read, and how.
type shelf struct {
	tables.API
	t     *testing.T
	items []map[string]types.AttributeValue
	reads []string
}

func word(from map[string]types.AttributeValue, name string) string {
	return from[name].(*types.AttributeValueMemberS).Value
}

func (s *shelf) GetItem(_ context.Context, in *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	if in.ConsistentRead == nil || !*in.ConsistentRead {
		s.t.Error("an item is read without consistency")
	}
	s.reads = append(s.reads, word(in.Key, "kind")+"/"+word(in.Key, "name"))
	for _, item := range s.items {
		if word(item, "kind") == word(in.Key, "kind") && word(item, "name") == word(in.Key, "name") {
			return &dynamodb.GetItemOutput{Item: item}, nil
		}
	}
	return &dynamodb.GetItemOutput{}, nil
}

func (s *shelf) Query(_ context.Context, in *dynamodb.QueryInput, _ ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	if in.ConsistentRead == nil || !*in.ConsistentRead {
		s.t.Error("items are read without consistency")
	}
	kind, beginning := word(in.ExpressionAttributeValues, ":kind"), ""
	if strings.Contains(*in.KeyConditionExpression, "begins_with(#name, :beginning)") {
		beginning = word(in.ExpressionAttributeValues, ":beginning")
	}
	s.reads = append(s.reads, kind+"/"+beginning+"*")
	var found []map[string]types.AttributeValue
	for _, item := range s.items {
		if word(item, "kind") == kind && strings.HasPrefix(word(item, "name"), beginning) {
			found = append(found, item)
		}
	}
	return &dynamodb.QueryOutput{Items: found}, nil
}

func (s *shelf) PutItem(_ context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	s.items = slices.DeleteFunc(s.items, func(item map[string]types.AttributeValue) bool {
		return word(item, "kind") == word(in.Item, "kind") && word(item, "name") == word(in.Item, "name")
	})
	s.items = append(s.items, in.Item)
	return &dynamodb.PutItemOutput{}, nil
}

func (s *shelf) DeleteItem(_ context.Context, in *dynamodb.DeleteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	s.reads = append(s.reads, "delete "+word(in.Key, "kind")+"/"+word(in.Key, "name"))
	return &dynamodb.DeleteItemOutput{}, nil
}

// put writes an entity as people do, with nothing but what is said.
func (s *shelf) put(kind, key, spec string) {
	s.t.Helper()
	e := inventory.Item{Kind: kind, Name: key, Spec: json.RawMessage(spec)}
	if _, err := tables.NewConfig(s, "t").Put(s.t.Context(), e); err != nil {
		s.t.Fatal(err)
	}
}

const festive = `{"name": "production", "region": "sa-east-1", "nodegroups": {"big": {"minSize": 0, "maxSize": 5}}, "profiles": {"low": {"big": 1}},
	"schedule": {"default": "low", "periods": [{"name": "p", "profile": "low", "calendars": {"only": ["holidays"], "except": ["missing"]}}]}}`

func launchOf(name, cluster string) string {
	return `{"name": "` + name + `", "cluster": "` + cluster + `", "profile": "low", "from": "2026-11-24T12:00:00Z", "until": "2026-11-25T12:00:00Z", "reason": "launch"}`
}

// stocked has two clusters that share a beginning, and things that none of them uses.
func stocked(t *testing.T) *shelf {
	s := &shelf{t: t}
	s.put("settings", "global", `{"paused": false, "timezone": "UTC"}`)
	s.put("calendar", "holidays", `{"dates": ["2026-12-25"]}`)
	s.put("calendar", "other", `{"dates": []}`)
	s.put("cluster", "production", festive)
	s.put("cluster", "production-2", strings.Replace(festive, "production", "production-2", 1))
	s.put("override", "production/launch", launchOf("launch", "production"))
	s.put("override", "production-2/other", launchOf("other", "production-2"))
	s.put("override", "by-hand", launchOf("by-hand", "production"))
	return s
}

// TestAUnitIsReadWithoutTheOthers in calls that do not become more with the clusters.
func TestAUnitIsReadWithoutTheOthers(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	t.Parallel()
	db := stocked(t)
	unit, err := tables.NewConfig(db, "t").Unit(t.Context(), "production")
	if err != nil {
		t.Fatal(err)
	}
	wantReads := []string{"settings/global", "override/production/*", "cluster/production", "calendar/holidays", "calendar/missing"}
	if diff := cmp.Diff(wantReads, db.reads); diff != "" {
		t.Errorf("reads (-want +got):\n%s", diff)
	}
	if unit.Settings == nil || len(unit.Clusters) != 1 || len(unit.Calendars) != 1 || len(unit.Overrides) != 1 {
		t.Fatalf("read %+v, %v", unit, err)
	}
	if o := unit.Overrides[0]; o.Name != "launch" || o.Cluster != "production" || o.Key() != "production/launch" {
		t.Errorf("the override is %+v", o)
	}
	broken := inventory.Check(unit, time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)).Unusable
	if len(broken) != 1 || !strings.Contains(broken[0].Err.Error(), `unknown calendar "missing"; known: holidays`) {
		t.Errorf("broken: %v", broken)
	}
}

func TestSettingsAreOneRead(t *testing.T) {
	t.Parallel()
	db := stocked(t)
	stored, err := tables.NewConfig(db, "t").Settings(t.Context())
	if err != nil || len(stored.Items()) != 1 || stored.Settings == nil {
		t.Errorf("read %+v, %v; want the settings alone", stored, err)
	}
	if diff := cmp.Diff([]string{"settings/global"}, db.reads); diff != "" {
		t.Errorf("reads (-want +got):\n%s", diff)
	}
}

func TestAMissingUnitHasNoCluster(t *testing.T) {
	t.Parallel()
	db := stocked(t)
	unit, err := tables.NewConfig(db, "t").Unit(t.Context(), "prod")
	if err != nil || unit.Settings == nil || len(unit.Clusters)+len(unit.Calendars)+len(unit.Overrides) > 0 {
		t.Errorf("read %+v, %v; want nothing but the settings", unit, err)
	}
	db.put("cluster", "prod", `"oops"`)
	if unit, err = tables.NewConfig(db, "t").Unit(t.Context(), "prod"); err != nil || len(unit.Clusters) != 1 || len(unit.Calendars) > 0 {
		t.Errorf("read %+v, %v; want the cluster that cannot be used, and no calendar", unit, err)
	}
}

// TestAnOverrideIsUnderTheKeyOfItsCluster and goes back there, whatever key somebody has made up.
func TestAnOverrideIsUnderTheKeyOfItsCluster(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	t.Parallel()
	for _, row := range []struct{ key, cluster, name string }{
		{"production/launch", "production", "launch"},
		{"launch", "", "launch"},
		{"a/b/c", "a", "b/c"},
		{"a/", "a", ""},
		{"/a", "", "/a"},
	} {
		db := &shelf{t: t}
		db.put("override", row.key, `{}`)
		table := tables.NewConfig(db, "t")
		read, err := table.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		e := read.Overrides[0]
		if e.Cluster != row.cluster || e.Name != row.name {
			t.Errorf("%s: read as %q of %q", row.key, e.Name, e.Cluster)
		}
		if _, err := table.Put(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		if err := table.Delete(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		if got := db.reads[len(db.reads)-1]; len(db.items) != 1 || got != "delete override/"+row.key {
			t.Errorf("%s: written as %d items, and %s", row.key, len(db.items), got)
		}
	}
	db := &shelf{t: t}
	db.put("cluster", "a/b", `{}`)
	if read, err := tables.NewConfig(db, "t").Read(t.Context()); err != nil || read.Clusters[0].Name != "a/b" || read.Clusters[0].Cluster != "" {
		t.Errorf("a cluster is read as %+v, %v", read.Clusters, err)
	}
}

func TestTheBasisTellsEveryChange(t *testing.T) {
	t.Parallel()
	read := func(change func(db *shelf)) string {
		db := stocked(t)
		change(db)
		unit, err := tables.NewConfig(db, "t").Unit(t.Context(), "production")
		if err != nil {
			t.Fatal(err)
		}
		return unit.Basis()
	}
	item := func(db *shelf, kind, key string) map[string]types.AttributeValue {
		i := slices.IndexFunc(db.items, func(item map[string]types.AttributeValue) bool {
			return word(item, "kind") == kind && word(item, "name") == key
		})
		return db.items[i]
	}
	spec := func(db *shelf, kind, key string) map[string]types.AttributeValue {
		return item(db, kind, key)["spec"].(*types.AttributeValueMemberM).Value
	}
	same := read(func(*shelf) {})
	if len(same) != 20 || strings.Trim(same, "0123456789abcdef") != "" {
		t.Errorf("the basis is %q; want 20 hexadecimal digits", same)
	}
	for _, row := range []struct {
		rule   string
		change func(db *shelf)
		other  bool
	}{
		{"nothing", func(*shelf) {}, false},
		{"the items in another order", func(db *shelf) { slices.Reverse(db.items) }, false},
		{"another cluster", func(db *shelf) { db.put("cluster", "production-2", `{}`) }, false},
		{"an override of another cluster", func(db *shelf) { db.put("override", "production-2/more", `{}`) }, false},
		{"a calendar that it does not use", func(db *shelf) { db.put("calendar", "other", `{}`) }, false},
		{"who wrote it", func(db *shelf) {
			item(db, "cluster", "production")["updatedBy"] = &types.AttributeValueMemberS{Value: "x"}
		}, false},
		{"a version", func(db *shelf) {
			item(db, "cluster", "production")["version"] = &types.AttributeValueMemberN{Value: "2"}
		}, true},
		{"a format", func(db *shelf) {
			item(db, "cluster", "production")["format"] = &types.AttributeValueMemberN{Value: "2"}
		}, true},
		{"a hand that does not count the version up", func(db *shelf) {
			spec(db, "cluster", "production")["region"] = &types.AttributeValueMemberS{Value: "eu-central-1"}
		}, true},
		{"the switch", func(db *shelf) {
			spec(db, "settings", "global")["paused"] = &types.AttributeValueMemberBOOL{Value: true}
		}, true},
		{"a calendar that it uses", func(db *shelf) { db.put("calendar", "holidays", `{"dates": []}`) }, true},
		{"a calendar that was missing", func(db *shelf) { db.put("calendar", "missing", `{"dates": []}`) }, true},
		{"one more override", func(db *shelf) { db.put("override", "production/more", `{}`) }, true},
		{"one override less", func(db *shelf) {
			db.items = slices.DeleteFunc(db.items, func(item map[string]types.AttributeValue) bool { return word(item, "name") == "production/launch" })
		}, true},
	} {
		if other := read(row.change) != same; other != row.other {
			t.Errorf("%s: another basis: %t; want %t", row.rule, other, row.other)
		}
	}
}
