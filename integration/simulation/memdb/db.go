package memdb

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// DB is a database. It is not safe for concurrent use, but a clone is independent of its original and may be used in another
// goroutine.
type DB struct {
	tables []*table // by name
}

type table struct {
	Table
	rows []*row // by key
}

// row is a stored item. A row never changes: a write replaces it. So clones share rows.
type row struct {
	key   key
	item  attribute.Item
	state func() []byte // the canonical encoding of the item
	size  int           // in bytes, as DynamoDB counts them
}

// key is a primary key.
type key struct{ partition, sort string }

func (k key) compare(other key) int {
	return cmp.Or(strings.Compare(k.partition, other.partition), strings.Compare(k.sort, other.sort))
}

// New makes a database with empty tables.
func New(tables ...Table) *DB {
	db := &DB{}
	for _, t := range tables {
		db.tables = append(db.tables, &table{Table: t})
	}
	slices.SortFunc(db.tables, func(a, b *table) int { return strings.Compare(a.Name, b.Name) })
	return db
}

// Clone copies the database. The copy and the original do not affect each other.
func (db *DB) Clone() *DB {
	c := &DB{tables: make([]*table, len(db.tables))}
	for i, t := range db.tables {
		c.tables[i] = &table{Table: t.Table, rows: slices.Clone(t.rows)}
	}
	return c
}

// Items returns copies of all items of a table, by partition key and sort key; nil for an unknown table.
func (db *DB) Items(tableName string) []map[string]types.AttributeValue {
	t, err := db.table(&tableName)
	if err != nil {
		return nil
	}
	items := make([]map[string]types.AttributeValue, len(t.rows))
	for i, r := range t.rows {
		items[i] = attribute.CopyItem(r.item)
	}
	return items
}

func (db *DB) table(name *string) (*table, error) {
	for _, t := range db.tables {
		if name != nil && t.Name == *name {
			return t, nil
		}
	}
	return nil, &types.ResourceNotFoundException{Message: aws.String("Requested resource not found")}
}

// find returns the item with a key; nil if there is none.
func (t *table) find(k key) attribute.Item {
	if at, found := t.search(k); found {
		return t.rows[at].item
	}
	return nil
}

func (t *table) search(k key) (at int, found bool) {
	return slices.BinarySearchFunc(t.rows, k, func(r *row, k key) int { return r.key.compare(k) })
}

// put stores an item, which must not be modified afterwards.
func (t *table) put(r *row) {
	at, found := t.search(r.key)
	if found {
		t.rows[at] = r
		return
	}
	t.rows = slices.Insert(t.rows, at, r)
}

// maxItem is the limit of DynamoDB for an item, in bytes.
const maxItem = 400 * 1024

// newRow prepares an item for a table and takes ownership of it.
func newRow(k key, i attribute.Item) (*row, error) {
	state := sync.OnceValue(func() []byte { return attribute.AppendItem(nil, i) })
	r := &row{key: k, item: i, state: state, size: attribute.ItemSize(i)}
	if r.size > maxItem {
		return nil, attribute.Invalid("Item size has exceeded the maximum allowed size")
	}
	return r, nil
}

// AppendState appends the canonical encoding of all tables and items. Two databases with the same tables have the same
// encoding exactly when they hold the same items.
func (db *DB) AppendState(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(db.tables)))
	for _, t := range db.tables {
		b = attribute.AppendText(b, t.Name)
		b = binary.AppendUvarint(b, uint64(len(t.rows)))
		for _, r := range t.rows {
			b = append(b, r.state()...)
		}
	}
	return b
}
