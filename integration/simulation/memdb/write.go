package memdb

import (
	"cmp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
	"eks-scaling-automation/integration/simulation/memdb/expression"
)

// write is a change of one item. It is prepared first and then made.
type write struct {
	table *table
	key   key
	// before is the stored item, nil if there is none. It must not be changed.
	before attribute.Item
	// after is the new item; nil leaves none.
	after *row
}

// conditional holds the common parts of all writes.
type conditional struct {
	table      *string
	expression *string
	names      map[string]string
	values     attribute.Item
}

// begin finds the table and parses the placeholders.
func (db *DB) begin(c conditional) (*table, *expression.Placeholders, error) {
	t, err := db.table(c.table)
	if err != nil {
		return nil, nil, err
	}
	p, err := expression.NewPlaceholders(c.names, c.values)
	return t, p, err
}

// judge parses the condition and checks it against the stored item. All other expressions of the request must be parsed before.
func (w *write) judge(c conditional, p *expression.Placeholders) error {
	var must expression.Condition
	if c.expression != nil {
		var err error
		if must, err = p.Condition(*c.expression); err != nil {
			return err
		}
	}
	if err := p.CheckUsed(); err != nil {
		return err
	}
	w.before = w.table.find(w.key)
	if must == nil || must.Holds(w.before) {
		return nil
	}
	return &types.ConditionalCheckFailedException{Message: aws.String("The conditional request failed")}
}

// preparePut replaces the whole item.
func (db *DB) preparePut(c conditional, given attribute.Item) (*write, error) {
	t, p, err := db.begin(c)
	if err != nil {
		return nil, err
	}
	i, err := attribute.AdmitItem(given, 0)
	if err != nil {
		return nil, err
	}
	w := &write{table: t}
	if w.key, err = t.keyOf(i); err != nil {
		return nil, err
	}
	if w.after, err = newRow(w.key, i); err != nil {
		return w, err
	}
	return w, w.judge(c, p)
}

// prepareUpdate changes attributes of the item, or creates it. Without an expression it creates an item with only its key. An
// update that only removes creates nothing.
func (db *DB) prepareUpdate(c conditional, given attribute.Item, text *string) (*write, error) {
	t, p, err := db.begin(c)
	if err != nil {
		return nil, err
	}
	u, err := p.Update(text)
	if err != nil {
		return nil, err
	}
	w := &write{table: t}
	if w.key, err = t.key(given); err != nil {
		return nil, err
	}
	if err := t.checkUpdate(u); err != nil {
		return nil, err
	}
	if err := w.judge(c, p); err != nil {
		return w, err
	}
	return w, w.update(u, given)
}

// update computes the item after an update.
func (w *write) update(u *expression.Update, key attribute.Item) error {
	before := w.before
	if before == nil {
		before = attribute.CopyItem(key)
	}
	after, err := u.Apply(before)
	if err != nil || w.before == nil && u.OnlyRemoves() {
		return err
	}
	w.after, err = newRow(w.key, after)
	return err
}

// do executes a prepared write.
func (w *write) do() {
	if w.after != nil {
		w.table.put(w.after)
	}
}

// returned copies the attributes that the caller asked for; nil if there are none.
func (w *write) returned(which types.ReturnValue) attribute.Item {
	var after attribute.Item
	if w.after != nil {
		after = w.after.item
	}
	switch which {
	case types.ReturnValueAllOld:
		return attribute.CopyItem(w.before)
	case types.ReturnValueAllNew:
		return attribute.CopyItem(after)
	case types.ReturnValueNone, types.ReturnValueUpdatedOld, types.ReturnValueUpdatedNew:
	}
	return nil
}

// checkReturnOld refuses what PutItem cannot return.
func checkReturnOld(which types.ReturnValue) error {
	if w := cmp.Or(which, types.ReturnValueNone); w != types.ReturnValueNone && w != types.ReturnValueAllOld {
		return attribute.Invalid("Return values set to invalid value")
	}
	return nil
}

// checkReturn refuses what UpdateItem cannot return.
func checkReturn(which types.ReturnValue) error {
	switch cmp.Or(which, types.ReturnValueNone) {
	case types.ReturnValueNone, types.ReturnValueAllOld, types.ReturnValueAllNew:
		return nil
	case types.ReturnValueUpdatedOld, types.ReturnValueUpdatedNew:
		return attribute.Unsupported("ReturnValues " + string(which))
	}
	return attribute.Invalid("Value '%s' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set", which)
}

// unreported refuses requests for unimplemented reports.
func unreported(c types.ReturnConsumedCapacity, m types.ReturnItemCollectionMetrics, f types.ReturnValuesOnConditionCheckFailure) error {
	return refuse(
		field{"ReturnValuesOnConditionCheckFailure", f != "" && f != types.ReturnValuesOnConditionCheckFailureNone},
		field{"ReturnConsumedCapacity", reports(c)},
		field{"ReturnItemCollectionMetrics", m != "" && m != types.ReturnItemCollectionMetricsNone},
	)
}
