package memdb

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
	"eks-scaling-automation/integration/simulation/memdb/expression"
)

// Table declares a table. All keys are strings.
type Table struct {
	Name         string
	PartitionKey string
	SortKey      string // empty: the partition key alone identifies an item
	Indexes      []Index
}

// Index declares a global secondary index that projects all attributes.
type Index struct {
	Name         string
	PartitionKey string
	SortKey      string // empty: none
}

// TableOf reads the declaration of a table as CreateTable takes it. It refuses what this package does not have. Billing,
// encryption, tags and protection have no effect on items and are accepted.
func TableOf(in *dynamodb.CreateTableInput) (Table, error) {
	for _, a := range in.AttributeDefinitions {
		if a.AttributeType != types.ScalarAttributeTypeS {
			return Table{}, attribute.Unsupported("key " + aws.ToString(a.AttributeName) + " of type " + string(a.AttributeType))
		}
	}
	if len(in.LocalSecondaryIndexes) > 0 {
		return Table{}, attribute.Unsupported("LocalSecondaryIndexes")
	}
	t := Table{Name: aws.ToString(in.TableName)}
	t.PartitionKey, t.SortKey = keyNames(in.KeySchema)
	for _, each := range in.GlobalSecondaryIndexes {
		if each.Projection == nil || each.Projection.ProjectionType != types.ProjectionTypeAll {
			return Table{}, attribute.Unsupported("an index that does not project all attributes")
		}
		i := Index{Name: aws.ToString(each.IndexName)}
		i.PartitionKey, i.SortKey = keyNames(each.KeySchema)
		t.Indexes = append(t.Indexes, i)
	}
	return t, nil
}

func keyNames(schema []types.KeySchemaElement) (partition, sort string) {
	for _, k := range schema {
		if k.KeyType == types.KeyTypeHash {
			partition = aws.ToString(k.AttributeName)
		} else {
			sort = aws.ToString(k.AttributeName)
		}
	}
	return partition, sort
}

// keySize is how many attributes make up a key.
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

// keyOf reads the primary key out of a whole item, and checks the keys of the indexes.
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
	if err := t.checkKey(k); err != nil {
		return key{}, err
	}
	return k, t.checkIndexKeys(whole)
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

// checkIndexKeys refuses an item whose key attribute of an index has another type than the index declares. An item
// without the attribute is accepted; it is not in the index.
func (t *Table) checkIndexKeys(whole attribute.Item) error {
	for _, index := range t.Indexes {
		for _, name := range []string{index.PartitionKey, index.SortKey} {
			found := whole[name]
			if found == nil {
				continue
			}
			text, ok := found.(*types.AttributeValueMemberS)
			if !ok {
				return attribute.Invalid("One or more parameter values were invalid: Type mismatch for Index Key %s Expected: S Actual: %s IndexName: %s",
					name, attribute.KindOf(found), index.Name)
			}
			if text.Value == "" {
				return attribute.Invalid("One or more parameter values are not valid. A value specified for a secondary index key is not supported. "+
					"The AttributeValue for a key attribute cannot contain an empty string value. IndexName: %s, IndexKey: %s", index.Name, name)
			}
		}
	}
	return nil
}

// isKey says whether an attribute is part of the table's key.
func (t *Table) isKey(name string) bool {
	return name == t.PartitionKey || (name == t.SortKey && t.SortKey != "")
}

// checkUpdate refuses changes of keys, and values of another type than an index needs.
func (t *Table) checkUpdate(u *expression.Update) error {
	for _, p := range u.Paths() {
		if t.isKey(p.Head()) {
			return attribute.Invalid("One or more parameter values were invalid: Cannot update attribute %s. This attribute is part of the key", p.Head())
		}
		for _, index := range t.Indexes {
			if len(p) > 1 && (p.Head() == index.PartitionKey || p.Head() == index.SortKey) {
				return attribute.Invalid("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: %s", p.Head())
			}
		}
	}
	return nil
}
