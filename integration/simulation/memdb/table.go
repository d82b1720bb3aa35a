package memdb

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
	"eks-scaling-automation/integration/simulation/memdb/expression"
)

// Table declares a table. All keys are strings.
type Table struct {
	Name         string
	PartitionKey string
	SortKey      string // empty: the partition key alone identifies an item
}

// keySize is the number of a key's attributes.
func (t *Table) keySize() int {
	if t.SortKey == "" {
		return 1
	}
	return 2
}

// key checks a primary key that was given alone.
func (t *Table) key(given attribute.Item) (key, error) {
	if len(given) != t.keySize() {
		return key{}, attribute.Invalid("The provided key element does not match the schema")
	}
	k := key{}
	for _, part := range []struct {
		name string
		into *string
	}{{t.PartitionKey, &k.partition}, {t.SortKey, &k.sort}} {
		if part.name == "" {
			continue
		}
		text, ok := given[part.name].(*types.AttributeValueMemberS)
		if !ok {
			return key{}, attribute.Invalid("The provided key element does not match the schema")
		}
		*part.into = text.Value
	}
	return k, t.checkKey(k)
}

// keyOf reads the primary key out of a whole item.
func (t *Table) keyOf(whole attribute.Item) (key, error) {
	k := key{}
	for _, part := range []struct {
		name string
		into *string
	}{{t.PartitionKey, &k.partition}, {t.SortKey, &k.sort}} {
		if part.name == "" {
			continue
		}
		found := whole[part.name]
		if found == nil {
			return key{}, attribute.Invalid("One or more parameter values were invalid: Missing the key %s in the item", part.name)
		}
		text, ok := found.(*types.AttributeValueMemberS)
		if !ok {
			return key{}, attribute.Invalid("One or more parameter values were invalid: Type mismatch for key %s expected: S actual: %s", part.name, attribute.KindOf(found))
		}
		*part.into = text.Value
	}
	return k, t.checkKey(k)
}

// The limits of DynamoDB for the parts of a key, in bytes.
const (
	maxPartitionKey = 2048
	maxSortKey      = 1024
)

func (t *Table) checkKey(k key) error {
	const empty = "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: %s"
	switch {
	case k.partition == "":
		return attribute.Invalid(empty, t.PartitionKey)
	case k.sort == "" && t.SortKey != "":
		return attribute.Invalid(empty, t.SortKey)
	case len(k.partition) > maxPartitionKey:
		return attribute.Invalid("One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of %d bytes", maxPartitionKey)
	case len(k.sort) > maxSortKey:
		return attribute.Invalid("One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of %d bytes", maxSortKey)
	}
	return nil
}

// isKey reports whether an attribute is part of the table's key.
func (t *Table) isKey(name string) bool {
	return name == t.PartitionKey || (name == t.SortKey && t.SortKey != "")
}

// checkUpdate refuses changes of keys.
func (t *Table) checkUpdate(u *expression.Update) error {
	for _, p := range u.Paths() {
		if t.isKey(p.Head()) {
			return attribute.Invalid("One or more parameter values were invalid: Cannot update attribute %s. This attribute is part of the key", p.Head())
		}
	}
	return nil
}
