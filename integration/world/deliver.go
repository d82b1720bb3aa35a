package world

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Deliver hands a batch of changes to the functions that follow the config table's stream. They do not wait for each other, so a
// failure of one does not affect the other.
func (w *World) Deliver(ctx context.Context, batch json.RawMessage) error {
	var all []error
	for _, name := range w.followers {
		w.countInvocation(name)
		result, err := w.Lambda.Invoke(ctx, name, batch)
		if err == nil && result.FunctionError != "" {
			err = fmt.Errorf("%s failed: %s", strings.TrimPrefix(name, prefix), result.Payload)
		}
		all = append(all, err)
	}
	return errors.Join(all...)
}

// DeliverChanges delivers all new changes in one batch, as the table's stream does a few seconds after a change. Without changes
// it calls nothing.
func (w *World) DeliverChanges(ctx context.Context) error {
	batch, err := w.Tables.TakeChanges()
	if err != nil || batch == nil {
		return err
	}
	return w.Deliver(ctx, batch)
}
