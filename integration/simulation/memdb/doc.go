// Package memdb is an in-memory DynamoDB for simulations. It implements the operations that the product uses, with the
// SDK's own signatures and errors, and runs them in microseconds in the caller's goroutine.
//
// The whole database is a value: [DB.Clone] copies it, and [DB.AppendState] encodes it so that two databases have the
// same encoding exactly when they hold the same items.
//
// Every read is strongly consistent, whatever ConsistentRead says. To answer an eventually consistent read, ask an older
// clone. Nothing here fails, delays or throttles a call: the caller wraps the database to do that. The options of a call
// are ignored, because there is no transport and no retry.
//
// Differences from DynamoDB:
//   - Keys are strings.
//   - Reserved words may be used as attribute names.
//   - There are no indexes, filters, transactions, sets, expiry or streams. Of arithmetic there is only ADD, of whole numbers.
//
// A request that needs something else fails with [ErrUnsupported]; no part of a request is ignored.
package memdb
