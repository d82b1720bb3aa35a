// Package attribute holds the items of DynamoDB and their values. It copies, compares, measures and encodes them, and checks
// values from requests. Its errors are DynamoDB's errors for bad requests.
//
// It knows no tables and no expressions.
package attribute
