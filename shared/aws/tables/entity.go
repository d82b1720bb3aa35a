package tables

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/config"
)

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
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Cluster is the one under which the key has an override, so that a cluster's overrides are found without those of others. It is
	// empty for all other kinds, and for an override whose key, by somebody's hand, names no cluster.
	Cluster string          `json:"-"`
	Spec    json.RawMessage `json:"spec"` // not yet checked
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

// Key is the name in the item's key: "production/launch" for the override launch of the cluster production, and the name for all
// else.
func (e Entity) Key() string {
	if e.Cluster == "" {
		return e.Name
	}
	return e.Cluster + keySeparator + e.Name
}

// keySeparator is between the cluster and the name in the key of an override. Neither can have it.
const keySeparator = "/"

// splitKey is the cluster and the name in a key; see [Entity.Key].
func splitKey(kind, key string) (cluster, name string) {
	cluster, name, found := strings.Cut(key, keySeparator)
	if kind != KindOverride || !found || cluster == "" {
		return "", key
	}
	return cluster, name
}

// Part is the entity, ready to be checked.
func (e Entity) Part() config.Part {
	return config.Part{Cluster: e.Cluster, Name: e.Name, Format: e.Format, Spec: e.Spec}
}

// item is the entity as it is written.
func (e Entity) item() (item, error) {
	e.Name = e.Key()
	return marshal(e)
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

// entity reads an item leniently, attribute by attribute: whatever a person wrote into spec must reach the parser, which says what
// is wrong, and nothing in an item may keep others from being read.
func entity(found item) Entity {
	e := Entity{Kind: text(found, "kind"), Spec: specOf(found), Format: format(found), found: found["spec"]}
	e.Cluster, e.Name = splitKey(e.Kind, text(found, "name"))
	e.UpdatedBy, e.Reason = text(found, "updatedBy"), text(found, "reason")
	e.UpdatedAt, _ = time.Parse(time.RFC3339, text(found, "updatedAt")) // zero when it is not known
	if n, ok := found["version"].(*types.AttributeValueMemberN); ok {
		e.Version, _ = strconv.Atoi(n.Value) // not a whole number: 0, and the next write is refused as a conflict
	}
	if n, ok := found["expiresAt"].(*types.AttributeValueMemberN); ok {
		e.ExpiresAt, _ = strconv.ParseInt(n.Value, 10, 64)
	}
	return e
}

// specOf is the spec of an item in JSON: null where there is none, and a text, which is no spec, where it cannot be read.
func specOf(found item) json.RawMessage {
	attribute, given := found["spec"]
	if !given {
		return json.RawMessage("null")
	}
	spec, err := jsonOf(attribute)
	if err != nil {
		spec, _ = json.Marshal("unreadable: " + err.Error()) // a text has a JSON form
	}
	return spec
}

// text is an attribute that is a text; empty if it is none.
func text(found item, name string) string {
	if s, ok := found[name].(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
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
