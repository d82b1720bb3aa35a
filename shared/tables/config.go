package tables

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/statemachine"
)

// ConfigTableName is the name of the table that holds the configuration.
const ConfigTableName = "eks-scaling-config"

// The kinds of entities, and the name of the one settings item.
const (
	KindSettings   = "settings"
	KindCalendar   = "calendar"
	KindCluster    = "cluster"
	KindOverride   = "override"
	GlobalSettings = "global"
)

// Entity is one item of the configuration.
type Entity struct {
	Kind string          `json:"kind"`
	Name string          `json:"name"`
	Spec json.RawMessage `json:"spec"` // not yet checked
	// Format is that in which the spec is written, as [config.CheckFormat] has it. What is written gets that of this version.
	Format int `json:"format"`
	// KeepsFormat says of what is to be written that its spec is the one that was read, but for a field that every version knows.
	// It is written in the format that it has, even that of a newer version.
	KeepsFormat bool `json:"-"`
	// Version counts the writes, from 1; 0 is an entity that is not in the table.
	Version   int       `json:"version"`
	UpdatedAt time.Time `json:"updatedAt"`
	UpdatedBy string    `json:"updatedBy"`
	// Reason is why it was written; it may be empty.
	Reason string `json:"reason,omitempty"`
	// ExpiresAt is when DynamoDB may remove the item, in seconds since 1970; 0 is never.
	ExpiresAt int64 `json:"expiresAt,omitempty"`

	// found is the spec as it was read. Who edits it by hand does not count the version up, so that a write looks at both.
	found types.AttributeValue
}

// Over is the entity as it is to be written over one that was read, if that is still there as it was.
func (e Entity) Over(read Entity) Entity {
	e.Version, e.Format, e.found = read.Version, read.Format, read.found
	return e
}

// Equal says whether two entities are the same, wherever they are from.
func (e Entity) Equal(other Entity) bool {
	sameTime := e.UpdatedAt.Equal(other.UpdatedAt)
	e.found, other.found, e.UpdatedAt, other.UpdatedAt = nil, nil, time.Time{}, time.Time{}
	return sameTime && reflect.DeepEqual(e, other)
}

// Snapshot is the whole configuration as it was read.
type Snapshot struct {
	Settings                       *Entity // nil when there are none
	Calendars, Clusters, Overrides []Entity
}

// CheckedSettings are the settings, checked. Where nothing at all is configured they are not, which is no error: then the
// second result is false. What is wrong is a [statemachine.ConfigInvalidError].
func (s Snapshot) CheckedSettings() (settings config.Settings, configured bool, err error) {
	switch {
	case s.Settings == nil && len(s.Clusters) == 0:
		return settings, false, nil
	case s.Settings == nil:
		return settings, true, statemachine.Errorf(statemachine.ConfigInvalidError,
			"settings/global: missing; write it with: eks-scaling config apply FILE")
	}
	settings, err = config.ParseSettings(s.Settings.Spec)
	if err = cmp.Or(config.CheckFormat(s.Settings.Format), err); err != nil {
		err = statemachine.Errorf(statemachine.ConfigInvalidError, "settings/global: %s", config.OneLine(err))
	}
	return settings, true, err
}

// Parts is the configuration beside its settings, ready to be checked.
func (s Snapshot) Parts() config.Parts {
	return config.Parts{Calendars: parts(s.Calendars), Clusters: parts(s.Clusters), Overrides: parts(s.Overrides)}
}

func parts(entities []Entity) []config.Part {
	var all []config.Part
	for _, e := range entities {
		all = append(all, config.Part{Name: e.Name, Format: e.Format, Spec: e.Spec})
	}
	return all
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

// Read reads the whole configuration, strongly consistent; each kind is in the order of its names.
func (t *Config) Read(ctx context.Context) (s Snapshot, err error) {
	if s.Settings, err = t.settings(ctx); err != nil {
		return s, err
	}
	for _, part := range []struct {
		kind string
		into *[]Entity
	}{{KindOverride, &s.Overrides}, {KindCluster, &s.Clusters}, {KindCalendar, &s.Calendars}} {
		// What a part refers to was written before it, so it is there when it is read after it.
		if *part.into, err = t.all(ctx, part.kind); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (t *Config) settings(ctx context.Context) (*Entity, error) {
	consistent := true
	out, err := t.db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &t.name, Key: key("kind", KindSettings, "name", GlobalSettings), ConsistentRead: &consistent,
	})
	if err != nil {
		return nil, fmt.Errorf("reading the settings from table %s: %w", t.name, err)
	}
	if out.Item == nil {
		return nil, nil
	}
	e, err := entity(out.Item)
	return &e, err
}

func (t *Config) all(ctx context.Context, kind string) ([]Entity, error) {
	condition, consistent := "kind = :kind", true
	pages := dynamodb.NewQueryPaginator(t.db, &dynamodb.QueryInput{
		TableName: &t.name, KeyConditionExpression: &condition, ConsistentRead: &consistent,
		ExpressionAttributeValues: item{":kind": &types.AttributeValueMemberS{Value: kind}},
	})
	var found []Entity
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading every %s from table %s: %w", kind, t.name, err)
		}
		for _, values := range page.Items {
			e, err := entity(values)
			if err != nil {
				return nil, err
			}
			found = append(found, e)
		}
	}
	return found, nil
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
	full := Entity{Kind: e.Kind, Name: e.Name, Spec: spec, Format: format(found), found: found["spec"]}
	if n, ok := found["version"].(*types.AttributeValueMemberN); ok {
		full.Version, _ = strconv.Atoi(n.Value) // not a whole number: 0, and the next write is refused as a conflict
	}
	if n, ok := found["expiresAt"].(*types.AttributeValueMemberN); ok {
		full.ExpiresAt, _ = strconv.ParseInt(n.Value, 10, 64)
	}
	text := func(name string) string {
		s, _ := found[name].(*types.AttributeValueMemberS)
		if s == nil {
			return ""
		}
		return s.Value
	}
	full.UpdatedBy, full.Reason = text("updatedBy"), text("reason")
	full.UpdatedAt, _ = time.Parse(time.RFC3339, text("updatedAt")) // zero when it is not known
	return full, nil
}

// format is that of an item: 0 if it names none, and -1 if that is no number.
func format(found item) int {
	attribute, named := found["format"]
	if !named {
		return 0
	}
	n, ok := attribute.(*types.AttributeValueMemberN)
	if !ok {
		return -1
	}
	number, err := strconv.Atoi(n.Value)
	if err != nil && !errors.Is(err, strconv.ErrRange) { // then it is the largest there is
		return -1
	}
	return number
}

// next is an entity as it is written over the one that was read. What a newer version has written is not written over, as this
// one does not know what it would lose: the error is [config.ErrNewer] then.
func (e Entity) next() (Entity, error) {
	if err := e.CheckFormat(); errors.Is(err, config.ErrNewer) && !e.KeepsFormat {
		return e, err
	}
	if !e.KeepsFormat {
		e.Format = config.Format
	}
	e.Version++
	return e, nil
}

// CheckFormat says whether this version can read the entity; see [config.CheckFormat].
func (e Entity) CheckFormat() error {
	if err := config.CheckFormat(e.Format); err != nil {
		return fmt.Errorf("%s/%s: %w", e.Kind, e.Name, err)
	}
	return nil
}

// Put writes an entity over the one that it was read as and returns it with its new version. It fails with [ErrConflict] when
// the table holds another version, or another spec: somebody may have edited that by hand.
func (t *Config) Put(ctx context.Context, e Entity) (Entity, error) {
	next, err := e.next()
	if err != nil {
		return e, err
	}
	values, err := marshal(next)
	if err != nil {
		return e, err
	}
	in := &dynamodb.PutItemInput{TableName: &t.name, Item: values}
	in.ConditionExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues = e.unchanged()
	if _, err := t.db.PutItem(ctx, in); err != nil {
		return e, t.writeError(e, err)
	}
	return next, nil
}

// Delete removes an entity, if the table still holds it as it was read.
func (t *Config) Delete(ctx context.Context, e Entity) error {
	if err := e.CheckFormat(); errors.Is(err, config.ErrNewer) {
		return err
	}
	in := &dynamodb.DeleteItemInput{TableName: &t.name, Key: key("kind", e.Kind, "name", e.Name)}
	in.ConditionExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues = e.unchanged()
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

// unchanged is the condition that the item is still as it was read, or that there is still none.
func (e Entity) unchanged() (condition *string, names map[string]string, values item) {
	condition, names, values = unchangedSince(e.Version)
	switch {
	case e.found != nil:
		if values == nil {
			values = item{}
		}
		*condition += " AND #spec = :spec"
		names["#spec"], values[":spec"] = "spec", e.found
	case e.Version == 0:
		*condition += " AND attribute_not_exists(#spec)"
		names["#spec"] = "spec"
	}
	return condition, names, values
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
