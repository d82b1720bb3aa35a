package change

// InTransactionsOf returns the options with a lower limit of a transaction.
func (o Options) InTransactionsOf(items int) Options {
	o.maxItems = items
	return o
}

// Abandoning returns the options with --abandon-hold.
func (o Options) Abandoning() Options {
	o.abandon = true
	return o
}
