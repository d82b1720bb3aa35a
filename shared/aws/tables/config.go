package tables

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
)

// Config is the config table.
type Config struct {
	db   API
	name string
}

// NewConfig opens the table with the given name.
func NewConfig(db API, name string) *Config {
	return &Config{db: db, name: name}
}

// Read reads the whole configuration, strongly consistent; each kind is in the order of its names.
func (t *Config) Read(ctx context.Context) (s inventory.Snapshot, err error) {
	if s.Settings, err = t.get(ctx, inventory.KindSettings, inventory.GlobalSettings); err != nil {
		return s, err
	}
	for _, part := range []struct {
		kind string
		into *[]inventory.Item
	}{{inventory.KindOverride, &s.Overrides}, {inventory.KindCluster, &s.Clusters}, {inventory.KindCalendar, &s.Calendars}} {
		// What a part refers to was written before it, so it is there when it is read after it.
		if *part.into, err = t.query(ctx, part.kind, ""); err != nil {
			return s, err
		}
	}
	return s, nil
}

// Settings reads the settings alone, strongly consistent.
func (t *Config) Settings(ctx context.Context) (s inventory.Snapshot, err error) {
	s.Settings, err = t.get(ctx, inventory.KindSettings, inventory.GlobalSettings)
	return s, err
}

// Unit reads the part of the configuration that affects one unit, strongly consistent: the settings, its cluster with the cluster's
// overrides, and the calendars of the cluster's periods. Missing items are left out. It makes three calls and one for each calendar, regardless of the
// number of clusters. As in [Config.Read], the result may miss part of a concurrent write; [Snapshot.Basis] reveals that.
func (t *Config) Unit(ctx context.Context, unit string) (s inventory.Snapshot, err error) {
	cluster, _ := scaling.SplitUnit(unit)
	if s.Settings, err = t.get(ctx, inventory.KindSettings, inventory.GlobalSettings); err != nil {
		return s, err
	}
	if s.Overrides, err = t.query(ctx, inventory.KindOverride, cluster+inventory.KeySeparator); err != nil {
		return s, err
	}
	found, err := t.get(ctx, inventory.KindCluster, cluster)
	if err != nil || found == nil {
		return s, err
	}
	s.Clusters = []inventory.Item{*found}
	for _, name := range config.CalendarsOf(found.Spec) {
		if len(name) > longestKey {
			continue // there is no such calendar, and DynamoDB would refuse to look for it
		}
		calendar, err := t.get(ctx, inventory.KindCalendar, name)
		if err != nil {
			return s, err
		}
		if calendar != nil {
			s.Calendars = append(s.Calendars, *calendar)
		}
	}
	return s, nil
}

// longestKey is the longest sort key that DynamoDB takes, in bytes.
const longestKey = 1024

// get reads one item; nil if it does not exist.
func (t *Config) get(ctx context.Context, kind, name string) (*inventory.Item, error) {
	consistent := true
	out, err := t.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &t.name, Key: key("kind", kind, "name", name), ConsistentRead: &consistent})
	if err != nil {
		what := kind + " " + name
		if kind == inventory.KindSettings {
			what = "the settings"
		}
		return nil, fmt.Errorf("reading %s from table %s: %w", what, t.name, err)
	}
	if out.Item == nil {
		return nil, nil
	}
	e := entity(out.Item)
	return &e, nil
}

// query reads the items of a kind whose keys start with a prefix.
func (t *Config) query(ctx context.Context, kind, beginning string) ([]inventory.Item, error) {
	in := t.ofKind(kind)
	if beginning != "" {
		*in.KeyConditionExpression += " AND begins_with(#name, :beginning)"
		in.ExpressionAttributeNames = reserved
		in.ExpressionAttributeValues[":beginning"] = &types.AttributeValueMemberS{Value: beginning}
	}
	var found []inventory.Item
	if err := t.pages(ctx, "every "+kind, in, func(values item) { found = append(found, entity(values)) }); err != nil {
		return nil, err
	}
	return found, nil
}

// Names reads the settings and the names of the clusters, strongly consistent. The clusters of the snapshot are in alphabetical
// order. Their specs have only the fields of [inventory.PlaceOf] and the named schedules: with whole specs the answer would take
// many pages more.
func (t *Config) Names(ctx context.Context) (s inventory.Snapshot, err error) {
	if s.Settings, err = t.get(ctx, inventory.KindSettings, inventory.GlobalSettings); err != nil {
		return s, err
	}
	in, only := t.ofKind(inventory.KindCluster), "#name, #spec.#region, #spec.#account, #spec.#role, #spec.#schedules"
	in.ProjectionExpression = &only
	in.ExpressionAttributeNames = map[string]string{
		"#name": "name", "#spec": "spec", "#region": "region", "#account": "account", "#role": "roleArn", "#schedules": "schedules",
	}
	err = t.pages(ctx, "the names of the clusters", in, func(values item) {
		s.Clusters = append(s.Clusters, inventory.Item{Kind: inventory.KindCluster, Name: text(values, "name"), Spec: specOf(values)})
	})
	return s, err
}

// reserved has the names that DynamoDB keeps for itself.
var reserved = map[string]string{"#name": "name"}

func (t *Config) ofKind(kind string) *dynamodb.QueryInput {
	condition, consistent := "kind = :kind", true
	return &dynamodb.QueryInput{
		TableName: &t.name, KeyConditionExpression: &condition, ConsistentRead: &consistent,
		ExpressionAttributeValues: item{":kind": &types.AttributeValueMemberS{Value: kind}},
	}
}

// pages visits the items of a query.
func (t *Config) pages(ctx context.Context, what string, in *dynamodb.QueryInput, visit func(values item)) error {
	pages := dynamodb.NewQueryPaginator(t.db, in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("reading %s from table %s: %w", what, t.name, err)
		}
		for _, values := range page.Items {
			visit(values)
		}
	}
	return nil
}

// Put overwrites the item that was read and returns it with its new version. It fails with [ErrConflict] if the table holds another
// version, or another spec after an edit by hand.
func (t *Config) Put(ctx context.Context, e inventory.Item) (inventory.Item, error) {
	next, err := e.Next()
	if err != nil {
		return e, err
	}
	values, err := itemOf(next)
	if err != nil {
		return e, err
	}
	in := &dynamodb.PutItemInput{TableName: &t.name, Item: values}
	in.ConditionExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues = unchanged(e)
	if _, err := t.db.PutItem(ctx, in); err != nil {
		return e, t.writeError(e, err)
	}
	return next, nil
}

// Delete removes an item if it has not changed since it was read.
func (t *Config) Delete(ctx context.Context, e inventory.Item) error {
	if err := e.CheckFormat(); errors.Is(err, config.ErrNewer) {
		return err
	}
	in := &dynamodb.DeleteItemInput{TableName: &t.name, Key: key("kind", e.Kind, "name", e.Key())}
	in.ConditionExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues = unchanged(e)
	if _, err := t.db.DeleteItem(ctx, in); err != nil {
		return t.writeError(e, err)
	}
	return nil
}

func (t *Config) writeError(e inventory.Item, err error) error {
	if _, conflict := errors.AsType[*types.ConditionalCheckFailedException](err); conflict {
		err = inventory.ErrConflict
	}
	return fmt.Errorf("writing %s/%s to table %s: %w", e.Kind, e.Name, t.name, err)
}
