package tables

import (
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/inventory"
)

// itemOf converts an item of the configuration for a write.
func itemOf(e inventory.Item) (item, error) {
	e.Name = e.Key()
	return marshal(e)
}

// Stored returns an item as a read returns it once it is written.
func Stored(e inventory.Item) (inventory.Item, error) {
	next, err := e.Next()
	if err != nil {
		return e, err
	}
	values, err := itemOf(next)
	if err != nil {
		return e, err
	}
	return entity(values), nil
}

// entity reads an item leniently, attribute by attribute. Any spec must reach the parser, which reports its problems, and an invalid
// item must not keep others from being read.
func entity(found item) inventory.Item {
	e := inventory.Item{Kind: text(found, "kind"), Spec: specOf(found), Format: format(found)}
	if spec, given := found["spec"]; given {
		e.Revision = spec
	}
	e.Cluster, e.Name = inventory.SplitKey(e.Kind, text(found, "name"))
	e.UpdatedBy, e.Reason = text(found, "updatedBy"), text(found, "reason")
	e.UpdatedAt, _ = time.Parse(time.RFC3339, text(found, "updatedAt")) // zero when it is not known
	if n, ok := found["version"].(*types.AttributeValueMemberN); ok {
		e.Version, _ = strconv.Atoi(n.Value) // not a whole number: 0, and the next write is refused as a conflict
	}
	if n, ok := found["expiresAt"].(*types.AttributeValueMemberN); ok {
		e.ExpiresAt, _ = strconv.ParseInt(n.Value, 10, 64)
	}
	if m, ok := found["hold"].(*types.AttributeValueMemberM); ok {
		resumes, _ := m.Value["resumes"].(*types.AttributeValueMemberBOOL)
		e.Hold = &inventory.Hold{Document: text(m.Value, "document"), Resumes: resumes != nil && resumes.Value}
	}
	return e
}

// specOf returns the spec of an item in JSON: null if it is missing, a string, which is no spec, if it cannot be read.
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

// text returns a string attribute; empty if it is missing or of another type.
func text(found item, name string) string {
	if s, ok := found[name].(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

// format returns the format of an item: 0 if it names none, -1 if it is no number.
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

// unchanged returns the condition that the item is still as it was read, or still missing.
func unchanged(e inventory.Item) (condition *string, names map[string]string, values item) {
	condition, names, values = unchangedSince(e.Version)
	read, _ := e.Revision.(types.AttributeValue)
	switch {
	case read != nil:
		if values == nil {
			values = item{}
		}
		*condition += " AND #spec = :spec"
		names["#spec"], values[":spec"] = "spec", read
	case e.Version == 0:
		*condition += " AND attribute_not_exists(#spec)"
		names["#spec"] = "spec"
	}
	return condition, names, values
}

// unchangedSince returns the condition that an item still has the version that was read; 0 means no item.
func unchangedSince(version int) (condition *string, names map[string]string, values item) {
	text := "#version = :read"
	if version == 0 {
		text = "attribute_not_exists(#version)"
	} else {
		values = item{":read": &types.AttributeValueMemberN{Value: strconv.Itoa(version)}}
	}
	return &text, map[string]string{"#version": "version"}, values
}
