package inventory

import (
	"bytes"
	"fmt"
	"strings"

	"eks-scaling-automation/shared/config"
)

// readings keeps how each item was parsed, so that the next [Check] parses only what differs.
type readings struct {
	past, present map[string]reading // by [ItemKey]
	count         int                // of all that was ever parsed
}

// reading is one item, parsed.
type reading struct {
	item   Item
	beside string // what else the result depends on
	value  any
	err    error
	mark   int // tells this reading of the item from all others
}

// next returns the readings of a check that can use these; nil is none.
func (r *readings) next() *readings {
	if r == nil {
		r = &readings{}
	}
	return &readings{past: r.present, present: map[string]reading{}, count: r.count}
}

// read parses an item, unless the same spec was parsed before beside the same things. An item of an unknown format is not parsed.
func read[T any](r *readings, i Item, beside string, parse func() (T, error)) (T, error) {
	key := ItemKey(i)
	known, ok := r.past[key]
	if !ok || known.beside != beside || known.item.Format != i.Format || !bytes.Equal(known.item.Spec, i.Spec) {
		r.count++
		known = reading{item: i, beside: beside, mark: r.count}
		if known.err = config.CheckFormat(i.Format); known.err == nil {
			known.value, known.err = parse()
		}
	}
	r.present[key] = known
	value, _ := known.value.(T)
	return value, known.err
}

// marks identifies the readings of some items.
func (r *readings) marks(items []Item) string {
	var text strings.Builder
	for _, i := range items {
		fmt.Fprintf(&text, "%s=%d ", i.Name, r.present[ItemKey(i)].mark)
	}
	return text.String()
}
