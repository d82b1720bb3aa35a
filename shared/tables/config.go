package tables

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// ConfigTableName is the name of the table that holds the configuration.
const ConfigTableName = "eks-scaling-config"

// The kinds of entities, and the name of the one settings item.
const (
	KindSettings   = "settings"
	KindCluster    = "cluster"
	GlobalSettings = "global"
)

// Entity is one item of the configuration.
type Entity struct {
	Kind string          `json:"kind"`
	Name string          `json:"name"`
	Spec json.RawMessage `json:"spec"` // not yet checked
	// Version counts the writes, from 1; 0 is an entity that is not in the table.
	Version   int       `json:"version"`
	UpdatedAt time.Time `json:"updatedAt"`
	UpdatedBy string    `json:"updatedBy"`
}

// ErrConflict says that somebody else has written the entity since it was read.
var ErrConflict = errors.New("somebody else has changed it since it was read; look at the change and try again")

// Config is the table of the configuration.
type Config struct {
	db   API
	name string
}

// NewConfig opens the table with the given name.
func NewConfig(db API, name string) *Config {
	return &Config{db: db, name: name}
}

// Settings reads the settings, strongly consistent; false when there are none.
func (t *Config) Settings(ctx context.Context) (Entity, bool, error) {
	consistent := true
	out, err := t.db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &t.name, Key: key("kind", KindSettings, "name", GlobalSettings), ConsistentRead: &consistent,
	})
	if err != nil {
		return Entity{}, false, fmt.Errorf("reading the settings from table %s: %w", t.name, err)
	}
	if out.Item == nil {
		return Entity{}, false, nil
	}
	e, err := entity(out.Item)
	return e, true, err
}

// Clusters reads every cluster in the order of the names, strongly consistent.
func (t *Config) Clusters(ctx context.Context) ([]Entity, error) {
	condition, consistent := "kind = :kind", true
	pages := dynamodb.NewQueryPaginator(t.db, &dynamodb.QueryInput{
		TableName: &t.name, KeyConditionExpression: &condition, ConsistentRead: &consistent,
		ExpressionAttributeValues: item{":kind": &types.AttributeValueMemberS{Value: KindCluster}},
	})
	var clusters []Entity
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading the clusters from table %s: %w", t.name, err)
		}
		for _, found := range page.Items {
			e, err := entity(found)
			if err != nil {
				return nil, err
			}
			clusters = append(clusters, e)
		}
	}
	return clusters, nil
}

// entity reads an item leniently: whatever a person wrote into spec must reach the parser, which says what is wrong.
func entity(found item) (Entity, error) {
	var e struct {
		Kind string `json:"kind"`
		Name string `json:"name"`
		Spec any    `json:"spec"`
	}
	if err := unmarshal(found, &e); err != nil {
		return Entity{}, err
	}
	spec, err := json.Marshal(e.Spec)
	if err != nil {
		return Entity{}, err
	}
	full := Entity{Kind: e.Kind, Name: e.Name, Spec: spec}
	if n, ok := found["version"].(*types.AttributeValueMemberN); ok {
		full.Version, _ = strconv.Atoi(n.Value) // not a whole number: 0, and the next write is refused as a conflict
	}
	if by, ok := found["updatedBy"].(*types.AttributeValueMemberS); ok {
		full.UpdatedBy = by.Value
	}
	return full, nil
}

// Put writes an entity over the version that it carries and returns it with its new one. It fails with [ErrConflict]
// when the table holds another version.
func (t *Config) Put(ctx context.Context, e Entity) (Entity, error) {
	read := e.Version
	e.Version++
	values, err := marshal(e)
	if err != nil {
		return e, err
	}
	in := &dynamodb.PutItemInput{TableName: &t.name, Item: values}
	in.ConditionExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues = unchangedSince(read)
	if _, err := t.db.PutItem(ctx, in); err != nil {
		return e, t.writeError(e, err)
	}
	return e, nil
}

// Delete removes an entity, if the table still holds the version that it carries.
func (t *Config) Delete(ctx context.Context, e Entity) error {
	in := &dynamodb.DeleteItemInput{TableName: &t.name, Key: key("kind", e.Kind, "name", e.Name)}
	in.ConditionExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues = unchangedSince(e.Version)
	if _, err := t.db.DeleteItem(ctx, in); err != nil {
		return t.writeError(e, err)
	}
	return nil
}

func (t *Config) writeError(e Entity, err error) error {
	if _, conflict := errors.AsType[*types.ConditionalCheckFailedException](err); conflict {
		err = ErrConflict
	}
	return fmt.Errorf("writing %s/%s to table %s: %w", e.Kind, e.Name, t.name, err)
}

// unchangedSince is the condition that an item still has the version that was read; 0 is no item at all.
func unchangedSince(version int) (condition *string, names map[string]string, values item) {
	text := "#version = :read"
	if version == 0 {
		text = "attribute_not_exists(#version)"
	} else {
		values = item{":read": &types.AttributeValueMemberN{Value: strconv.Itoa(version)}}
	}
	return &text, map[string]string{"#version": "version"}, values
}
