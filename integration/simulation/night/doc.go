// Package night simulates nights of the product: the real step handlers and the shipped definition run in one process
// against models of EKS and DynamoDB, by virtual time. One seed decides everything: when triggers fire, what people do,
// how slow or faulty each call is, where processes die. Invariants are checked while the night passes and when all is
// quiet.
package night
